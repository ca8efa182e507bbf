import { checkConnection, type KafkaConnection } from "./connection";
import { type Deserializer } from "./serializers";
import { Problems, TOPIC_NAME } from "./settings";

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface Rebalance {
  /** What this consumer no longer has; records of it that were not committed come again, at whoever has it now. */
  readonly revoked: readonly TopicPartition[];
  /** All that it has now. */
  readonly assigned: readonly TopicPartition[];
}

export interface ConsumerSettings<Key, Value> {
  readonly connection: KafkaConnection;
  /** Consumers of one group share the partitions, and the group's offsets. */
  readonly groupId: string;
  /** The group gives this consumer its partitions of these. Either this or `partitions`. */
  readonly topics?: readonly string[];
  /** Exactly these, whoever else reads them: no group shares them out. Offsets are the group's all the same. */
  readonly partitions?: readonly TopicPartition[];
  readonly keyDeserializer: Deserializer<Key>;
  /** {@link glueDeserializer} reads what {@link glueSerializer} wrote. */
  readonly valueDeserializer: Deserializer<Value>;
  /**
   * Where a group begins that has no offset, or one that is no longer kept. Kafka's own default is `latest`, which
   * skips what came before the first consumer; `none` is an error.
   * @default "earliest"
   */
  readonly autoOffsetReset?: "earliest" | "latest" | "none";
  /**
   * Milliseconds between commits of all that `poll` gave earlier, done or not: what a consumer has at hand when it is
   * killed may be lost. Kafka's own default is 5000.
   * @default "off": `commit`, or `run`, after the work
   */
  readonly autoCommitMs?: number | "off";
  /** Milliseconds that `poll` waits for a record. @default 1000 */
  readonly pollTimeoutMs?: number;
  /** Records that `poll` gives at most (`max.poll.records`). @default 500 */
  readonly maxPollRecords?: number;
  /** Bytes that a fetch waits for, as long as `pollTimeoutMs` (`fetch.min.bytes`). @default 1 */
  readonly fetchMinBytes?: number;
  /** Bytes of a fetch, about (`fetch.max.bytes`). @default 10485760 */
  readonly fetchMaxBytes?: number;
  /** Milliseconds without a word after which the group gives the partitions to others. @default 45000 */
  readonly sessionTimeoutMs?: number;
  /** Milliseconds between two words to the group; at most a third of the session. @default 3000 */
  readonly heartbeatMs?: number;
  /** Milliseconds that a rebalance waits for each consumer; at least the session. @default 60000 */
  readonly rebalanceTimeoutMs?: number;
  /** Told between two polls, before records of new partitions come. @default nobody is told */
  readonly onRebalance?: (rebalance: Rebalance) => void | Promise<void>;
  /**
   * What to do with a record that a deserializer refuses: throw to stop there, return to go on without it.
   * @default stops, by an error that names topic, partition and offset
   */
  readonly onUndecodable?: (record: UndecodableRecord) => void | Promise<void>;
  /** SIGTERM and SIGINT end `run` after its batch, commit, and leave the group, before the process ends. @default true */
  readonly closeOnSignals?: boolean;
}

export interface UndecodableRecord extends TopicPartition {
  readonly offset: bigint;
  /** As they lie on the topic; they may be personal: not for a log. */
  readonly key: Buffer | undefined;
  readonly value: Buffer | undefined;
  readonly reason: Error;
}

export const CONSUMER_DEFAULTS = {
  autoOffsetReset: "earliest",
  autoCommitMs: "off",
  pollTimeoutMs: 1000,
  maxPollRecords: 500,
  fetchMinBytes: 1,
  fetchMaxBytes: 10 * 1024 * 1024,
  /** Kafka, `session.timeout.ms` and `heartbeat.interval.ms`. */
  sessionTimeoutMs: 45_000,
  heartbeatMs: 3_000,
  rebalanceTimeoutMs: 60_000,
  closeOnSignals: true,
} as const;

/** @throws Error with every problem. */
export function checkConsumer<Key, Value>(settings: ConsumerSettings<Key, Value>): void {
  const problems = new Problems("The Kafka consumer");
  checkConnection(problems, settings.connection);
  problems.unless(
    /^\S+$/.test(settings.groupId ?? ""),
    "groupId",
    "is missing; name the group that shares the work",
  );
  checkSubscription(problems, settings);
  for (const name of ["keyDeserializer", "valueDeserializer"] as const) {
    problems.unless(
      typeof settings[name] === "function",
      name,
      "is missing; give textDeserializer or another",
    );
  }
  const { autoOffsetReset = CONSUMER_DEFAULTS.autoOffsetReset, autoCommitMs } = settings;
  problems.unless(
    ["earliest", "latest", "none"].includes(autoOffsetReset),
    "autoOffsetReset",
    `is ${String(autoOffsetReset)}; give "earliest", "latest" or "none"`,
  );
  if (autoCommitMs !== "off") problems.wholeNumber("autoCommitMs", autoCommitMs, [100, 3_600_000]);
  problems.wholeNumber("pollTimeoutMs", settings.pollTimeoutMs, [1, 300_000]);
  problems.wholeNumber("maxPollRecords", settings.maxPollRecords, [1, 100_000]);
  problems.wholeNumber("fetchMinBytes", settings.fetchMinBytes, [0, 10 * 1024 * 1024]);
  problems.wholeNumber("fetchMaxBytes", settings.fetchMaxBytes, [1024, 100 * 1024 * 1024]);
  checkSession(problems, settings);
  problems.throwIfAny();
}

function checkSubscription(
  problems: Problems,
  { topics, partitions }: Pick<ConsumerSettings<never, never>, "topics" | "partitions">,
): void {
  problems.unless(
    (topics === undefined) !== (partitions === undefined),
    "topics",
    "give either topics, which the group shares out, or partitions, which this consumer reads alone",
  );
  problems.unless((topics ?? partitions ?? [0]).length > 0, "topics", "is empty; name a topic or more");
  for (const topic of topics ?? partitions?.map((each) => each.topic) ?? []) {
    problems.unless(TOPIC_NAME.test(topic), "topics", `"${topic}" is no name: letters, digits, . _ and -`);
  }
  for (const { partition } of partitions ?? []) problems.wholeNumber("partitions", partition, [0, 1_000_000]);
}

function checkSession(
  problems: Problems,
  {
    sessionTimeoutMs = CONSUMER_DEFAULTS.sessionTimeoutMs,
    heartbeatMs = CONSUMER_DEFAULTS.heartbeatMs,
    rebalanceTimeoutMs = CONSUMER_DEFAULTS.rebalanceTimeoutMs,
  }: Pick<ConsumerSettings<never, never>, "sessionTimeoutMs" | "heartbeatMs" | "rebalanceTimeoutMs">,
): void {
  // Brokers, `group.min.session.timeout.ms` and `group.max.session.timeout.ms`.
  problems.wholeNumber("sessionTimeoutMs", sessionTimeoutMs, [6_000, 1_800_000]);
  problems.wholeNumber("heartbeatMs", heartbeatMs, [100, 600_000]);
  problems.wholeNumber("rebalanceTimeoutMs", rebalanceTimeoutMs, [6_000, 3_600_000]);
  problems.unless(
    heartbeatMs * 3 <= sessionTimeoutMs,
    "heartbeatMs",
    `is ${heartbeatMs}, more than a third of sessionTimeoutMs (${sessionTimeoutMs}): one lost word would end the session`,
  );
  problems.unless(
    rebalanceTimeoutMs >= sessionTimeoutMs,
    "rebalanceTimeoutMs",
    `is ${rebalanceTimeoutMs}; give at least sessionTimeoutMs (${sessionTimeoutMs})`,
  );
}
