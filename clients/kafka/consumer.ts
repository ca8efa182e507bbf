/** Reads records in the order of their partitions; offsets are committed after the work. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  checkConsumer,
  CONSUMER_DEFAULTS,
  type ConsumerSettings,
  type TopicPartition,
} from "./consumer-settings";
import { isProtocolError, passes } from "./failures";
import { fetchRecords, type RawRecord } from "./fetch";
import { GroupMember } from "./group-member";
import { nameOf, positionsOf, resetOutOfRange } from "./offsets";
import { closeOnSignal } from "./shutdown";

export interface ConsumedRecord<Key, Value> extends TopicPartition {
  readonly offset: bigint;
  /** Milliseconds since 1970, as the producer said. */
  readonly timestamp: number;
  readonly key: Key | undefined;
  /** Undefined: the key is deleted (a tombstone of a compacted topic). */
  readonly value: Value | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Milliseconds that a topic which was made a moment ago may take to be known to every broker. */
const UNKNOWN_TOPIC_MS = 5_000;
/** Milliseconds between two tries while the brokers are away. */
const RETRY_MS = 200;
/** A commit by somebody who is no longer the member that the group knows. */
const NO_LONGER = ["ILLEGAL_GENERATION", "UNKNOWN_MEMBER_ID", "REBALANCE_IN_PROGRESS", "FENCED_INSTANCE_ID"];

/**
 * A consumer. What it gave and was not committed comes again: after a crash, and after a rebalance, here or at the
 * partition's new reader. So each record comes at least once, and the work must bear a second time (by the event's id).
 * Order holds within a partition only.
 *
 * The cluster is waited for: `poll` gives nothing while brokers are away.
 */
export class KafkaConsumer<Key = string, Value = unknown> {
  private readonly settings;
  private member: GroupMember | undefined;
  /** Of the member whose assignment the positions are for. */
  private generation = 0;
  private assigned: readonly TopicPartition[] = [];
  private positions = new Map<string, bigint>();
  private fetched: RawRecord[] = [];
  /** Offsets after what was given, in this generation. */
  private given = new Map<string, TopicPartition & { readonly offset: bigint }>();
  private readonly generationOf = new WeakMap<object, number>();
  private generations = 0;
  private lastCommit = Date.now();
  private polling: Promise<unknown> | undefined;
  private running: Promise<void> | undefined;
  private closed: Promise<void> | undefined;
  private unknownSince: number | undefined;
  private readonly forgetSignals: () => void;

  /** @throws Error with everything that is wrong with the settings. */
  constructor(settings: ConsumerSettings<Key, Value>) {
    checkConsumer(settings);
    const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
    this.settings = { ...CONSUMER_DEFAULTS, ...(given as ConsumerSettings<Key, Value>) };
    this.forgetSignals = this.settings.closeOnSignals ? closeOnSignal(() => this.close()) : () => undefined;
  }

  /**
   * Polls, hands over, and commits, until the consumer is closed.
   * @throws what `handle` throws; its records are not committed, and the consumer is closed.
   */
  run(handle: (records: readonly ConsumedRecord<Key, Value>[]) => Promise<void>): Promise<void> {
    if (this.running !== undefined) throw new Error("The consumer runs already; make another for other work");
    this.running = (async () => {
      let open: ConsumedRecord<Key, Value>[] = [];
      while (this.closed === undefined) {
        const records = await this.poll();
        if (records.length > 0) await handle(records);
        if (this.settings.autoCommitMs !== "off") continue;
        open.push(...records);
        if (open.length > 0 && (await this.isCommitted(open))) open = [];
      }
    })();
    return this.running.catch(async (error: Error) => {
      await this.close();
      throw error;
    });
  }

  /**
   * The next records, as soon as there is one.
   * @param timeoutMs milliseconds to wait for one. @default pollTimeoutMs
   * @returns none when none came, or while brokers are away.
   * @throws Error when closed, without the right to read, or for a record that can't be read.
   */
  async poll(timeoutMs: number = this.settings.pollTimeoutMs): Promise<ConsumedRecord<Key, Value>[]> {
    if (this.closed !== undefined) throw new Error("The consumer is closed; make another");
    if (this.polling !== undefined)
      throw new Error("poll was called while another poll waits; await it first");
    const work = this.pollOnce(Date.now() + timeoutMs);
    this.polling = work.catch(() => undefined);
    try {
      return await work;
    } finally {
      this.polling = undefined;
    }
  }

  /**
   * Says to the group that these are done, with all before them in their partitions.
   * @param records @default all that `poll` gave
   * @returns partitions that this consumer lost since; their records come again elsewhere.
   */
  async commit(records?: readonly ConsumedRecord<Key, Value>[]): Promise<readonly TopicPartition[]> {
    const known = records?.filter((each) => this.generationOf.get(each) === this.generations);
    const all = [...(records === undefined ? this.given : this.lastOf(records)).values()];
    const done = [...(known === undefined ? this.given : this.lastOf(known)).values()].filter((each) =>
      this.ours(each),
    );
    const kept = new Set(done.map(nameOf));
    const lost = all.filter((each) => !kept.has(nameOf(each))).map(placeOf);
    if (done.length === 0 || this.member === undefined) return lost;
    const offsets = done.map((each) => ({ ...each, leaderEpoch: -1 }));
    const until = Date.now() + this.settings.rebalanceTimeoutMs;
    for (;;) {
      try {
        await this.member.client.commit({ offsets });
        this.lastCommit = Date.now();
        return lost;
      } catch (error) {
        if (isProtocolError(error, ...NO_LONGER)) return all.map(placeOf);
        if (!passes(error) || Date.now() > until) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  /** After the batch at hand: commits where `autoCommitMs` says so, and leaves the group. Not to be awaited in `run`'s handler. */
  close(): Promise<void> {
    this.closed ??= (async () => {
      // First a turn of the event loop: `closed` is what ends `run`.
      await sleep(0);
      await this.running?.catch(() => undefined);
      await this.polling;
      if (this.settings.autoCommitMs !== "off") await this.commit().catch(() => undefined);
      await this.member?.leave().catch(() => undefined);
      this.forgetSignals();
    })();
    return this.closed;
  }

  private async pollOnce(until: number): Promise<ConsumedRecord<Key, Value>[]> {
    const { autoCommitMs } = this.settings;
    if (autoCommitMs !== "off" && Date.now() - this.lastCommit >= autoCommitMs) await this.commit();
    do {
      try {
        if (await this.isReady(until)) {
          if (this.fetched.length === 0) await this.fetch(until);
          if (this.fetched.length > 0 && this.isCurrent()) return await this.give();
        }
      } catch (error) {
        await this.recover(error);
        await sleep(Math.max(0, Math.min(RETRY_MS, until - Date.now())));
      }
    } while (Date.now() < until && this.closed === undefined);
    return [];
  }

  /** Brokers that are away are waited for: the commit is made when they are back. */
  private async isCommitted(records: readonly ConsumedRecord<Key, Value>[]): Promise<boolean> {
    try {
      await this.commit(records);
      return true;
    } catch (error) {
      if (!passes(error)) throw error;
      return false;
    }
  }

  private isCurrent(): boolean {
    return this.member !== undefined && this.member.isIn && this.member.generation === this.generation;
  }

  /** Whether there are positions for the assignment that holds now. */
  private async isReady(until: number): Promise<boolean> {
    if (this.member?.isIn === false) await this.leaveMember();
    this.member ??= new GroupMember(this.settings);
    const late = new AbortController();
    const joined = await Promise.race([
      this.member.join().then(() => true),
      sleep(Math.max(1, until - Date.now()), false, { signal: late.signal }).catch(() => false),
    ]).finally(() => late.abort());
    if (!joined) return false;
    if (!this.isCurrent()) await this.takeAssignment(this.member);
    return this.isCurrent();
  }

  private async takeAssignment(member: GroupMember): Promise<void> {
    const { generation, assigned } = member;
    this.fetched = [];
    this.given.clear();
    this.generations += 1;
    this.positions = await positionsOf(member.client, assigned, this.settings.autoOffsetReset);
    if (member.generation !== generation) return;
    const kept = new Set(assigned.map(nameOf));
    const revoked = this.assigned.filter((each) => !kept.has(nameOf(each)));
    this.assigned = assigned;
    this.generation = generation;
    await this.settings.onRebalance?.({ revoked, assigned });
  }

  private async fetch(until: number): Promise<void> {
    const { member, generation, assigned, positions } = this;
    const { fetchMinBytes: minBytes, fetchMaxBytes: maxBytes } = this.settings;
    const maxWaitTime = Math.max(1, until - Date.now());
    if (assigned.length === 0) {
      // More consumers than partitions: this one waits for its turn.
      await sleep(Math.min(maxWaitTime, RETRY_MS));
      return;
    }
    const records = await fetchRecords(member!.client, assigned, positions, {
      maxWaitTime,
      minBytes,
      maxBytes,
    });
    if (this.isCurrent() && this.generation === generation) this.fetched = records;
  }

  private async give(): Promise<ConsumedRecord<Key, Value>[]> {
    const { maxPollRecords } = this.settings;
    const records: ConsumedRecord<Key, Value>[] = [];
    while (records.length < maxPollRecords && this.fetched.length > 0) {
      const raw = this.fetched[0]!;
      const record = await this.decoded(raw).catch((error: Error) => {
        // What comes before it is given first; the next poll meets it again.
        if (records.length > 0) return undefined;
        throw error;
      });
      if (record === undefined) break;
      this.fetched.shift();
      this.given.set(nameOf(raw), { ...placeOf(raw), offset: raw.offset + 1n });
      if (record === "left out") continue;
      this.generationOf.set(record, this.generations);
      records.push(record);
    }
    return records;
  }

  private async decoded(raw: RawRecord): Promise<ConsumedRecord<Key, Value> | "left out"> {
    const { keyDeserializer, valueDeserializer, onUndecodable } = this.settings;
    const { topic, offset, timestamp } = raw;
    try {
      return {
        ...{ ...placeOf(raw), offset, timestamp },
        key: raw.key === undefined ? undefined : await keyDeserializer(raw.key, topic),
        value: raw.value === undefined ? undefined : await valueDeserializer(raw.value, topic),
        headers: Object.fromEntries(
          raw.headers.map(([name, text]) => [name.toString(), text?.toString() ?? ""]),
        ),
      };
    } catch (error) {
      const reason = error as Error;
      if (onUndecodable === undefined) {
        throw new Error(
          `${nameOf(raw)}, offset ${offset}: ${reason.message}; onUndecodable can leave it out`,
          {
            cause: error,
          },
        );
      }
      await onUndecodable({ ...placeOf(raw), offset, key: raw.key, value: raw.value, reason });
      return "left out";
    }
  }

  /** @throws what no waiting mends. */
  private async recover(error: unknown): Promise<void> {
    const { member, assigned, positions } = this;
    if (isProtocolError(error, ...NO_LONGER)) return;
    if (isProtocolError(error, "OFFSET_OUT_OF_RANGE") && member !== undefined) {
      await resetOutOfRange(member.client, assigned, positions, this.settings.autoOffsetReset);
      return;
    }
    if (!passes(error)) throw error;
    if (!isProtocolError(error, "UNKNOWN_TOPIC_OR_PARTITION")) this.unknownSince = undefined;
    else if (Date.now() - (this.unknownSince ??= Date.now()) > UNKNOWN_TOPIC_MS) {
      const topics = this.settings.topics ?? this.settings.partitions!.map(nameOf);
      throw new Error(`Not every one of ${topics.join(", ")} is there; brokers make no topic by themselves`, {
        cause: error,
      });
    }
    member?.client.clearMetadata();
  }

  private async leaveMember(): Promise<void> {
    const { member } = this;
    this.member = undefined;
    this.generation = 0;
    await Promise.race([member?.leave().catch(() => undefined), sleep(RETRY_MS)]);
  }

  /** A partition that a rebalance left here may be committed still, before its positions are read anew. */
  private ours(place: TopicPartition): boolean {
    const { member } = this;
    return (
      member !== undefined && member.isIn && member.assigned.some((each) => nameOf(each) === nameOf(place))
    );
  }

  private lastOf(records: readonly ConsumedRecord<Key, Value>[]): typeof this.given {
    const last: typeof this.given = new Map();
    for (const each of records) {
      const before = last.get(nameOf(each))?.offset ?? 0n;
      if (each.offset >= before) last.set(nameOf(each), { ...placeOf(each), offset: each.offset + 1n });
    }
    return last;
  }
}

const placeOf = ({ topic, partition }: TopicPartition): TopicPartition => ({ topic, partition });
