/** The platform of plan.ts, broken in one place for each rule. The rules' tests hold them to it; `naru explain` shows them. */
import { ABSENT, changed, without } from "../unit/policies/evaluation";
import type { BrokenPlatform } from "./broken";
import { BROKEN_EXPOSURE } from "./broken-exposure";
import { BROKEN_GUARDS } from "./broken-guards";
import { BROKEN_RESILIENCE } from "./broken-resilience";
import { goodPlan, secret } from "./plan";

const FIREHOSE = "extendedS3Configuration";

/** One broken platform for each rule: what a person may really write. */
export const BROKEN: Readonly<Record<string, BrokenPlatform>> = {
  ...BROKEN_EXPOSURE,
  ...BROKEN_GUARDS,
  ...BROKEN_RESILIENCE,
  "glue-table-format": {
    title: "a table of gzipped CSV",
    at: "table",
    plan: () =>
      goodPlan().map((each) =>
        each.name === "table"
          ? {
              ...each,
              inputs: {
                name: "requests",
                databaseName: "plan_curated_lms",
                storageDescriptor: {
                  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
                  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                  serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde" },
                },
                parameters: { classification: "csv", compressionType: "gzip" },
              },
            }
          : each,
      ),
  },
  "firehose-conversion": {
    title: "a delivery stream that writes gzipped JSON",
    at: "delivery",
    plan: () => changed(goodPlan(), "delivery", [FIREHOSE, "dataFormatConversionConfiguration"], ABSENT),
  },
  "athena-query-format": {
    title: "a CTAS with Athena's default codec",
    at: "query",
    plan: () =>
      changed(goodPlan(), "query", ["query"], "CREATE TABLE a WITH (format = 'PARQUET') AS SELECT 1"),
  },
  "spark-output-format": {
    title: "a Spark application without the codec",
    at: "spark",
    plan: () => changed(goodPlan(), "spark", ["runtimeConfigurations"], ABSENT),
  },
  "data-class-tags": {
    title: "a bucket without tags",
    at: "logs",
    plan: () =>
      // AES256 is for buckets that say they hold logs: this one says nothing, so it is encrypted like any other.
      without(changed(goodPlan(), "logs", ["tags"], ABSENT), "logs-encryption").concat(
        goodPlan()
          .filter((each) => each.name === "landing-encryption")
          .map((each) => ({
            ...each,
            urn: `${each.urn}-of-logs`,
            inputs: { ...each.inputs, bucket: "plan-logs" },
            propertyDependencies: { rules: each.propertyDependencies.rules },
          })),
      ),
  },
  "firehose-pseudonymiser": {
    title: "personal data into an open bucket without the pseudonymiser",
    at: "delivery",
    plan: () => changed(goodPlan(), "delivery", [FIREHOSE, "processingConfiguration"], ABSENT),
  },
  "firehose-backup": {
    title: "a backup of clear records in an open bucket",
    at: "delivery",
    plan: () =>
      changed(
        goodPlan(),
        "delivery",
        [FIREHOSE, "s3BackupConfiguration", "bucketArn"],
        "arn:aws:s3:::plan-raw",
      ),
  },
  "firehose-error-output": {
    title: "failed records where every analyst reads",
    at: "delivery",
    plan: () => changed(goodPlan(), "delivery", [FIREHOSE, "errorOutputPrefix"], "failed/"),
  },
  "hmac-key": {
    title: "a pseudonym key of 224 bits",
    at: "pseudonym",
    plan: () => changed(goodPlan(), "pseudonym", ["customerMasterKeySpec"], "HMAC_224"),
  },
  "pseudonym-key-users": {
    title: "a pseudonym key that answers whom IAM lets",
    at: "pseudonym",
    plan: () => changed(goodPlan(), "pseudonym", ["policy"], ABSENT),
  },
  "pseudonymiser-key": {
    title: "a salt in the environment",
    at: "pseudonymise",
    plan: () =>
      changed(goodPlan(), "pseudonymise", ["environment", "variables", "HASH_SALT"], secret("canary-9d2f")),
  },
  "role-crossing": {
    title: "an untagged role that reads personal data and writes to the open zone",
    at: "curation",
    plan: () => changed(goodPlan(), "curation", ["tags"], ABSENT),
  },
  "bucket-encryption": {
    title: "a clear bucket",
    at: "raw",
    plan: () => without(goodPlan(), "raw-encryption"),
  },
  "bucket-public-access": {
    title: "a bucket that may be opened",
    at: "raw-public-access",
    plan: () => changed(goodPlan(), "raw-public-access", ["blockPublicPolicy"], false),
  },
  "bucket-tls-only": {
    title: "a bucket without a policy",
    at: "copy",
    plan: () => without(goodPlan(), "copy-policy"),
  },
  "kms-encryption": {
    title: "a stream without a key",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["kmsKeyId"], ABSENT),
  },
  "platform-key": {
    title: "a stream with AWS's own key",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["kmsKeyId"], "alias/aws/kinesis"),
  },
  "key-rotation": {
    title: "a key that never rotates",
    at: "data",
    plan: () => changed(goodPlan(), "data", ["enableKeyRotation"], false),
  },
  "key-policy-principals": {
    title: "a key for everyone",
    at: "data",
    plan: () =>
      changed(goodPlan(), "data", ["policy"], {
        Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*" }],
      }),
  },
  "iam-actions": {
    title: "a role that may do everything with queues",
    at: "analyst-policy",
    plan: () =>
      changed(goodPlan(), "analyst-policy", ["policy"], {
        Statement: [
          { Effect: "Allow", Action: "sqs:*", Resource: "arn:aws:sqs:ap-northeast-2:123456789012:plan-*" },
        ],
      }),
  },
  "iam-managed-policies": {
    title: "AWS's policy for a whole service",
    at: "analyst-reports",
    plan: () =>
      changed(goodPlan(), "analyst-reports", ["policyArn"], "arn:aws:iam::aws:policy/AmazonSQSFullAccess"),
  },
  "athena-workgroup": {
    title: "a workgroup of analysts without a limit",
    at: "workgroup",
    plan: () => changed(goodPlan(), "workgroup", ["configuration", "bytesScannedCutoffPerQuery"], ABSENT),
  },
  "lake-formation-grants": {
    title: "a grant of everything",
    at: "steward-grant",
    plan: () => changed(goodPlan(), "steward-grant", ["permissions"], ["ALL"]),
  },
  "lake-formation-defaults": {
    title: "new tables for everybody, in a place without hybrid access",
    at: "lake-location",
    plan: () => changed(goodPlan(), "lake-location", ["hybridAccessEnabled"], ABSENT),
  },
  "trail-integrity": {
    title: "a trail whose files may be altered",
    at: "trail",
    plan: () => changed(goodPlan(), "trail", ["enableLogFileValidation"], ABSENT),
  },
  "trail-management": {
    title: "a trail that does not see who changes a role or asks a key",
    at: "trail",
    plan: () => changed(goodPlan(), "trail", ["advancedEventSelectors", 1], ABSENT),
  },
  "trail-coverage": {
    title: "a trail that sees no object of landing",
    at: "landing",
    plan: () =>
      changed(
        goodPlan(),
        "trail",
        ["advancedEventSelectors", 0, "fieldSelectors", 2, "startsWiths"],
        ["arn:aws:s3:::plan-raw/"],
      ),
  },
  "closed-subnet-routes": {
    title: "a closed subnet with a way out",
    at: "closed",
    plan: () => changed(goodPlan(), "to-partner", ["natGatewayId"], "nat-1"),
  },
  "database-public-access": {
    title: "a database on the internet",
    at: "database",
    plan: () => changed(goodPlan(), "database", ["publiclyAccessible"], true),
  },
  "glue-connection": {
    title: "a connection with its password",
    at: "connection",
    plan: () =>
      changed(goodPlan(), "connection", ["connectionProperties", "PASSWORD"], secret("canary-9d2f")),
  },
  "kafka-access": {
    title: "brokers that anybody speaks to",
    at: "brokers",
    plan: () => changed(goodPlan(), "brokers", ["clientAuthentication", "unauthenticated"], true),
  },
  "security-group-ingress": {
    title: "a group that lets everybody in",
    at: "workers-from-network",
    plan: () => changed(goodPlan(), "workers-from-network", ["cidrIpv4"], "0.0.0.0/0"),
  },
  "endpoint-policies": {
    title: "a way to the buckets of everybody",
    at: "to-buckets",
    plan: () => changed(goodPlan(), "to-buckets", ["policy"], ABSENT),
  },
  "failure-alarm": {
    title: "a job whose failure nobody is told of",
    at: "job",
    plan: () => without(goodPlan(), "job-failed"),
  },
  "glue-job-execution": {
    title: "a job on an old Glue",
    at: "job",
    plan: () => changed(goodPlan(), "job", ["glueVersion"], "2.0"),
  },
  "table-quality": {
    title: "a curated table without rules",
    at: "table",
    plan: () => without(goodPlan(), "ruleset"),
  },
  "resource-region": {
    title: "a resource abroad",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["region"], "us-east-1"),
  },
  "replica-region": {
    title: "a secret with a copy abroad",
    at: "secret",
    plan: () => changed(goodPlan(), "secret", ["replicas"], [{ region: "us-west-2" }]),
  },
  "bucket-replication": {
    title: "a bucket that is copied to a bucket of somebody else's",
    at: "replication",
    plan: () =>
      changed(
        goodPlan(),
        "replication",
        ["rules", 0, "destination", "bucket"],
        "arn:aws:s3:::somebody-elses",
      ),
  },
};
