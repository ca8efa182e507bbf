/** What may become dear by one wrong number, and the bound of each: one row is one property of one type. */
import type { Path } from "../model/reading";
import { names, wholeNumber, type Configuration, type Setting } from "../model/setting";
import { covers } from "../model/policy-document";
import { settingIn } from "../model/setting";
import {
  DATABASE,
  DATABASE_CLUSTER_INSTANCE,
  EMR_SERVERLESS_APPLICATION,
  FUNCTION,
  GLUE_JOB,
  KAFKA_CLUSTER,
  LOG_GROUP,
  STREAM,
  WORKGROUP,
} from "../model/types";

export interface Limit {
  readonly type: string;
  readonly path: Path;
  /** Whether a known value is within the bound that the configuration sets. */
  accepts(value: unknown, configuration: Configuration): boolean;
  /** Whether the service's default is within any bound. @default false */
  readonly absentIsRight?: boolean;
  readonly must: string;
}

const GLUE_WORKERS = wholeNumber("glueWorkers", "Most workers of a job of Glue.", 50, 1);
const GLUE_MINUTES = wholeNumber("glueMinutes", "Longest run of a batch job of Glue, in minutes.", 480, 1);
const GLUE_RETRIES = wholeNumber("glueRetries", "Most retries of a job of Glue.", 3, 0);
const EMR_VCPU = wholeNumber("emrServerlessVcpu", "Most vCPUs of an EMR Serverless application.", 400, 1);
const EMR_IDLE = wholeNumber(
  "emrIdleMinutes",
  "Longest idle time of an EMR application or cluster, in minutes.",
  60,
  1,
);
const SHARDS = wholeNumber("kinesisShards", "Most shards of a provisioned stream.", 100, 1);
const SCAN = wholeNumber(
  "athenaScanBytes",
  "Most bytes that one query of Athena scans.",
  10_000_000_000_000,
  10_000_000,
);
const STORAGE = wholeNumber(
  "databaseGigabytes",
  "Most gigabytes that a database's storage grows to.",
  1000,
  20,
);
const CLASSES = names("databaseClasses", "Classes of database servers; * is any run of characters.", [
  "db.serverless",
  "db.t3.*",
  "db.t4g.*",
  "db.*.large",
  "db.*.xlarge",
  "db.*.2xlarge",
]);
const BROKERS = wholeNumber("kafkaBrokers", "Most brokers of a Kafka cluster.", 30, 1);
const BROKER_CLASSES = names("kafkaClasses", "Classes of Kafka brokers; * is any run of characters.", [
  "kafka.t3.small",
  "kafka.*.large",
  "kafka.*.xlarge",
  "kafka.*.2xlarge",
  "express.*.large",
  "express.*.xlarge",
]);
const MEMORY = wholeNumber("functionMegabytes", "Most memory of a function, in MB.", 3008, 128);
const LOG_DAYS = wholeNumber("logDays", "Longest time that logs of CloudWatch are kept, in days.", 3653, 1);
const REDSHIFT_NODES = wholeNumber("redshiftNodes", "Most nodes of a Redshift cluster.", 8, 1);
const REDSHIFT_RPU = wholeNumber("redshiftRpu", "Most RPUs of a Redshift Serverless workgroup.", 64, 8);

/** Every setting of the bounds. */
export const LIMIT_SETTINGS: readonly Setting<unknown>[] = [
  GLUE_WORKERS,
  GLUE_MINUTES,
  GLUE_RETRIES,
  EMR_VCPU,
  EMR_IDLE,
  SHARDS,
  SCAN,
  STORAGE,
  CLASSES,
  BROKERS,
  BROKER_CLASSES,
  MEMORY,
  LOG_DAYS,
  REDSHIFT_NODES,
  REDSHIFT_RPU,
];

const upTo = (type: string, path: Path, setting: Setting<number>, absentIsRight = false): Limit => ({
  type,
  path,
  absentIsRight,
  accepts: (value, configuration) =>
    typeof value === "number" && value >= 0 && value <= settingIn(configuration, setting),
  must: `must be within the rule's setting ${setting.key}`,
});

const among = (type: string, path: Path, setting: Setting<readonly string[]>): Limit => ({
  type,
  path,
  accepts: (value, configuration) =>
    typeof value === "string" && settingIn(configuration, setting).some((each) => covers(each, value)),
  must: `must be one of the rule's setting ${setting.key}`,
});

const isTrue = (type: string, path: Path): Limit => ({
  type,
  path,
  absentIsRight: true,
  accepts: (value) => value === true,
  must: "must be true: an idle application costs",
});

export const LIMITS: readonly Limit[] = [
  upTo(GLUE_JOB, ["numberOfWorkers"], GLUE_WORKERS),
  // The service's default is 480 minutes for batch jobs of Glue 5 and 2,880 before (Glue API, `Timeout`).
  upTo(GLUE_JOB, ["timeout"], GLUE_MINUTES),
  upTo(GLUE_JOB, ["maxRetries"], GLUE_RETRIES, true),
  {
    type: EMR_SERVERLESS_APPLICATION,
    path: ["maximumCapacity", "cpu"],
    accepts: (value, configuration) =>
      typeof value === "string" && (vcpu(value) ?? Infinity) <= settingIn(configuration, EMR_VCPU),
    must: `must be within the rule's setting ${EMR_VCPU.key}`,
  },
  isTrue(EMR_SERVERLESS_APPLICATION, ["autoStopConfiguration", "enabled"]),
  // 15 minutes by default.
  upTo(EMR_SERVERLESS_APPLICATION, ["autoStopConfiguration", "idleTimeoutMinutes"], EMR_IDLE, true),
  {
    type: "aws:emr/cluster:Cluster",
    path: ["autoTerminationPolicy", "idleTimeout"],
    // In seconds.
    accepts: (value, configuration) =>
      typeof value === "number" && value > 0 && value <= settingIn(configuration, EMR_IDLE) * 60,
    must: `must be within the rule's setting ${EMR_IDLE.key}`,
  },
  // Absent where the stream is on demand, which has no shards to set.
  upTo(STREAM, ["shardCount"], SHARDS, true),
  // That there is one, `athena-workgroup` asks.
  upTo(WORKGROUP, ["configuration", "bytesScannedCutoffPerQuery"], SCAN, true),
  among(DATABASE, ["instanceClass"], CLASSES),
  among(DATABASE_CLUSTER_INSTANCE, ["instanceClass"], CLASSES),
  upTo(DATABASE, ["allocatedStorage"], STORAGE, true),
  upTo(DATABASE, ["maxAllocatedStorage"], STORAGE, true),
  upTo(KAFKA_CLUSTER, ["numberOfBrokerNodes"], BROKERS),
  among(KAFKA_CLUSTER, ["brokerNodeGroupInfo", "instanceType"], BROKER_CLASSES),
  // 128 MB by default.
  upTo(FUNCTION, ["memorySize"], MEMORY, true),
  {
    type: LOG_GROUP,
    path: ["retentionInDays"],
    // Kept for ever by default, and by 0.
    accepts: (value, configuration) =>
      typeof value === "number" && value > 0 && value <= settingIn(configuration, LOG_DAYS),
    must: `must be within the rule's setting ${LOG_DAYS.key}: without it logs are kept for ever`,
  },
  upTo("aws:redshift/cluster:Cluster", ["numberOfNodes"], REDSHIFT_NODES, true),
  upTo("aws:redshiftserverless/workgroup:Workgroup", ["maxCapacity"], REDSHIFT_RPU),
];

/** `64 vCPU` -> 64. */
function vcpu(text: string): number | undefined {
  const [, number] = /^(\d+)\s*vCPU$/i.exec(text) ?? [];
  return number === undefined ? undefined : Number(number);
}
