/** Sends records in order, one request at a time, until brokers have them. */
import { setTimeout as sleep } from "node:timers/promises";
import { Producer } from "@platformatic/kafka";
import { baseOptions } from "./connection";
import { isProtocolError, passes, reasonOf } from "./failures";
import { partitionOfKey } from "./partitioner";
import { checkProducer, PRODUCER_DEFAULTS, type ProducerSettings } from "./producer-settings";
import { TOPIC_NAME } from "./settings";
import { closeOnSignal } from "./shutdown";

export interface RecordToSend<Key, Value> {
  readonly topic: string;
  /** Records of one key stay in order. @default none: partitions take turns */
  readonly key?: Key;
  readonly value: Value;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. @default now */
  readonly timestamp?: number;
}

export interface SentRecord {
  readonly topic: string;
  readonly partition: number;
  /** Undefined with acks 0: nobody says it. */
  readonly offset: bigint | undefined;
}

interface Waiting {
  readonly message: {
    readonly topic: string;
    readonly key: Buffer | undefined;
    readonly value: Buffer;
    readonly headers: Map<Buffer, Buffer>;
    readonly timestamp: bigint;
  };
  readonly bytes: number;
  readonly resolve: (sent: SentRecord) => void;
  readonly reject: (error: Error) => void;
}

/** Milliseconds that a topic which was made a moment ago may take to be known to every broker. */
const UNKNOWN_TOPIC_MS = 5_000;

/**
 * A producer. One request is on its way at a time: the underlying client numbers requests of an idempotent producer by
 * the last answer, so that a second one would be taken for a repetition of the first, and dropped.
 *
 * `send` resolves when the record is written as `acks` says. It rejects when no broker took it in
 * `deliveryTimeoutMs`: the record is then unknown, it may be written or not, so who sends it again may have it twice.
 */
export class KafkaProducer<Key = string, Value = unknown> {
  private readonly settings;
  private client: Producer | undefined;
  private waiting: Waiting[] = [];
  private working: Promise<void> | undefined;
  private closed: Promise<void> | undefined;
  private hurry = false;
  private turn = 0;
  private room: (() => void)[] = [];
  /** Serializers may be asynchronous: records stay in the order in which they were given. */
  private order: Promise<unknown> = Promise.resolve();
  private readonly forgetSignals: () => void;

  /** @throws Error with everything that is wrong with the settings. */
  constructor(settings: ProducerSettings<Key, Value>) {
    checkProducer(settings);
    this.settings = { ...PRODUCER_DEFAULTS, ...defined(settings) };
    this.forgetSignals = this.settings.closeOnSignals ? closeOnSignal(() => this.close()) : () => undefined;
  }

  /** @throws Error when closed, when the value fits no schema or is too large, or when no broker took it in time. */
  send(record: RecordToSend<Key, Value>): Promise<SentRecord> {
    if (this.closed !== undefined) return Promise.reject(new Error("The producer is closed; make another"));
    const queued = this.order.then(() => this.enqueue(record));
    this.order = queued.then(
      () => undefined,
      () => undefined,
    );
    return queued.then(({ sent }) => sent);
  }

  /** Resolves when everything given so far is written or has failed; failures are told by `send`. */
  async flush(): Promise<void> {
    this.hurry = true;
    try {
      await this.order;
      while (this.working !== undefined) await this.working;
    } finally {
      this.hurry = false;
    }
  }

  /** Flushes, and leaves the brokers. */
  close(): Promise<void> {
    this.closed ??= (async () => {
      await this.flush();
      await this.client?.close();
      this.forgetSignals();
    })();
    return this.closed;
  }

  private async enqueue(record: RecordToSend<Key, Value>): Promise<{ sent: Promise<SentRecord> }> {
    const { topic, key, value, headers = {}, timestamp = Date.now() } = record;
    if (!TOPIC_NAME.test(topic))
      throw new Error(`"${topic}" is no name of a topic: letters, digits, . _ and -`);
    const message = {
      topic,
      key: key === undefined ? undefined : await this.settings.keySerializer(key, topic),
      value: await this.settings.valueSerializer(value, topic),
      headers: new Map(Object.entries(headers).map(([name, text]) => [Buffer.from(name), Buffer.from(text)])),
      timestamp: BigInt(timestamp),
    };
    const bytes = message.value.length + (message.key?.length ?? 0);
    if (bytes > this.settings.batchBytes) {
      throw new Error(
        `A record of ${bytes} bytes for ${topic} is larger than batchBytes (${this.settings.batchBytes})`,
      );
    }
    while (this.waiting.length >= this.settings.bufferRecords) {
      await new Promise<void>((resolve) => this.room.push(resolve));
    }
    const sent = new Promise<SentRecord>((resolve, reject) => {
      this.waiting.push({ message, bytes, resolve, reject });
    });
    // Whoever sends is told; a rejection that nobody awaits yet is no crash.
    sent.catch(() => undefined);
    this.working ??= this.work().finally(() => (this.working = undefined));
    return { sent };
  }

  private async work(): Promise<void> {
    const { lingerMs, batchRecords } = this.settings;
    while (this.waiting.length > 0) {
      if (!this.hurry && this.waiting.length < batchRecords) await sleep(lingerMs);
      const batch = this.nextBatch();
      this.room.splice(0).forEach((resolve) => resolve());
      try {
        const sent = await this.deliver(batch);
        batch.forEach(({ resolve }, at) => resolve(sent[at]!));
      } catch (error) {
        batch.forEach(({ reject }) => reject(error as Error));
        await this.forgetClient();
      }
    }
  }

  /** Of one topic: one that is missing, or forbidden, takes no other's records down. */
  private nextBatch(): Waiting[] {
    const { batchRecords, batchBytes } = this.settings;
    const { topic } = this.waiting[0]!.message;
    const batch: Waiting[] = [];
    const others: Waiting[] = [];
    let bytes = 0;
    for (const [at, each] of this.waiting.entries()) {
      if (each.message.topic !== topic) {
        others.push(each);
        continue;
      }
      bytes += each.bytes;
      if (batch.length === batchRecords || bytes > batchBytes) {
        others.push(...this.waiting.slice(at));
        break;
      }
      batch.push(each);
    }
    this.waiting = others;
    return batch;
  }

  /** The same request until it is answered: brokers know it again by its numbers. */
  private async deliver(batch: readonly Waiting[]): Promise<SentRecord[]> {
    const { deliveryTimeoutMs, retryDelayMs } = this.settings;
    const { topic } = batch[0]!.message;
    const started = Date.now();
    const late = new AbortController();
    const gaveUp = sleep(deliveryTimeoutMs, "gave up" as const, { signal: late.signal }).catch(
      () => "gave up" as const,
    );
    let last: unknown;
    try {
      for (;;) {
        const answer = await Promise.race([this.request(batch).catch((error: Error) => error), gaveUp]);
        if (Array.isArray(answer)) return answer;
        if (answer === "gave up" || Date.now() - started > deliveryTimeoutMs) break;
        last = answer;
        if (
          isProtocolError(answer, "UNKNOWN_TOPIC_OR_PARTITION") &&
          Date.now() - started > UNKNOWN_TOPIC_MS
        ) {
          throw new Error(
            `There is no topic ${topic}, or no right to write it; brokers make none by themselves`,
            { cause: answer },
          );
        }
        if (!passes(answer)) throw new Error(`${topic}: ${reasonOf(answer)}`, { cause: answer });
        // The leader may be another by now.
        this.client?.clearMetadata();
        await Promise.race([sleep(retryDelayMs), gaveUp]);
      }
    } finally {
      late.abort();
    }
    throw new Error(
      `No broker took ${batch.length} records for ${topic} in ${deliveryTimeoutMs} ms; they may be written or not`,
      { cause: last },
    );
  }

  private async request(batch: readonly Waiting[]): Promise<SentRecord[]> {
    const { acks, idempotent = acks === "all", compression } = this.settings;
    const client = (this.client ??= new Producer({
      ...baseOptions(this.settings.connection),
      ...{ retries: 0, maxInflights: 1, repeatOnStaleMetadata: false },
    }));
    const partitions = await this.partitionsOf(client, batch);
    const { offsets = [] } = await client.send({
      messages: batch.map(({ message }, at) => ({ ...message, partition: partitions[at]! })),
      acks: acks === "all" ? -1 : acks,
      ...{ idempotent, compression },
    });
    const next = new Map(offsets.map(({ partition, offset }) => [partition, offset]));
    return batch.map(({ message: { topic } }, at) => {
      const partition = partitions[at]!;
      const offset = next.get(partition);
      if (offset !== undefined) next.set(partition, offset + 1n);
      return { topic, partition, offset };
    });
  }

  /** Chosen once a record: a repeated request must be the same. */
  private readonly chosen = new WeakMap<Waiting, number>();

  private async partitionsOf(client: Producer, batch: readonly Waiting[]): Promise<number[]> {
    const { topics } = await client.metadata({
      topics: [...new Set(batch.map(({ message }) => message.topic))],
    });
    return batch.map((each) => {
      const { topic, key } = each.message;
      const partitions = topics.get(topic)!.partitionsCount;
      const partition = this.chosen.get(each) ?? this.partitionOf(topic, key, partitions);
      this.chosen.set(each, partition);
      return partition;
    });
  }

  private partitionOf(topic: string, key: Buffer | undefined, partitions: number): number {
    const { partitioner } = this.settings;
    if (partitioner === undefined) {
      return key === undefined ? this.turn++ % partitions : partitionOfKey(key, partitions);
    }
    const partition = partitioner({ topic, key, partitions });
    if (Number.isInteger(partition) && partition >= 0 && partition < partitions) return partition;
    throw new Error(
      `partitioner: gave ${partition} for ${topic}; it has the partitions 0 to ${partitions - 1}`,
    );
  }

  /** After a failure the numbers of the requests are unknown; a new client begins with new ones. */
  private async forgetClient(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.close().catch(() => undefined);
  }
}

/** What is given as undefined is the default. */
function defined<Settings extends object>(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as Settings;
}
