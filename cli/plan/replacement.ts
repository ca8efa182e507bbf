/**
 * What is lost with a resource, and which inputs a provider can't change in place: it deletes the resource and makes
 * another. Only `pulumi preview` knows this of every type. For types that the program makes the table of changes says it
 * (local/provider/changes); here stand the other types that keep what can't be made again.
 * Source: `ForceNew` of terraform-provider-aws v6.58.0, read 2026-11-22; @pulumi/aws 7 is made of its like. What hangs
 * on values (`CustomizeDiff`) is left out. Dots lead into objects.
 */
import { replacing } from "../../local/provider/changes";

interface Replacement {
  /** What is gone with the resource. */
  readonly keeps: string;
  /** Absent where the table of changes knows. */
  readonly replacedBy?: readonly string[];
}

const NAMED = ["name", "namePrefix"];

const TYPES: Readonly<Record<string, Replacement>> = {
  "aws:s3/bucket:Bucket": { keeps: "objects and their versions" },
  "aws:kms/key:Key": { keeps: "the only key of what it encrypted" },
  "aws:kms/externalKey:ExternalKey": {
    keeps: "the only key of what it encrypted",
    replacedBy: ["keyMaterialBase64", "keySpec", "keyUsage", "multiRegion"],
  },
  "aws:kinesis/stream:Stream": { keeps: "events that nobody read yet" },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    keeps: "how far it has read, and records in its buffer",
  },
  "aws:dynamodb/table:Table": { keeps: "items" },
  "aws:rds/instance:Instance": { keeps: "databases and automatic backups" },
  "aws:rds/cluster:Cluster": { keeps: "databases and automatic backups" },
  "aws:msk/cluster:Cluster": { keeps: "topics, their records and consumers' positions" },
  "aws:msk/serverlessCluster:ServerlessCluster": { keeps: "topics, their records and consumers' positions" },
  "aws:redshift/cluster:Cluster": {
    keeps: "databases and automatic snapshots",
    replacedBy: [
      ...["clusterIdentifier", "clusterSubnetGroupName", "masterUsername"],
      ...["snapshotArn", "snapshotClusterIdentifier", "snapshotIdentifier"],
    ],
  },
  "aws:redshiftserverless/namespace:Namespace": {
    keeps: "databases",
    replacedBy: ["namespaceName", "dbName"],
  },
  "aws:opensearch/domain:Domain": {
    keeps: "indices",
    replacedBy: ["domainName", "encryptAtRest.kmsKeyId"],
  },
  "aws:efs/fileSystem:FileSystem": {
    keeps: "files",
    replacedBy: ["creationToken", "encrypted", "kmsKeyId", "performanceMode", "availabilityZoneName"],
  },
  "aws:ebs/volume:Volume": {
    keeps: "blocks",
    replacedBy: [
      "availabilityZone",
      "encrypted",
      "kmsKeyId",
      "multiAttachEnabled",
      "outpostArn",
      "snapshotId",
    ],
  },
  "aws:sqs/queue:Queue": { keeps: "messages that wait" },
  "aws:secretsmanager/secret:Secret": {
    keeps: "values that people put there",
    replacedBy: [...NAMED, "type"],
  },
  "aws:cloudwatch/logGroup:LogGroup": { keeps: "records of the past" },
  "aws:cloudtrail/eventDataStore:EventDataStore": {
    keeps: "records of the past",
    replacedBy: ["kmsKeyId", "name"],
  },
  "aws:backup/vault:Vault": { keeps: "backups", replacedBy: ["name", "kmsKeyArn"] },
  "aws:cognito/userPool:UserPool": {
    keeps: "people and their passwords",
    replacedBy: ["aliasAttributes", "usernameAttributes", "usernameConfiguration.caseSensitive"],
  },
  "aws:glue/registry:Registry": { keeps: "schema versions that records name" },
  "aws:glue/schema:Schema": { keeps: "schema versions that records name" },
  "aws:apigateway/apiKey:ApiKey": { keeps: "the key that senders hold" },
  "aws:apigateway/restApi:RestApi": { keeps: "the address that senders call" },
  "random:index/randomPassword:RandomPassword": {
    keeps: "a password in use",
    replacedBy: ["length", "keepers"],
  },
};

/** What is lost with a resource of this type; undefined where the program makes all of it again. */
export function lostWith(type: string): string | undefined {
  return TYPES[type]?.keeps;
}

/** Paths of the inputs whose change replaces a resource; every resource of AWS stands in one region. */
export function replacingPaths(type: string): readonly string[] {
  const known = [...replacing(type), ...(TYPES[type]?.replacedBy ?? [])];
  return type.startsWith("aws:") ? [...known, "region"] : known;
}

/** Types of which it is known what is lost with them. */
export const STATEFUL_TYPES: readonly string[] = Object.keys(TYPES);
