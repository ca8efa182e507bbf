/** A small platform as the recorder would write it down, with everything in it that a rule asks for. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import * as type from "../../policies/model/types";
import { bucketSideCars, exposure } from "./exposure-plan";
import { guards, withOwner } from "./guards-plan";
import { network } from "./network-plan";
import { operations } from "./operations-plan";
import { residency } from "./residency-plan";
import { resilience, withResilience } from "./resilience-plan";
import { resource, UNKNOWN } from "./resource";

export { resource, secret, UNKNOWN, urn } from "./resource";

/** A plan that breaks no rule. Each call makes a new one, so that a test may change it. */
export function goodPlan(): RecordedResource[] {
  return [
    ...keys(),
    ...buckets(),
    ...ingest(),
    ...catalogue(),
    ...engines(),
    ...messages(),
    ...roles(),
    ...grants(),
    ...network(),
    ...operations(),
    ...exposure(),
    ...resilience(),
    ...residency(),
    ...guards(),
  ]
    .map(withOwner)
    .map(withResilience);
}

const PEOPLE = { Effect: "Allow", Principal: { AWS: "arn:aws:iam::123456789012:root" } };
const DATA_KEY = [type.KEY, "data"] as const;
const CLOSED_KEY = [type.KEY, "closed-key"] as const;
const ACCOUNT_ONLY = { ...PEOPLE, Action: "kms:*", Resource: "*" };

/** Guesses are tested by named roles only. */
const ONLY_PSEUDONYMISERS = [
  {
    Effect: "Deny",
    Principal: "*",
    Action: "kms:GenerateMac",
    Resource: "*",
    Condition: { ArnNotEquals: { "aws:PrincipalArn": ["arn:aws:iam::123456789012:role/plan-curation"] } },
  },
  { Effect: "Deny", Principal: "*", Action: ["kms:VerifyMac", "kms:CreateGrant"], Resource: "*" },
];

/** Who is who is read by named roles only. */
const ONLY_REIDENTIFIERS = [
  {
    Effect: "Deny",
    Principal: "*",
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: { ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/plan-reidentifier" } },
  },
  { Effect: "Deny", Principal: "*", Action: "kms:CreateGrant", Resource: "*" },
];

function keys(): RecordedResource[] {
  return [
    resource(type.KEY, "data", {
      enableKeyRotation: true,
      multiRegion: false,
      deletionWindowInDays: 30,
      policy: JSON.stringify({ Statement: [ACCOUNT_ONLY] }),
    }),
    resource(type.KEY, "closed-key", {
      enableKeyRotation: true,
      policy: JSON.stringify({ Statement: [ACCOUNT_ONLY] }),
    }),
    resource(type.KEY, "pseudonym", {
      keyUsage: "GENERATE_VERIFY_MAC",
      customerMasterKeySpec: "HMAC_256",
      policy: JSON.stringify({ Statement: [ACCOUNT_ONLY, ...ONLY_PSEUDONYMISERS] }),
      tags: { "naru:role": "key-pseudonym" },
    }),
    resource(type.KEY, "reidentification", {
      enableKeyRotation: true,
      policy: JSON.stringify({ Statement: [ACCOUNT_ONLY, ...ONLY_REIDENTIFIERS] }),
      tags: { "naru:role": "key-reidentification" },
    }),
    resource(
      type.KEY_ALIAS,
      "data-alias",
      { name: "alias/plan-data", targetKeyId: UNKNOWN },
      { targetKeyId: [DATA_KEY] },
    ),
  ];
}

function buckets(): RecordedResource[] {
  const exceptCuration = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:GetObject*",
    Resource: "arn:aws:s3:::plan-raw/errors/*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/plan-curation" } },
  };
  const exceptWriters = {
    ...{ Effect: "Deny", Principal: "*", Action: ["s3:PutObject*", "s3:ReplicateObject"] },
    Resource: "arn:aws:s3:::plan-raw/errors/*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/plan-delivery-*" } },
  };
  const landing = { Resource: "arn:aws:s3:::plan-landing/*" };
  return [
    ...bucket("landing", "raw-pii", "closed", [
      { ...exceptCuration, ...landing },
      { ...exceptWriters, ...landing },
    ]),
    ...bucket("raw", "pseudonymised", "open", [exceptCuration, exceptWriters]),
    ...bucket("copy", "pseudonymised", "open"),
    ...bucket("logs", "logs", "closed"),
    ...bucket("audit", "logs", "closed"),
    resource(type.BUCKET_OBJECT_LOCK, "audit-lock", {
      bucket: "plan-audit",
      rule: { defaultRetention: { mode: "GOVERNANCE", days: 365 } },
    }),
  ];
}

function bucket(
  name: string,
  dataClass: string,
  zone: string,
  statements: object[] = [],
): RecordedResource[] {
  const own = { bucket: [[type.BUCKET, name] as const] };
  const byKms = {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: UNKNOWN },
    bucketKeyEnabled: true,
  };
  const tlsOnly = {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [`arn:aws:s3:::plan-${name}`, `arn:aws:s3:::plan-${name}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  return [
    resource(type.BUCKET, name, {
      bucket: `plan-${name}`,
      tags: { "naru:data-class": dataClass, "naru:zone": zone },
    }),
    name === "logs"
      ? resource(
          type.BUCKET_ENCRYPTION,
          `${name}-encryption`,
          { bucket: UNKNOWN, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
          own,
        )
      : resource(
          type.BUCKET_ENCRYPTION,
          `${name}-encryption`,
          { bucket: UNKNOWN, rules: [byKms] },
          { ...own, rules: [dataClass === "raw-pii" ? CLOSED_KEY : DATA_KEY] },
        ),
    resource(
      type.BUCKET_PUBLIC_ACCESS_BLOCK,
      `${name}-public-access`,
      {
        bucket: UNKNOWN,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      own,
    ),
    resource(
      type.BUCKET_POLICY,
      `${name}-policy`,
      // Named by its bucket's known name, as an output that a preview knows would be.
      { bucket: `plan-${name}`, policy: { Version: "2012-10-17", Statement: [tlsOnly, ...statements] } },
    ),
    ...bucketSideCars(name),
  ];
}

function ingest(): RecordedResource[] {
  return [
    resource(
      type.STREAM,
      "events",
      {
        name: "plan-events",
        encryptionType: "KMS",
        kmsKeyId: UNKNOWN,
        tags: { "naru:data-class": "raw-pii", "naru:zone": "closed" },
      },
      { kmsKeyId: [CLOSED_KEY] },
    ),
    resource(
      type.FUNCTION,
      "pseudonymise",
      {
        name: "plan-pseudonymise",
        runtime: "nodejs22.x",
        kmsKeyArn: "alias/plan-data",
        environment: { variables: { PSEUDONYM_KEY_ID: UNKNOWN, PSEUDONYM_EPOCH: "1" } },
        loggingConfig: { logGroup: "/aws/lambda/plan-pseudonymise" },
        tags: { "naru:role": "pseudonymiser" },
      },
      { environment: [[type.KEY, "pseudonym"]] },
    ),
    resource(
      type.DELIVERY_STREAM,
      "delivery",
      {
        destination: "extended_s3",
        kinesisSourceConfiguration: { kinesisStreamArn: UNKNOWN, roleArn: UNKNOWN },
        extendedS3Configuration: {
          bucketArn: "arn:aws:s3:::plan-raw",
          errorOutputPrefix: "errors/requests/!{firehose:error-output-type}/",
          s3BackupMode: "Enabled",
          s3BackupConfiguration: { bucketArn: "arn:aws:s3:::plan-landing" },
          compressionFormat: "UNCOMPRESSED",
          processingConfiguration: {
            enabled: true,
            processors: [
              { type: "Lambda", parameters: [{ parameterName: "LambdaArn", parameterValue: UNKNOWN }] },
            ],
          },
          dataFormatConversionConfiguration: {
            enabled: true,
            outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
          },
        },
      },
      {
        kinesisSourceConfiguration: [
          [type.STREAM, "events"],
          [type.ROLE, "delivery-role"],
        ],
        extendedS3Configuration: [[type.FUNCTION, "pseudonymise"]],
      },
    ),
  ];
}

function catalogue(): RecordedResource[] {
  return [
    resource(type.CATALOG_TABLE, "table", {
      name: "requests",
      databaseName: "plan_curated_lms",
      storageDescriptor: {
        inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
      },
      parameters: { classification: "parquet", "parquet.compression": "SNAPPY" },
    }),
    resource(type.NAMED_QUERY, "query", {
      database: "plan_curated_lms",
      query:
        "CREATE TABLE pages WITH (format = 'PARQUET', parquet_compression = 'SNAPPY') AS SELECT page FROM requests",
    }),
    resource(
      type.WORKGROUP,
      "workgroup",
      {
        name: "plan-analysts",
        configuration: {
          enforceWorkgroupConfiguration: true,
          bytesScannedCutoffPerQuery: 100_000_000_000,
          resultConfiguration: {
            outputLocation: "s3://plan-copy/results/",
            encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: UNKNOWN },
          },
        },
      },
      { configuration: [DATA_KEY] },
    ),
    resource(
      type.WORKGROUP,
      "open-workgroup",
      {
        name: "plan-transform",
        configuration: {
          enforceWorkgroupConfiguration: false,
          resultConfiguration: {
            outputLocation: "s3://plan-copy/results/",
            encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: UNKNOWN },
          },
        },
        tags: { "naru:role": "transform" },
      },
      { configuration: [DATA_KEY] },
    ),
  ];
}

function engines(): RecordedResource[] {
  const codec = "spark.sql.parquet.compression.codec";
  return [
    resource(
      type.EMR_SERVERLESS_APPLICATION,
      "spark",
      {
        type: "spark",
        maximumCapacity: { cpu: "64 vCPU", memory: "256 GB" },
        runtimeConfigurations: [{ classification: "spark-defaults", properties: { [codec]: "snappy" } }],
        monitoringConfiguration: {
          s3MonitoringConfiguration: { encryptionKeyArn: UNKNOWN, logUri: "s3://plan-audit/spark/" },
        },
      },
      { monitoringConfiguration: [DATA_KEY] },
    ),
    resource(type.GLUE_JOB, "job", {
      name: "plan-job",
      glueVersion: "5.0",
      numberOfWorkers: 5,
      timeout: 120,
      command: { name: "glueetl" },
      roleArn: "arn:aws:iam::123456789012:role/plan-curation",
      defaultArguments: {
        "--conf": `spark.sql.adaptive.enabled=true --conf ${codec}=snappy`,
        "--TempDir": "s3://plan-landing/spills/",
      },
    }),
    resource(
      type.GLUE_SECURITY_CONFIGURATION,
      "security",
      {
        encryptionConfiguration: {
          s3Encryption: { s3EncryptionMode: "SSE-KMS", kmsKeyArn: UNKNOWN },
          cloudwatchEncryption: { cloudwatchEncryptionMode: "SSE-KMS", kmsKeyArn: UNKNOWN },
          jobBookmarksEncryption: { jobBookmarksEncryptionMode: "CSE-KMS", kmsKeyArn: UNKNOWN },
        },
      },
      { encryptionConfiguration: [DATA_KEY] },
    ),
  ];
}

function messages(): RecordedResource[] {
  const byKey = (property: string) => ({ [property]: [DATA_KEY] });
  return [
    resource(type.LOG_GROUP, "log", { kmsKeyId: UNKNOWN, retentionInDays: 365 }, byKey("kmsKeyId")),
    resource(
      type.TRAIL,
      "trail",
      {
        kmsKeyId: UNKNOWN,
        isMultiRegionTrail: true,
        enableLogFileValidation: true,
        s3BucketName: UNKNOWN,
        advancedEventSelectors: [
          {
            fieldSelectors: [
              { field: "eventCategory", equals: ["Data"] },
              { field: "resources.type", equals: ["AWS::S3::Object"] },
              {
                field: "resources.ARN",
                startsWiths: ["arn:aws:s3:::plan-landing/", "arn:aws:s3:::plan-raw/"],
              },
            ],
          },
          { fieldSelectors: [{ field: "eventCategory", equals: ["Management"] }] },
        ],
      },
      { ...byKey("kmsKeyId"), s3BucketName: [[type.BUCKET, "audit"]] },
    ),
    resource(type.TOPIC, "topic", { kmsMasterKeyId: UNKNOWN }, byKey("kmsMasterKeyId")),
    resource(type.QUEUE, "queue", { kmsMasterKeyId: UNKNOWN }, byKey("kmsMasterKeyId")),
    resource(
      type.KAFKA_CLUSTER,
      "brokers",
      {
        clientAuthentication: { sasl: { iam: true }, unauthenticated: false },
        encryptionInfo: {
          encryptionAtRestKmsKeyArn: UNKNOWN,
          encryptionInTransit: { clientBroker: "TLS", inCluster: true },
        },
        brokerNodeGroupInfo: {
          connectivityInfo: { publicAccess: { type: "DISABLED" } },
          instanceType: "kafka.m7g.large",
        },
        loggingInfo: { brokerLogs: { s3: { enabled: true, bucket: "plan-logs" } } },
        numberOfBrokerNodes: 3,
        tags: { "naru:data-class": "raw-pii", "naru:zone": "closed" },
      },
      byKey("encryptionInfo"),
    ),
    resource(type.KAFKA_SERVERLESS_CLUSTER, "serverless", {
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      tags: { "naru:data-class": "raw-pii", "naru:zone": "closed" },
    }),
    resource(type.KAFKA_CONNECTOR, "sink", {
      kafkaClusterClientAuthentication: { authenticationType: "IAM" },
      kafkaClusterEncryptionInTransit: { encryptionType: "TLS" },
      logDelivery: { workerLogDelivery: { cloudwatchLogs: { enabled: true, logGroup: "plan-log" } } },
    }),
    resource(
      type.SECRET,
      "secret",
      { kmsKeyId: UNKNOWN, replicas: [{ region: "ap-northeast-2", kmsKeyId: "alias/plan-data" }] },
      byKey("kmsKeyId"),
    ),
    ...[
      [type.DATABASE, "database"],
      [type.DATABASE_CLUSTER, "cluster"],
    ].map(([token, name]) =>
      resource(
        token!,
        name!,
        {
          ...{ storageEncrypted: true, kmsKeyId: UNKNOWN, publiclyAccessible: false },
          ...{ instanceClass: "db.t4g.micro", maxAllocatedStorage: 100 },
          ...{ manageMasterUserPassword: true, masterUserSecretKmsKeyId: UNKNOWN },
          tags: { "naru:data-class": "pseudonymised", "naru:zone": "closed" },
        },
        { ...byKey("kmsKeyId"), ...byKey("masterUserSecretKmsKeyId") },
      ),
    ),
  ];
}

function roles(): RecordedResource[] {
  const trust = (service: string) => ({
    Statement: [
      {
        ...{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ],
  });
  const crossing = {
    Statement: [
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::plan-landing/*" },
      { Effect: "Allow", Action: ["s3:PutObject"], Resource: "arn:aws:s3:::plan-raw/*" },
    ],
  };
  const analysis = {
    Statement: [
      { Effect: "Allow", Action: ["s3:GetObject", "s3:PutObject"], Resource: "arn:aws:s3:::plan-raw/lms/*" },
      {
        Effect: "Allow",
        Action: "athena:StartQueryExecution",
        Resource: "arn:aws:athena:ap-northeast-2:123456789012:workgroup/plan-analysts",
      },
    ],
  };
  const moving = {
    Statement: [
      { Effect: "Allow", Action: "kinesis:Get*", Resource: UNKNOWN },
      { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::plan-raw/*" },
    ],
  };
  return [
    resource(type.ROLE, "curation", {
      name: "plan-curation",
      assumeRolePolicy: trust("emr-serverless.amazonaws.com"),
      inlinePolicies: [{ policy: JSON.stringify(crossing) }],
      tags: { "naru:role": "pseudonymiser" },
    }),
    resource(type.ROLE, "analyst", { name: "plan-analyst", assumeRolePolicy: trust("athena.amazonaws.com") }),
    resource(type.POLICY, "reports", { policy: { Statement: [analysis.Statement[0]] } }),
    resource(
      type.ROLE_POLICY_ATTACHMENT,
      "analyst-reports",
      { role: "plan-analyst", policyArn: UNKNOWN },
      { policyArn: [[type.POLICY, "reports"]] },
    ),
    resource(type.ROLE_POLICY, "analyst-policy", { role: "plan-analyst", policy: JSON.stringify(analysis) }),
    resource(type.ROLE, "delivery-role", { assumeRolePolicy: trust("firehose.amazonaws.com") }),
    resource(
      type.ROLE_POLICY,
      "delivery-role-policy",
      { role: UNKNOWN, policy: moving },
      { role: [[type.ROLE, "delivery-role"]], policy: [[type.STREAM, "events"]] },
    ),
  ];
}

/** Lake Formation beside IAM: hybrid access, and a steward who grants further. */
function grants(): RecordedResource[] {
  return [
    resource(type.LAKE_SETTINGS, "lake-settings", {
      admins: ["arn:aws:iam::123456789012:role/deploy"],
      createTableDefaultPermissions: [{ principal: "IAM_ALLOWED_PRINCIPALS", permissions: ["ALL"] }],
    }),
    resource(type.LAKE_LOCATION, "lake-location", {
      arn: "arn:aws:s3:::plan-raw/lms",
      hybridAccessEnabled: true,
    }),
    resource(type.ROLE, "steward", {
      name: "plan-steward",
      assumeRolePolicy: { Statement: [{ ...PEOPLE, Action: "sts:AssumeRole" }] },
      tags: { "naru:role": "steward" },
    }),
    resource(
      type.LAKE_PERMISSIONS,
      "steward-grant",
      {
        principal: UNKNOWN,
        permissions: ["DESCRIBE", "SELECT"],
        permissionsWithGrantOptions: ["DESCRIBE", "SELECT"],
        lfTagPolicy: { resourceType: "TABLE", expressions: [{ key: "plan-zone", values: ["raw"] }] },
      },
      { principal: [[type.ROLE, "steward"]] },
    ),
  ];
}
