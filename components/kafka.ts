/** A Kafka cluster beside the streams: what a person says of it, and what is wrong with it. */
import { checkNumber, checkText, type ArgumentProblem } from "./arguments";
import { BROKERS, isExpress } from "./kafka-brokers";
import { connectProblems, type KafkaConnect } from "./kafka-connect";
import { LIMITS, type Bounds } from "./limits";

/** `serverless`: capacity by use, without brokers to choose; `provisioned`: brokers by number and class. */
export const KAFKA_CLUSTERS = ["serverless", "provisioned"] as const;

/**
 * Versions that MSK offers, the default first; those with `kraft` need no ZooKeeper, and 4 has none at all (MSK developer guide,
 * "Supported Apache Kafka versions", 2026-11). The topics' API wants 3.6 or later.
 */
export const KAFKA_VERSIONS = ["3.9.x.kraft", "4.0.x.kraft", "4.1.x.kraft", "3.9.x", "3.8.x"] as const;

/** Express brokers run none later (MSK developer guide, "Amazon MSK Express brokers"). */
const EXPRESS_VERSIONS: readonly string[] = ["3.9.x.kraft", "3.9.x", "3.8.x"];

/** How one stream's topic differs from what follows of its contract. */
export interface TopicDefinition {
  /** Fixes which events keep their order: a partition more later sends a key's next events elsewhere. @default by the declared rate, 3 at least */
  readonly partitions?: number;
  /** @default as long as the stream keeps events */
  readonly retentionHours?: number;
  /** Copies that take an event before `acks=all` is answered; fewer than `replication`, or one broker away stops writing. @default 2 */
  readonly minInSyncReplicas?: number;
  /** Copies of each partition. @default 3 */
  readonly replication?: number;
  /** Groups of consumers that read it: each gets a policy to attach, and an alarm when it falls behind. @default [] */
  readonly consumerGroups?: readonly string[];
}

export interface KafkaDefinition {
  readonly cluster: (typeof KAFKA_CLUSTERS)[number];
  /** Of provisioned clusters. @default the first of {@link KAFKA_VERSIONS} */
  readonly version?: string;
  /** Class of the brokers, one of {@link BROKERS}. @default "kafka.m7g.large" */
  readonly instance?: string;
  /** A multiple of the zones. @default the least multiple that is 3 or more */
  readonly brokers?: number;
  /** GiB of each broker at first; Express has none to choose. @default 100 */
  readonly storageGb?: number;
  /** GiB of each broker up to which storage grows by itself. @default five times storageGb */
  readonly storageLimitGb?: number;
  /** Ids of the streams that have a topic. @default every stream with a contract */
  readonly streams?: readonly string[];
  /** By id of the stream. @default {} */
  readonly topics?: Readonly<Record<string, TopicDefinition>>;
  /** Serverless keeps events under AWS's own key: `true` lets personal data be among them. @default false */
  readonly awsKey?: boolean;
  /** A connector of MSK Connect that writes streams without personal data. @default none */
  readonly connect?: KafkaConnect;
}

/** Keys of a definition with what each takes, as it stands after "write". */
export const KAFKA_FORMS: Readonly<Record<keyof KafkaDefinition, string>> = {
  cluster: KAFKA_CLUSTERS.join(" or "),
  version: `one of ${KAFKA_VERSIONS.join(", ")}`,
  instance: `one of ${Object.keys(BROKERS).join(", ")}`,
  brokers: "a number of brokers",
  storageGb: "a number of GiB",
  storageLimitGb: "a number of GiB",
  streams: "a list of ids of streams, e.g. lms.requests",
  topics:
    "an object of streams' ids, each with partitions, retentionHours, minInSyncReplicas, replication or consumerGroups",
  awsKey: "true or false",
  connect: "an object with streams, and pluginArn and pluginRevision or pluginBucket and pluginKey",
};

/** MSK developer guide, "Amazon MSK quota": 60 a cluster with KRaft before a raise. */
const BROKER_COUNT: Bounds = { minimum: 2, maximum: 60, unit: "brokers" };
/** The same: 1 to 16,384 GiB a broker; 10 are where its throughput begins. */
const STORAGE: Bounds = { minimum: 10, maximum: 16_384, unit: "GiB" };
/** RDS's advice of a quarter above holds here too: less is used up by one step of 10 percent. */
const LEAST_GROWTH = 1.26;
/** A bound of our own: more belong to more streams. */
const PARTITIONS: Bounds = { minimum: 1, maximum: 1000, unit: "partitions" };
/** With fewer, a broker away leaves nobody to spare (see {@link TopicDefinition.minInSyncReplicas}). */
const REPLICATION: Bounds = { minimum: 3, maximum: 5, unit: "copies" };

export const DEFAULT_INSTANCE = "kafka.m7g.large";
export const DEFAULT_REPLICATION = 3;
export const DEFAULT_MIN_IN_SYNC = 2;
const DEFAULT_STORAGE_GB = 100;

/** MSK wants a subnet for each of 2 or 3 zones, and as many brokers in each. @param zones of the network's closed subnets. */
export function brokersOf({ brokers }: KafkaDefinition, zones: number): number {
  return brokers ?? Math.ceil(DEFAULT_REPLICATION / zones) * zones;
}

/** GiB of a broker, at first and at most. Of standard brokers. */
export function storageOf({ storageGb = DEFAULT_STORAGE_GB, storageLimitGb }: KafkaDefinition): {
  readonly first: number;
  readonly limit: number;
} {
  return { first: storageGb, limit: storageLimitGb ?? Math.min(STORAGE.maximum, 5 * storageGb) };
}

/** @returns `<key>: <what>; <fix>` for each wrong value. */
export function kafkaProblems(definition: KafkaDefinition): (ArgumentProblem | undefined)[] {
  const { cluster, version, instance, storageGb = DEFAULT_STORAGE_GB, connect } = definition;
  if (!(KAFKA_CLUSTERS as readonly string[]).includes(cluster)) {
    return [`cluster: is "${String(cluster)}"; write ${KAFKA_FORMS.cluster}`];
  }
  const express = isExpress(definition);
  const versions = express ? EXPRESS_VERSIONS : KAFKA_VERSIONS;
  return [
    ...offerProblems(definition),
    checkText(
      "version",
      version,
      (text) => (versions as readonly string[]).includes(text),
      `one of ${versions.join(", ")}`,
    ),
    checkText("instance", instance, (text) => Object.hasOwn(BROKERS, text), KAFKA_FORMS.instance),
    checkNumber("brokers", definition.brokers, BROKER_COUNT),
    checkNumber("storageGb", definition.storageGb, STORAGE),
    checkNumber("storageLimitGb", definition.storageLimitGb, {
      ...STORAGE,
      minimum: Math.min(Math.ceil(storageGb * LEAST_GROWTH), STORAGE.maximum),
    }),
    ...Object.entries(definition.topics ?? {}).flatMap(([id, topic]) => topicProblems(definition, id, topic)),
    ...(connect === undefined
      ? []
      : connectProblems(connect).map((problem) => problem && `connect.${problem}`)),
  ];
}

/** What a kind of cluster does not have. */
function offerProblems(definition: KafkaDefinition): (ArgumentProblem | undefined)[] {
  const set = (keys: readonly (keyof KafkaDefinition)[], why: string) =>
    keys.map((key) =>
      definition[key] === undefined ? undefined : `${key}: is set, but ${why}; leave it out`,
    );
  if (definition.cluster === "serverless") {
    return set(
      ["version", "instance", "brokers", "storageGb", "storageLimitGb"],
      "a serverless cluster has no brokers to choose",
    );
  }
  return [
    ...set(["awsKey"], "a provisioned cluster is under the platform's key"),
    ...(isExpress(definition)
      ? set(["storageGb", "storageLimitGb"], "the storage of Express brokers grows by itself")
      : []),
  ];
}

function topicProblems(
  definition: KafkaDefinition,
  id: string,
  topic: TopicDefinition,
): (ArgumentProblem | undefined)[] {
  const at = `topics["${id}"]`;
  const { replication = DEFAULT_REPLICATION, minInSyncReplicas, consumerGroups = [] } = topic;
  const fixed = definition.cluster === "serverless" || isExpress(definition);
  const whose = definition.cluster === "serverless" ? "a serverless cluster" : "Express";
  const alone = (key: "replication" | "minInSyncReplicas", value: number) =>
    topic[key] === undefined || topic[key] === value
      ? undefined
      : `${at}.${key}: is ${topic[key]}, but ${whose} has ${value} always; leave it out`;
  return [
    checkNumber(`${at}.partitions`, topic.partitions, PARTITIONS),
    checkNumber(`${at}.retentionHours`, topic.retentionHours, LIMITS.topicRetention),
    ...(fixed
      ? [alone("replication", DEFAULT_REPLICATION), alone("minInSyncReplicas", DEFAULT_MIN_IN_SYNC)]
      : [
          checkNumber(`${at}.replication`, topic.replication, REPLICATION),
          checkNumber(`${at}.minInSyncReplicas`, minInSyncReplicas, {
            minimum: 2,
            maximum: Math.max(2, replication - 1),
            unit: "copies (fewer than replication, or one broker away stops writing)",
          }),
        ]),
    ...consumerGroups.map((group, index) =>
      checkText(
        `${at}.consumerGroups[${index}]`,
        group,
        // CloudWatch drops the lag of other names (MSK developer guide, "Monitor consumer lags").
        (text) => /^[A-Za-z0-9._-]{1,100}$/.test(text),
        "up to 100 letters, digits, full stops, underscores and hyphens",
      ),
    ),
  ];
}

/** What does not fit the network. @param zones of its closed subnets. */
export function kafkaPlacementProblems(
  definition: KafkaDefinition,
  zones: number,
): (ArgumentProblem | undefined)[] {
  if (zones < 2 || zones > 3) {
    return [
      `cluster: stands in ${zones} subnets, but MSK takes 2 or 3, each of its own zone; give the network as many`,
    ];
  }
  const { brokers } = definition;
  const most = Math.max(
    ...Object.values(definition.topics ?? {}).map(({ replication = DEFAULT_REPLICATION }) => replication),
    DEFAULT_REPLICATION,
  );
  const least = Math.ceil(most / zones) * zones;
  if (definition.cluster === "serverless") return [];
  return [
    isExpress(definition) && zones !== 3
      ? `instance: is "${definition.instance}", but Express brokers stand in 3 zones and the network has ${zones}; give it 3, or take ${DEFAULT_INSTANCE}`
      : undefined,
    brokers !== undefined && (brokers % zones !== 0 || brokers < most)
      ? `brokers: is ${brokers}, but ${zones} zones want a multiple of ${zones}, and replication ${most} as many brokers; write ${least} or more`
      : undefined,
    brokers === undefined && brokersOf(definition, zones) < most
      ? `brokers: is ${brokersOf(definition, zones)} by default, but replication is ${most}; write ${least} or more`
      : undefined,
  ];
}
