/** Naru's components on AWS; each works alone. */
export { AuditTrail, type AuditTrailArgs } from "./foundation/audit-trail";
export { BI, type BIArgs } from "./bi";
export { Budget, type BudgetArgs } from "./foundation/budget";
export { type AwsContext, TAG } from "./context";
export { Connection, type ConnectionArgs } from "./connection";
export type { Source } from "../source";
export { Crawlers, type CrawlersArgs } from "./crawlers";
export type { Classifier, CrawlerDefinition } from "./crawlers/definition";
export {
  DataBrew,
  readPreparation,
  type DataBrewArgs,
  type Preparation,
  type PreparationInput,
  type RecipeStep,
} from "./data-prep";
export { Database, type DatabaseArgs } from "./database";
export { consumerArns, DatabaseConsumers, type DatabaseConsumersArgs } from "./database/consumer";
export { consumedStreams } from "../consumed-streams";
export type { DatabaseDefinition } from "../database";
export { DataLake, type DataLakeArgs } from "./data-lake";
export { DeliveryDestinations, type DeliveryDestinationsArgs } from "./delivery-destinations";
export type { DeliveryDestination } from "../delivery-destination";
export type { FederatedSource } from "../federated-source";
export { AthenaSpark, type AthenaSparkArgs } from "./athena-spark";
export { FederatedQueries, type FederatedQueriesArgs } from "./federated-queries";
export { Governance, type GovernanceArgs } from "./governance";
export { GlueEtl, type GlueEtlArgs } from "./glue-etl";
export type { OwnJob } from "./glue-etl/own-jobs";
export { GlueJob, type GlueJobArgs, glueLogStatements } from "./glue-etl/job";
export { EncryptionKeys, type EncryptionKeysArgs, type KeyDomain } from "./foundation/encryption-keys";
export { Kafka, type KafkaArgs } from "./kafka";
export type { KafkaDefinition } from "../kafka";
export { Network, type ExistingNetwork, type NetworkArgs } from "./foundation/network";
export { Reidentification, type ReidentificationArgs } from "./reidentification";
export { SparkCluster, type SparkClusterArgs } from "./spark-cluster";
export { StreamIngest, type StreamIngestArgs } from "./stream-ingest";
export { Warehouse, type WarehouseArgs } from "./warehouse";
