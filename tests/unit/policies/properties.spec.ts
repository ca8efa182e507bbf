import { expect } from "chai";
import { ENCRYPTED_PLACES } from "../../../policies/encryption/encrypted-resources";
import { read } from "../../../policies/model/reading";
import { RULES } from "../../../policies/rules";
import { goodPlan, secret, UNKNOWN } from "../../policy/plan";
import type { Deciding } from "./deciding";
import { BY_OPTIONS, GUARDS } from "./guard-properties";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, valueAt, type Outcome } from "./evaluation";
import { EXPOSURE } from "./exposure-properties";
import { RESILIENCE } from "./resilience-properties";

const CONVERSION = ["extendedS3Configuration", "dataFormatConversionConfiguration"] as const;
const SERIALIZER = [...CONVERSION, "outputFormatConfiguration", "serializer"] as const;
const CODEC = "spark.sql.parquet.compression.codec";
const BY_DEFAULT = ["rules", 0, "applyServerSideEncryptionByDefault"] as const;
const PROCESSOR = ["extendedS3Configuration", "processingConfiguration", "processors", 0] as const;

const STORAGE_FORMAT: readonly Deciding[] = [
  {
    rule: "glue-table-format",
    resource: "table",
    path: ["storageDescriptor", "inputFormat"],
    bad: "org.apache.hadoop.mapred.TextInputFormat",
  },
  {
    rule: "glue-table-format",
    resource: "table",
    path: ["storageDescriptor", "outputFormat"],
    bad: "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
  },
  {
    rule: "glue-table-format",
    resource: "table",
    path: ["storageDescriptor", "serDeInfo", "serializationLibrary"],
    bad: "org.openx.data.jsonserde.JsonSerDe",
  },
  { rule: "glue-table-format", resource: "table", path: ["parameters", "classification"], bad: "csv" },
  { rule: "glue-table-format", resource: "table", path: ["parameters", "parquet.compression"], bad: "GZIP" },
  {
    rule: "firehose-conversion",
    resource: "delivery",
    path: [...CONVERSION, "enabled"],
    bad: false,
    absent: "pass",
  },
  { rule: "firehose-conversion", resource: "delivery", path: [...CONVERSION], bad: { enabled: false } },
  { rule: "firehose-conversion", resource: "delivery", path: [...SERIALIZER, "parquetSerDe"], bad: "SNAPPY" },
  {
    rule: "firehose-conversion",
    resource: "delivery",
    path: [...SERIALIZER, "parquetSerDe", "compression"],
    bad: "GZIP",
    absent: "pass",
  },
  {
    rule: "firehose-conversion",
    resource: "delivery",
    path: ["extendedS3Configuration", "compressionFormat"],
    bad: "GZIP",
    absent: "pass",
  },
  { rule: "athena-query-format", resource: "query", path: ["query"], bad: "CREATE TABLE a AS SELECT 1" },
  { rule: "spark-output-format", resource: "spark", path: ["runtimeConfigurations"], bad: [] },
  {
    rule: "spark-output-format",
    resource: "spark",
    path: ["runtimeConfigurations", 0, "properties", CODEC],
    bad: "gzip",
  },
  {
    rule: "spark-output-format",
    resource: "job",
    path: ["defaultArguments", "--conf"],
    bad: `${CODEC}=snappyish`,
  },
];

const PSEUDONYMISATION: readonly Deciding[] = [
  ...["raw", "events", "landing"].map((resource): Deciding => ({
    rule: "declared-class",
    resource,
    path: ["tags", "naru:data-class"],
    bad: "public",
    absent: "pass",
    unknown: "pass",
    wrongType: "pass",
  })),
  ...["landing", "events", "brokers", "serverless"].flatMap((resource): Deciding[] => [
    { rule: "data-class-tags", resource, path: ["tags", "naru:data-class"], bad: "secret" },
    { rule: "data-class-tags", resource, path: ["tags", "naru:zone"], bad: "open" },
    { rule: "data-class-tags", resource, path: ["tags"], bad: {} },
  ]),
  { rule: "data-class-tags", resource: "logs", path: ["tags", "naru:zone"], bad: "open" },
  {
    rule: "firehose-pseudonymiser",
    resource: "delivery",
    path: ["extendedS3Configuration", "processingConfiguration", "enabled"],
    bad: false,
  },
  {
    rule: "firehose-pseudonymiser",
    resource: "delivery",
    path: ["extendedS3Configuration", "processingConfiguration", "processors"],
    bad: [],
  },
  {
    rule: "firehose-pseudonymiser",
    resource: "delivery",
    path: [...PROCESSOR, "type"],
    bad: "Decompression",
    unknown: "violation",
  },
  {
    rule: "firehose-pseudonymiser",
    resource: "delivery",
    path: [...PROCESSOR, "parameters", 0, "parameterValue"],
    bad: "arn:aws:lambda:ap-northeast-2:123456789012:function:other",
    unknown: "pass",
  },
  {
    rule: "firehose-pseudonymiser",
    resource: "pseudonymise",
    path: ["tags", "naru:role"],
    bad: "collector",
    unknown: "violation",
  },
  {
    rule: "firehose-backup",
    resource: "delivery",
    path: ["extendedS3Configuration", "s3BackupConfiguration", "bucketArn"],
    bad: "arn:aws:s3:::plan-raw",
    wrongType: "undecided",
  },
  {
    rule: "firehose-error-output",
    resource: "delivery",
    path: ["extendedS3Configuration", "errorOutputPrefix"],
    bad: "failed/",
  },
  { rule: "firehose-error-output", resource: "raw-policy", path: ["policy"], bad: { Statement: [] } },
  { rule: "hmac-key", resource: "pseudonym", path: ["keyUsage"], bad: "ENCRYPT_DECRYPT" },
  { rule: "hmac-key", resource: "pseudonym", path: ["customerMasterKeySpec"], bad: "HMAC_224" },
  {
    rule: "pseudonym-key-users",
    resource: "pseudonym",
    path: ["policy"],
    bad: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" } }),
  },
  {
    rule: "pseudonym-key-users",
    resource: "reidentification",
    path: ["policy"],
    bad: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" } }),
  },
  {
    rule: "pseudonymiser-key",
    resource: "pseudonymise",
    path: ["environment", "variables", "PSEUDONYM_KEY_ID"],
    bad: "alias/plan-data",
    unknown: "pass",
  },
  {
    rule: "pseudonymiser-key",
    resource: "pseudonymise",
    path: ["environment", "variables"],
    bad: {},
    unknown: "pass",
  },
  {
    rule: "role-crossing",
    resource: "curation",
    path: ["tags", "naru:role"],
    bad: "job",
    unknown: "violation",
  },
];

const SETTINGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const ENCRYPTION: readonly Deciding[] = [
  {
    rule: "bucket-encryption",
    resource: "raw-encryption",
    path: [...BY_DEFAULT, "sseAlgorithm"],
    bad: "AES256",
  },
  {
    rule: "bucket-encryption",
    resource: "raw-encryption",
    path: [...BY_DEFAULT, "kmsMasterKeyId"],
    bad: "",
    unknown: "pass",
  },
  {
    rule: "bucket-encryption",
    resource: "raw-encryption",
    path: ["rules", 0, "bucketKeyEnabled"],
    bad: false,
  },
  { rule: "bucket-encryption", resource: "raw-encryption", path: ["rules"], bad: [] },
  {
    rule: "bucket-encryption",
    resource: "raw-encryption",
    path: ["bucket"],
    bad: "another",
    unknown: "pass",
  },
  {
    rule: "bucket-encryption",
    resource: "logs-encryption",
    path: [...BY_DEFAULT, "sseAlgorithm"],
    bad: "none",
  },
  ...SETTINGS.map((setting): Deciding => ({
    rule: "bucket-public-access",
    resource: "raw-public-access",
    path: [setting],
    bad: false,
  })),
  {
    rule: "bucket-tls-only",
    resource: "raw-policy",
    path: ["policy"],
    bad: { Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:*" }] },
  },
  { rule: "key-rotation", resource: "data", path: ["enableKeyRotation"], bad: false },
  {
    rule: "key-policy-principals",
    resource: "data",
    path: ["policy"],
    bad: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" } }),
    absent: "pass",
  },
];

const EVERY_S3_ACTION = { Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] };
const ACCESS: readonly Deciding[] = [
  { rule: "iam-actions", resource: "analyst-policy", path: ["policy"], bad: EVERY_S3_ACTION },
  {
    rule: "iam-actions",
    resource: "reports",
    path: ["policy", "Statement", 0, "Action", 0],
    bad: "s3:*",
    absent: "pass",
    wrongType: "pass",
  },
  {
    rule: "iam-actions",
    resource: "curation",
    path: ["inlinePolicies"],
    bad: [{ policy: JSON.stringify(EVERY_S3_ACTION) }],
    absent: "pass",
  },
  {
    rule: "iam-resources",
    resource: "analyst-policy",
    path: ["policy"],
    bad: { Statement: [{ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }] },
    absent: "pass",
    wrongType: "pass",
  },
  {
    rule: "iam-resources",
    resource: "reports",
    path: ["policy", "Statement", 0, "Resource"],
    bad: "arn:aws:s3:::*",
    absent: "pass",
    unknown: "pass",
    wrongType: "pass",
  },
  {
    rule: "iam-managed-policies",
    resource: "analyst-reports",
    path: ["policyArn"],
    bad: "arn:aws:iam::aws:policy/AdministratorAccess",
    unknown: "pass",
  },
  {
    rule: "athena-workgroup",
    resource: "workgroup",
    path: ["configuration", "enforceWorkgroupConfiguration"],
    bad: false,
    absent: "pass",
  },
  {
    rule: "athena-workgroup",
    resource: "workgroup",
    path: ["configuration", "bytesScannedCutoffPerQuery"],
    bad: 0,
  },
  { rule: "athena-workgroup", resource: "open-workgroup", path: ["tags", "naru:role"], bad: "analysts" },
  {
    rule: "lake-formation-grants",
    resource: "steward-grant",
    path: ["principal"],
    bad: "IAM_ALLOWED_PRINCIPALS",
    unknown: "pass",
  },
  { rule: "lake-formation-grants", resource: "steward-grant", path: ["permissions"], bad: ["ALL"] },
  {
    rule: "lake-formation-grants",
    resource: "steward-grant",
    path: ["permissionsWithGrantOptions"],
    bad: ["SUPER"],
    absent: "pass",
  },
  {
    rule: "lake-formation-grants",
    resource: "steward",
    path: ["tags", "naru:role"],
    bad: "analyst",
  },
  {
    rule: "lake-formation-defaults",
    resource: "lake-location",
    path: ["hybridAccessEnabled"],
    bad: false,
  },
  {
    rule: "lake-formation-defaults",
    resource: "lake-settings",
    path: ["createTableDefaultPermissions"],
    bad: [{ permissions: ["ALL"] }],
    absent: "pass",
  },
  { rule: "trail-integrity", resource: "trail", path: ["isMultiRegionTrail"], bad: false },
  { rule: "trail-integrity", resource: "trail", path: ["enableLogFileValidation"], bad: false },
  { rule: "trail-coverage", resource: "trail", path: ["advancedEventSelectors"], bad: [] },
  {
    rule: "trail-management",
    resource: "trail",
    path: ["advancedEventSelectors", 1, "fieldSelectors", 0, "equals"],
    bad: ["Data"],
  },
  {
    rule: "trail-management",
    resource: "trail",
    path: ["advancedEventSelectors", 1],
    bad: { fieldSelectors: [{ field: "readOnly", equals: ["false"] }] },
  },
  {
    rule: "trail-coverage",
    resource: "trail",
    path: ["advancedEventSelectors", 0, "fieldSelectors", 2, "startsWiths", 0],
    bad: "arn:aws:s3:::plan-raw/",
  },
  {
    rule: "trail-coverage",
    resource: "trail",
    path: ["s3BucketName"],
    bad: "plan-logs",
    unknown: "pass",
    wrongType: "undecided",
  },
  {
    rule: "trail-coverage",
    resource: "audit-lock",
    path: ["rule", "defaultRetention", "mode"],
    bad: "NONE",
  },
  {
    rule: "trail-coverage",
    resource: "audit-lock",
    path: ["rule", "defaultRetention", "days"],
    bad: 0,
    wrongType: "pass",
  },
];

const NETWORK: readonly Deciding[] = [
  {
    rule: "closed-subnet-routes",
    resource: "closed",
    path: ["mapPublicIpOnLaunch"],
    bad: true,
    absent: "pass",
  },
  {
    rule: "closed-subnet-routes",
    resource: "to-partner",
    path: ["destinationCidrBlock"],
    bad: "0.0.0.0/0",
    absent: "pass",
    wrongType: "undecided",
  },
  {
    rule: "closed-subnet-routes",
    resource: "closed-routes",
    path: ["routes"],
    bad: [{ cidrBlock: "10.9.0.0/16", natGatewayId: "nat-1" }],
    absent: "pass",
    wrongType: "undecided",
  },
  ...["database", "server"].map((resource): Deciding => ({
    rule: "database-public-access",
    resource,
    path: ["publiclyAccessible"],
    bad: true,
  })),
  { rule: "kafka-access", resource: "brokers", path: ["clientAuthentication", "sasl", "iam"], bad: false },
  {
    rule: "kafka-access",
    resource: "brokers",
    path: ["clientAuthentication", "unauthenticated"],
    bad: true,
    absent: "pass",
  },
  {
    rule: "kafka-access",
    resource: "brokers",
    path: ["encryptionInfo", "encryptionInTransit", "clientBroker"],
    bad: "TLS_PLAINTEXT",
    absent: "pass",
  },
  {
    rule: "kafka-access",
    resource: "brokers",
    path: ["encryptionInfo", "encryptionInTransit", "inCluster"],
    bad: false,
    absent: "pass",
  },
  {
    rule: "kafka-access",
    resource: "brokers",
    path: ["brokerNodeGroupInfo", "connectivityInfo", "publicAccess", "type"],
    bad: "SERVICE_PROVIDED_EIPS",
    absent: "pass",
  },
  {
    rule: "kafka-access",
    resource: "serverless",
    path: ["clientAuthentication", "sasl", "iam", "enabled"],
    bad: false,
  },
  {
    rule: "kafka-access",
    resource: "sink",
    path: ["kafkaClusterClientAuthentication", "authenticationType"],
    bad: "NONE",
  },
  {
    rule: "kafka-access",
    resource: "sink",
    path: ["kafkaClusterEncryptionInTransit", "encryptionType"],
    bad: "PLAINTEXT",
  },
  {
    rule: "glue-connection",
    resource: "connection",
    path: ["connectionProperties", "JDBC_ENFORCE_SSL"],
    bad: "false",
  },
  {
    rule: "glue-connection",
    resource: "connection",
    path: ["connectionProperties", "JDBC_CONNECTION_URL"],
    bad: "jdbc:postgresql://reader:word@music.example.com/music",
    absent: "pass",
    wrongType: "pass",
  },
  {
    rule: "glue-connection",
    resource: "connection",
    path: ["connectionProperties"],
    bad: { JDBC_ENFORCE_SSL: "true", PASSWORD: "word" },
  },
  {
    rule: "endpoint-policies",
    resource: "to-buckets",
    path: ["policy"],
    bad: JSON.stringify({ Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" } }),
  },
  {
    rule: "security-group-ingress",
    resource: "workers-from-network",
    path: ["cidrIpv4"],
    bad: "0.0.0.0/0",
    absent: "pass",
  },
  {
    rule: "security-group-ingress",
    resource: "workers",
    path: ["ingress", 0, "cidrBlocks", 0],
    bad: "0.0.0.0/0",
    absent: "pass",
  },
  {
    rule: "security-group-ingress",
    resource: "workers",
    path: ["ingress"],
    bad: [{ ipv6CidrBlocks: ["::/0"] }],
    absent: "pass",
  },
];

const OPERATIONS: readonly Deciding[] = [
  { rule: "failure-alarm", resource: "workflow-failed", path: ["metricName"], bad: "ExecutionsStarted" },
  {
    rule: "failure-alarm",
    resource: "workflow-failed",
    path: ["dimensions", "StateMachineArn"],
    bad: "arn:aws:states:ap-northeast-2:123456789012:stateMachine:other",
    unknown: "pass",
  },
  { rule: "failure-alarm", resource: "workflow-failed", path: ["alarmActions"], bad: [], unknown: "pass" },
  ...["job-failed", "findings"].map((resource): Deciding => ({
    rule: "failure-alarm",
    resource,
    path: ["eventPattern"],
    bad: '{"source":["aws.s3"]}',
  })),
  {
    rule: "failure-alarm",
    resource: "job-failed-target",
    path: ["arn"],
    bad: "nowhere",
    unknown: "pass",
  },
  {
    rule: "glue-job-execution",
    resource: "job",
    path: ["command", "name"],
    bad: "pythonshell",
    absent: "pass",
  },
  { rule: "glue-job-execution", resource: "job", path: ["glueVersion"], bad: "3.0" },
  { rule: "table-quality", resource: "ruleset", path: ["targetTable", "tableName"], bad: "other" },
  { rule: "table-quality", resource: "ruleset", path: ["targetTable", "databaseName"], bad: "other" },
];

const RESIDENCY: readonly Deciding[] = [
  { rule: "resource-region", resource: "provider", path: ["region"], bad: "us-east-1" },
  { rule: "resource-region", resource: "backups", path: ["region"], bad: "us-east-1", absent: "pass" },
  { rule: "replica-region", resource: "data", path: ["multiRegion"], bad: true, absent: "pass" },
  {
    rule: "replica-region",
    resource: "secret",
    path: ["replicas", 0, "region"],
    bad: "us-west-2",
    absent: "pass",
  },
  { rule: "replica-region", resource: "secret", path: ["replicas"], bad: [{ region: "x" }], absent: "pass" },
  {
    rule: "replica-region",
    resource: "backups",
    path: ["rules", 0, "copyActions", 0, "destinationVaultArn"],
    bad: "arn:aws:backup:eu-west-1:123456789012:backup-vault:second",
    absent: "pass",
    unknown: "pass",
  },
  {
    rule: "bucket-replication",
    resource: "replication",
    path: ["rules", 0, "destination", "bucket"],
    bad: "arn:aws:s3:::somebody-elses",
  },
  { rule: "bucket-replication", resource: "replication", path: ["rules"], bad: "all" },
  {
    rule: "bucket-replication",
    resource: "copy",
    path: ["tags", "naru:data-class"],
    bad: "public",
  },
];

/** The good plan's resource of each encrypted type. */
const EXAMPLES: Readonly<Record<string, string>> = {
  Stream: "events",
  Function: "pseudonymise",
  LogGroup: "log",
  Trail: "trail",
  Workgroup: "workgroup",
  Topic: "topic",
  Queue: "queue",
  Secret: "secret",
  Instance: "database",
  Cluster: "cluster",
  SecurityConfiguration: "security",
  Application: "spark",
  Table: "runs",
  BucketObjectv2: "code",
  Inventory: "listed",
};

/** RDS has clusters too. */
const exampleOf = (type: string): string =>
  type.startsWith("aws:msk/") ? "brokers" : EXAMPLES[type.slice(type.lastIndexOf(":") + 1)];

/** Rows of the table that the good plan uses; direct puts, keys of deliveries and the other logs of EMR and Athena have specs of their own. */
const PLACES = ENCRYPTED_PLACES.filter(({ type, key }) => {
  const example = goodPlan().find((each) => each.name === exampleOf(type));
  return read(example?.inputs, key).state === "unknown" || read(example?.inputs, key).state === "known";
});

const PLACE_PROPERTIES: readonly Deciding[] = PLACES.flatMap(({ type, key, modes }): Deciding[] => {
  const resource = exampleOf(type);
  return [
    { rule: "kms-encryption", resource, path: key, bad: ABSENT, unknown: "pass", wrongType: "pass" },
    {
      rule: "platform-key",
      resource,
      path: key,
      bad: "alias/aws/managed",
      absent: "pass",
      unknown: resource === "pseudonymise" ? "violation" : "pass",
    },
    ...(modes ?? []).map((mode): Deciding => ({
      rule: "kms-encryption",
      resource,
      path: mode.path,
      bad: "NONE",
    })),
  ];
});

const TABLE = [
  ...STORAGE_FORMAT,
  ...PSEUDONYMISATION,
  ...ENCRYPTION,
  ...PLACE_PROPERTIES,
  ...ACCESS,
  ...NETWORK,
  ...OPERATIONS,
  ...RESIDENCY,
  ...GUARDS,
  ...EXPOSURE,
  ...RESILIENCE,
];

for (const each of TABLE) {
  const {
    rule: name,
    resource,
    path,
    bad,
    absent = "violation",
    unknown = "undecided",
    wrongType = "violation",
  } = each;
  const plan = goodPlan();
  const judge = (value: unknown): Outcome =>
    outcomeOf(findingsOf(ruleNamed(name), changed(plan, resource, path, value)));

  describe(`${name}: ${resource}.${path.join(".")}`, () => {
    it(`bad: violation`, () => expect(judge(bad)).to.equal("violation"));
    it(`absent: ${absent}`, () => expect(judge(ABSENT)).to.equal(absent));
    it(`unknown: ${unknown}`, () => expect(judge(UNKNOWN)).to.equal(unknown));
    it(`wrong type: ${wrongType}`, () => expect(judge(42)).to.equal(wrongType));
    it("good, but secret: pass", () => expect(judge(secret(valueAt(plan, resource, path)))).to.equal("pass"));
  });
}

describe("the table of deciding properties", () => {
  it("has every rule", () => {
    const byInputs = new Set(TABLE.map((each) => each.rule));
    expect([...byInputs, ...BY_OPTIONS]).to.have.members(RULES.map((rule) => rule.name));
  });

  it("has every encrypted place but the direct put, the delivery's key and the other logs", () => {
    expect(ENCRYPTED_PLACES.length - PLACES.length).to.equal(6);
  });
});

describe("messages of rules", () => {
  it("never hold a value", () => {
    for (const { rule, resource, path } of TABLE) {
      const plan = changed(goodPlan(), resource, path, "canary-9d2f");
      for (const finding of findingsOf(ruleNamed(rule), plan)) {
        expect(`${finding.problem} ${finding.fix}`, `${rule} at ${path.join(".")}`).to.not.contain(
          "canary-9d2f",
        );
      }
    }
  });
});
