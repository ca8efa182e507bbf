/**
 * What is encrypted with the platform's keys: one row a place where data rests. `kms-encryption` asks that encryption is
 * on and a key is named, `platform-key` that the key is one of the stack. Buckets have a rule of their own, as their
 * encryption is a resource beside them.
 */
import { oneOf } from "../model/expectation";
import { read, type Path } from "../model/reading";
import type { Resource } from "../model/rule";
import {
  BUCKET_ENCRYPTION,
  BUCKET_OBJECT,
  DATABASE,
  DATABASE_CLUSTER,
  DELIVERY_STREAM,
  DYNAMO_TABLE,
  EMR_SERVERLESS_APPLICATION,
  FUNCTION,
  GLUE_SECURITY_CONFIGURATION,
  INVENTORY,
  KAFKA_CLUSTER,
  LOG_GROUP,
  QUEUE,
  SECRET,
  STREAM,
  TOPIC,
  TRAIL,
  WORKGROUP,
} from "../model/types";

export interface EncryptedPlace {
  readonly type: string;
  /** The property that names the key. */
  readonly key: Path;
  /** Properties that turn KMS encryption on, with their right values. */
  readonly modes?: readonly {
    readonly path: Path;
    accepts(value: unknown): boolean;
    readonly must: string;
  }[];
  /** Whether the place is used at all; absent: always. */
  applies?(resource: Resource): boolean;
}

const isSet = (path: Path) => (resource: Resource) => read(resource.props, path).state !== "absent";
/** Whether something with a switch of its own is there, and not said to be off. */
const isOn = (path: Path) => (resource: Resource) => {
  const enabled = read(resource.props, [...path, "enabled"]);
  return isSet(path)(resource) && !(enabled.state === "known" && enabled.value === false);
};
const mustBe = (path: Path, value: string) => ({ path, accepts: oneOf(value), must: `must be ${value}` });
const mustBeTrue = (path: Path) => ({
  path,
  accepts: (value: unknown) => value === true,
  must: "must be true",
});

const ATHENA_RESULTS = ["configuration", "resultConfiguration"] as const;
const ATHENA_ENCRYPTION = [...ATHENA_RESULTS, "encryptionConfiguration"] as const;
const ATHENA_LOGS = ["configuration", "monitoringConfiguration"] as const;
const EMR_LOGS = ["monitoringConfiguration"] as const;
const GLUE = ["encryptionConfiguration"] as const;
const FIREHOSE = ["serverSideEncryption"] as const;
const DELIVERED = ["extendedS3Configuration"] as const;
const LISTED = ["destination", "bucket", "encryption"] as const;

export const ENCRYPTED_PLACES: readonly EncryptedPlace[] = [
  { type: STREAM, key: ["kmsKeyId"], modes: [mustBe(["encryptionType"], "KMS")] },
  {
    type: DELIVERY_STREAM,
    key: [...FIREHOSE, "keyArn"],
    modes: [mustBeTrue([...FIREHOSE, "enabled"]), mustBe([...FIREHOSE, "keyType"], "CUSTOMER_MANAGED_CMK")],
    // With a stream as its source a delivery stream keeps nothing of its own, and the service refuses the setting.
    applies: (delivery) =>
      !isSet(["kinesisSourceConfiguration"])(delivery) && !isSet(["mskSourceConfiguration"])(delivery),
  },
  { type: FUNCTION, key: ["kmsKeyArn"], applies: isSet(["environment", "variables"]) },
  { type: LOG_GROUP, key: ["kmsKeyId"] },
  { type: TRAIL, key: ["kmsKeyId"] },
  {
    type: WORKGROUP,
    key: [...ATHENA_ENCRYPTION, "kmsKeyArn"],
    modes: [mustBe([...ATHENA_ENCRYPTION, "encryptionOption"], "SSE_KMS")],
    // Results that Athena manages itself have their key elsewhere; whether it does may be unknown with all the rest.
    applies: ({ props }) =>
      read(props, ["configuration"]).state !== "known" ||
      read(props, ["configuration", "managedQueryResultsConfiguration", "enabled"]).state === "absent",
  },
  // Logs of Spark's sessions; those in CloudWatch have the key of their group.
  ...["managedLoggingConfiguration", "s3LoggingConfiguration"].map((log): EncryptedPlace => ({
    type: WORKGROUP,
    key: [...ATHENA_LOGS, log, "kmsKey"],
    applies: isOn([...ATHENA_LOGS, log]),
  })),
  { type: TOPIC, key: ["kmsMasterKeyId"] },
  { type: QUEUE, key: ["kmsMasterKeyId"] },
  { type: SECRET, key: ["kmsKeyId"] },
  ...[DATABASE, DATABASE_CLUSTER].flatMap((type): EncryptedPlace[] => [
    {
      type,
      key: ["kmsKeyId"],
      modes: [mustBeTrue(["storageEncrypted"])],
      // A replica is under the key of what it copies.
      applies: (database) => !isSet(["replicateSourceDb"])(database),
    },
    { type, key: ["masterUserSecretKmsKeyId"], applies: isSet(["manageMasterUserPassword"]) },
  ]),
  {
    type: DYNAMO_TABLE,
    key: ["serverSideEncryption", "kmsKeyArn"],
    modes: [mustBeTrue(["serverSideEncryption", "enabled"])],
  },
  { type: KAFKA_CLUSTER, key: ["encryptionInfo", "encryptionAtRestKmsKeyArn"] },
  {
    type: GLUE_SECURITY_CONFIGURATION,
    key: [...GLUE, "s3Encryption", "kmsKeyArn"],
    modes: [mustBe([...GLUE, "s3Encryption", "s3EncryptionMode"], "SSE-KMS")],
    // Said to be off, it leaves each object to its bucket's own key, which `bucket-encryption` asks for; one key of the
    // configuration would be the same for buckets of all domains.
    applies: (configuration) => {
      const mode = read(configuration.props, [...GLUE, "s3Encryption", "s3EncryptionMode"]);
      return !(mode.state === "known" && mode.value === "DISABLED");
    },
  },
  {
    type: GLUE_SECURITY_CONFIGURATION,
    key: [...GLUE, "cloudwatchEncryption", "kmsKeyArn"],
    modes: [mustBe([...GLUE, "cloudwatchEncryption", "cloudwatchEncryptionMode"], "SSE-KMS")],
  },
  {
    type: GLUE_SECURITY_CONFIGURATION,
    key: [...GLUE, "jobBookmarksEncryption", "kmsKeyArn"],
    modes: [mustBe([...GLUE, "jobBookmarksEncryption", "jobBookmarksEncryptionMode"], "CSE-KMS")],
  },
  // What an object or a delivery names stands before its bucket's own key, which `bucket-encryption` asks for.
  {
    type: BUCKET_OBJECT,
    key: ["kmsKeyId"],
    modes: [mustBe(["serverSideEncryption"], "aws:kms")],
    applies: (object) => isSet(["serverSideEncryption"])(object) || isSet(["kmsKeyId"])(object),
  },
  { type: DELIVERY_STREAM, key: [...DELIVERED, "kmsKeyArn"], applies: isSet([...DELIVERED, "kmsKeyArn"]) },
  { type: INVENTORY, key: [...LISTED, "sseKms", "keyId"], applies: isSet(LISTED) },
  ...[
    "s3MonitoringConfiguration",
    "cloudwatchLoggingConfiguration",
    "managedPersistenceMonitoringConfiguration",
  ].map((log): EncryptedPlace => ({
    type: EMR_SERVERLESS_APPLICATION,
    key: [...EMR_LOGS, log, "encryptionKeyArn"],
    applies: isOn([...EMR_LOGS, log]),
  })),
];

/** Bucket side-cars: named by `bucket-encryption`, judged by `platform-key` like every other place. */
export const BUCKET_KEY: EncryptedPlace = {
  type: BUCKET_ENCRYPTION,
  key: ["rules", 0, "applyServerSideEncryptionByDefault", "kmsMasterKeyId"],
};
