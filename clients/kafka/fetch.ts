/** One fetch: records of the assigned partitions from their positions on. */
import type { Consumer, FetchOptions } from "@platformatic/kafka";
import type { TopicPartition } from "./consumer-settings";
import { nameOf } from "./offsets";

export interface RawRecord extends TopicPartition {
  readonly offset: bigint;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Buffer | undefined;
  /** Undefined: the key is deleted (a tombstone of a compacted topic). */
  readonly value: Buffer | undefined;
  readonly headers: readonly (readonly [Buffer, Buffer])[];
}

type FetchRequestTopic = FetchOptions<Buffer, Buffer, Buffer, Buffer>["topics"][number];

export interface FetchLimits {
  readonly maxWaitTime: number;
  readonly minBytes: number;
  readonly maxBytes: number;
}

/** Kafka, `max.partition.fetch.bytes`: one full partition leaves room for the others. */
const PARTITION_BYTES = 1024 * 1024;
/** Kafka's record batches, `attributes`: bit 5 marks the markers of transactions. */
const CONTROL = 0b100000;

/** Asks every leader at once; `positions` move past what came. */
export async function fetchRecords(
  client: Consumer,
  partitions: readonly TopicPartition[],
  positions: Map<string, bigint>,
  limits: FetchLimits,
): Promise<RawRecord[]> {
  const { topics } = await client.metadata({ topics: [...new Set(partitions.map(({ topic }) => topic))] });
  const byLeader = new Map<number, Map<string, FetchRequestTopic>>();
  const names = new Map<string, string>();
  for (const each of partitions) {
    const { id, partitions: known } = topics.get(each.topic)!;
    names.set(id, each.topic);
    const { leader } = known[each.partition]!;
    const ofLeader = byLeader.get(leader) ?? new Map<string, FetchRequestTopic>();
    byLeader.set(leader, ofLeader);
    const ofTopic = ofLeader.get(id) ?? { topicId: id, partitions: [] };
    ofLeader.set(id, ofTopic);
    ofTopic.partitions.push({
      partition: each.partition,
      fetchOffset: positions.get(nameOf(each))!,
      partitionMaxBytes: PARTITION_BYTES,
      ...{ currentLeaderEpoch: -1, lastFetchedEpoch: -1 },
    });
  }
  const answers = await Promise.all(
    [...byLeader].map(([node, ofLeader]) =>
      client.fetch({ node, topics: [...ofLeader.values()], ...limits }),
    ),
  );
  return answers.flatMap(({ responses }) =>
    responses.flatMap(({ topicId, partitions: answered }) =>
      answered.flatMap(({ partitionIndex, records: batches = [] }) =>
        recordsOf({ topic: names.get(topicId)!, partition: partitionIndex }, batches, positions),
      ),
    ),
  );
}

type Batches = NonNullable<
  Awaited<ReturnType<Consumer["fetch"]>>["responses"][number]["partitions"][number]["records"]
>;

function recordsOf(place: TopicPartition, batches: Batches, positions: Map<string, bigint>): RawRecord[] {
  const from = positions.get(nameOf(place))!;
  const records: RawRecord[] = [];
  for (const batch of batches) {
    // Also past what compaction took out of the end of a batch.
    positions.set(nameOf(place), batch.firstOffset + BigInt(batch.lastOffsetDelta) + 1n);
    if ((batch.attributes & CONTROL) !== 0) continue;
    for (const { offsetDelta, timestampDelta, key, value, headers } of batch.records) {
      const offset = batch.firstOffset + BigInt(offsetDelta);
      // A batch is sent whole, even when only its end was asked for.
      if (offset < from) continue;
      const timestamp = Number(batch.firstTimestamp + timestampDelta);
      records.push({
        ...place,
        offset,
        timestamp,
        key: key ?? undefined,
        value: value ?? undefined,
        headers,
      });
    }
  }
  return records;
}
