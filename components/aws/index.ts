/** Naru's components on AWS; each works alone. */
export { BI, type BIArgs } from "./bi";
export { type AwsContext, TAG } from "./context";
export { DataLake, type DataLakeArgs } from "./data-lake";
export { EncryptionKeys, type KeyDomain } from "./foundation/encryption-keys";
export { SparkCluster, type SparkClusterArgs } from "./spark-cluster";
export { StreamIngest, type StreamIngestArgs } from "./stream-ingest";
export { Warehouse, type WarehouseArgs } from "./warehouse";
