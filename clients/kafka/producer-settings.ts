import { checkConnection, type KafkaConnection } from "./connection";
import { type Serializer } from "./serializers";
import { Problems } from "./settings";

/**
 * How many replicas must have a record before it counts as written.
 * - `"all"`: every replica in sync, and at least `min.insync.replicas` of the topic (2 of 3 on the platform's): nothing
 *   is lost when a broker is. A send takes the slowest of them, a few milliseconds more.
 * - `1`: the leader alone: what it had not passed on is lost with it.
 * - `0`: nobody is waited for: what does not arrive is lost, and nobody is told. Records get no offset.
 */
export type Acks = 0 | 1 | "all";

export interface ProducerSettings<Key, Value> {
  readonly connection: KafkaConnection;
  /** @default "all" */
  readonly acks?: Acks;
  /**
   * The brokers drop what a repeated request brings again, so that an answer that was lost makes no record twice.
   * Needs `acks: "all"`. It holds for one producer: what a service sends again after a restart is a record of its own.
   * @default true with acks "all", else false
   */
  readonly idempotent?: boolean;
  readonly keySerializer: Serializer<Key>;
  /** {@link glueSerializer} checks values against the contract's schema. */
  readonly valueSerializer: Serializer<Value>;
  /**
   * The partition of a record, 0 to `partitions` - 1. Order holds within a partition only, so records whose order
   * matters need one key.
   * @default of a key: murmur2, as Java's producers; without a key: in turn
   */
  readonly partitioner?: (record: { topic: string; key: Buffer | undefined; partitions: number }) => number;
  /** Of a batch. gzip costs CPU here and at the consumers, and saves network and disk. @default "none" */
  readonly compression?: "none" | "gzip";
  /** Milliseconds that a record waits for others to go with it (`linger.ms`). @default 5 */
  readonly lingerMs?: number;
  /** Records that go at once, at most. @default 1000 */
  readonly batchRecords?: number;
  /** Bytes of keys and values that go at once, at most; a larger record is refused. @default 900000: brokers take 1 MiB */
  readonly batchBytes?: number;
  /** Records that wait, at most; `send` then waits for room (`buffer.memory`). @default 10000 */
  readonly bufferRecords?: number;
  /** Milliseconds after which a record that no broker took is given up (`delivery.timeout.ms`). @default 120000 */
  readonly deliveryTimeoutMs?: number;
  /** Milliseconds between two tries (`retry.backoff.ms`). @default 100 */
  readonly retryDelayMs?: number;
  /** SIGTERM and SIGINT send what waits, and close, before the process ends. @default true */
  readonly closeOnSignals?: boolean;
}

export const PRODUCER_DEFAULTS = {
  acks: "all",
  compression: "none",
  lingerMs: 5,
  batchRecords: 1000,
  /** Kafka, `message.max.bytes`: 1048588 for a batch of a partition; keys, headers and framing need some of it. */
  batchBytes: 900_000,
  bufferRecords: 10_000,
  deliveryTimeoutMs: 120_000,
  retryDelayMs: 100,
  closeOnSignals: true,
} as const;

/** @throws Error with every problem. */
export function checkProducer<Key, Value>(settings: ProducerSettings<Key, Value>): void {
  const { acks = PRODUCER_DEFAULTS.acks, idempotent } = settings;
  const problems = new Problems("The Kafka producer");
  checkConnection(problems, settings.connection);
  problems.unless([0, 1, "all"].includes(acks), "acks", `is ${String(acks)}; give "all", 1 or 0`);
  problems.unless(
    !(idempotent === true && acks !== "all"),
    "idempotent",
    `needs acks "all", not ${acks}: leave acks out, or set idempotent to false`,
  );
  problems.unless(
    typeof settings.keySerializer === "function",
    "keySerializer",
    "is missing; give textSerializer",
  );
  problems.unless(
    typeof settings.valueSerializer === "function",
    "valueSerializer",
    "is missing; give glueSerializer({ registry, schema }), or jsonSerializer",
  );
  const compression = settings.compression ?? "none";
  problems.unless(
    ["none", "gzip"].includes(compression),
    "compression",
    `is ${compression}; give "none" or "gzip"`,
  );
  problems.wholeNumber("lingerMs", settings.lingerMs, [0, 1000]);
  problems.wholeNumber("batchRecords", settings.batchRecords, [1, 100_000]);
  problems.wholeNumber("batchBytes", settings.batchBytes, [1, 900_000]);
  problems.wholeNumber("bufferRecords", settings.bufferRecords, [1, 1_000_000]);
  problems.wholeNumber("deliveryTimeoutMs", settings.deliveryTimeoutMs, [1, 3_600_000]);
  problems.wholeNumber("retryDelayMs", settings.retryDelayMs, [1, 60_000]);
  problems.throwIfAny();
}
