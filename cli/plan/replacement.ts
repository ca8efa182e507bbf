/**
 * Which inputs a provider can't change in place: it deletes the resource and makes another. Only `pulumi preview` knows
 * this of every type; here stand the types that keep what can't be made again, and those the program makes most of.
 * Source: `ForceNew` of terraform-provider-aws 6, which @pulumi/aws 7 is made of. Dots lead into objects.
 */
interface Replacement {
  /** What is gone with the resource; absent where the program makes it anew. */
  readonly keeps?: string;
  readonly replacedBy: readonly string[];
}

const NAMED = ["name", "namePrefix"];

const TYPES: Readonly<Record<string, Replacement>> = {
  "aws:s3/bucket:Bucket": {
    keeps: "objects and their versions",
    replacedBy: ["bucket", "bucketPrefix", "objectLockEnabled"],
  },
  "aws:kms/key:Key": {
    keeps: "the only key of what it encrypted",
    replacedBy: ["customerMasterKeySpec", "keyUsage", "customKeyStoreId", "multiRegion", "xksKeyId"],
  },
  "aws:kms/externalKey:ExternalKey": {
    keeps: "the only key of what it encrypted",
    replacedBy: ["keyMaterialBase64", "multiRegion"],
  },
  "aws:kinesis/stream:Stream": { keeps: "events that nobody read yet", replacedBy: ["name"] },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    keeps: "how far it has read, and records in its buffer",
    replacedBy: ["name", "destination", "kinesisSourceConfiguration", "mskSourceConfiguration"],
  },
  "aws:dynamodb/table:Table": {
    keeps: "items",
    replacedBy: ["name", "hashKey", "rangeKey", "localSecondaryIndexes"],
  },
  "aws:rds/instance:Instance": {
    keeps: "databases and automatic backups",
    replacedBy: [
      ...["engine", "dbName", "username", "storageEncrypted", "kmsKeyId", "availabilityZone"],
      ...["snapshotIdentifier", "characterSetName", "ncharCharacterSetName", "timezone"],
    ],
  },
  "aws:rds/cluster:Cluster": {
    keeps: "databases and automatic backups",
    replacedBy: [
      ...["clusterIdentifier", "clusterIdentifierPrefix", "databaseName", "masterUsername", "engine"],
      ...["kmsKeyId", "storageEncrypted", "snapshotIdentifier", "dbSubnetGroupName", "availabilityZones"],
    ],
  },
  "aws:msk/cluster:Cluster": {
    keeps: "topics, their records and consumers' positions",
    replacedBy: [
      ...["clusterName", "brokerNodeGroupInfo.clientSubnets", "brokerNodeGroupInfo.azDistribution"],
      ...["encryptionInfo.encryptionAtRestKmsKeyArn", "encryptionInfo.encryptionInTransit.inCluster"],
    ],
  },
  "aws:msk/serverlessCluster:ServerlessCluster": {
    keeps: "topics, their records and consumers' positions",
    replacedBy: ["clusterName", "clientAuthentication", "vpcConfigs"],
  },
  "aws:redshift/cluster:Cluster": {
    keeps: "databases and automatic snapshots",
    replacedBy: ["clusterIdentifier", "databaseName", "masterUsername", "clusterSubnetGroupName"],
  },
  "aws:redshiftserverless/namespace:Namespace": { keeps: "databases", replacedBy: ["namespaceName"] },
  "aws:opensearch/domain:Domain": { keeps: "indices", replacedBy: ["domainName"] },
  "aws:efs/fileSystem:FileSystem": {
    keeps: "files",
    replacedBy: ["creationToken", "encrypted", "kmsKeyId", "performanceMode", "availabilityZoneName"],
  },
  "aws:ebs/volume:Volume": { keeps: "blocks", replacedBy: ["availabilityZone", "encrypted", "kmsKeyId"] },
  "aws:sqs/queue:Queue": { keeps: "messages that wait", replacedBy: [...NAMED, "fifoQueue"] },
  "aws:secretsmanager/secret:Secret": { keeps: "values that people put there", replacedBy: NAMED },
  "aws:cloudwatch/logGroup:LogGroup": { keeps: "records of the past", replacedBy: NAMED },
  "aws:cloudtrail/eventDataStore:EventDataStore": { keeps: "records of the past", replacedBy: ["kmsKeyId"] },
  "aws:backup/vault:Vault": { keeps: "backups", replacedBy: ["name", "kmsKeyArn"] },
  "aws:cognito/userPool:UserPool": {
    keeps: "people and their passwords",
    replacedBy: ["usernameAttributes"],
  },
  "aws:glue/registry:Registry": { keeps: "schema versions that records name", replacedBy: ["registryName"] },
  "aws:glue/schema:Schema": {
    keeps: "schema versions that records name",
    replacedBy: ["schemaName", "registryArn", "dataFormat"],
  },
  "aws:apigateway/apiKey:ApiKey": { keeps: "the key that senders hold", replacedBy: ["value"] },
  "aws:apigateway/restApi:RestApi": { keeps: "the address that senders call", replacedBy: [] },
  "random:index/randomPassword:RandomPassword": {
    keeps: "a password in use",
    replacedBy: ["length", "keepers"],
  },
  "aws:iam/role:Role": { replacedBy: [...NAMED, "path"] },
  "aws:iam/rolePolicy:RolePolicy": { replacedBy: [...NAMED, "role"] },
  "aws:lambda/function:Function": { replacedBy: ["name", "packageType"] },
  "aws:glue/catalogDatabase:CatalogDatabase": { replacedBy: ["name", "catalogId"] },
  "aws:glue/catalogTable:CatalogTable": { replacedBy: ["name", "databaseName", "catalogId"] },
  "aws:athena/workgroup:Workgroup": { replacedBy: ["name"] },
  "aws:athena/namedQuery:NamedQuery": {
    replacedBy: ["name", "database", "query", "workgroup", "description"],
  },
  "aws:emrserverless/application:Application": { replacedBy: ["name", "type"] },
  "aws:sns/topic:Topic": { replacedBy: [...NAMED, "fifoTopic"] },
  "aws:sfn/stateMachine:StateMachine": { replacedBy: [...NAMED, "type"] },
};

/** What is lost with a resource of this type; undefined where the program makes all of it again. */
export function lostWith(type: string): string | undefined {
  return TYPES[type]?.keeps;
}

/** Paths of the inputs whose change replaces a resource; every resource of AWS stands in one region. */
export function replacingPaths(type: string): readonly string[] {
  const known = TYPES[type]?.replacedBy ?? [];
  return type.startsWith("aws:") ? [...known, "region"] : known;
}

/** Types of which it is known what is lost with them. */
export const STATEFUL_TYPES: readonly string[] = Object.keys(TYPES).filter(
  (type) => lostWith(type) !== undefined,
);
