/** Where reading begins, and what a group has done. */
import type { Consumer } from "@platformatic/kafka";
import type { ConsumerSettings, TopicPartition } from "./consumer-settings";

type Reset = NonNullable<ConsumerSettings<never, never>["autoOffsetReset"]>;

/** Kafka, ListOffsets: timestamps that stand for an end of the log. */
const END_OF_LOG = { earliest: -2n, latest: -1n } as const;

export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}:${partition}`;

/** Next offsets by {@link nameOf}: what the group committed, else by `reset`. */
export async function positionsOf(
  client: Consumer,
  partitions: readonly TopicPartition[],
  reset: Reset,
): Promise<Map<string, bigint>> {
  const positions = new Map<string, bigint>();
  if (partitions.length === 0) return positions;
  const byTopic = groupedByTopic(partitions);
  const committed = await client.listCommittedOffsets({
    topics: [...byTopic].map(([topic, numbers]) => ({ topic, partitions: numbers })),
  });
  const without: TopicPartition[] = [];
  for (const each of partitions) {
    const offset = committed.get(each.topic)?.[each.partition];
    if (offset !== undefined && offset >= 0n) positions.set(nameOf(each), offset);
    else without.push(each);
  }
  for (const [name, offset] of await endsOf(client, without, reset)) positions.set(name, offset);
  return positions;
}

/** @throws Error where `reset` is "none". */
async function endsOf(
  client: Consumer,
  partitions: readonly TopicPartition[],
  reset: Reset,
): Promise<Map<string, bigint>> {
  if (partitions.length === 0) return new Map();
  if (reset === "none") {
    throw new Error(
      `The group ${client.groupId} has no offset that is still kept for ${partitions.map(nameOf).join(", ")}, and autoOffsetReset is "none"`,
    );
  }
  const byTopic = groupedByTopic(partitions);
  const ends = await client.listOffsets({
    topics: [...byTopic.keys()],
    partitions: Object.fromEntries(byTopic),
    timestamp: END_OF_LOG[reset],
  });
  return new Map(partitions.map((each) => [nameOf(each), ends.get(each.topic)![each.partition]!]));
}

/** Positions that retention, or a log made anew, left without a record. */
export async function resetOutOfRange(
  client: Consumer,
  partitions: readonly TopicPartition[],
  positions: Map<string, bigint>,
  reset: Reset,
): Promise<void> {
  const [earliest, latest] = [
    await endsOf(client, partitions, "earliest"),
    await endsOf(client, partitions, "latest"),
  ];
  const outside = partitions.filter((each) => {
    const [name, position] = [nameOf(each), positions.get(nameOf(each))!];
    return position < earliest.get(name)! || position > latest.get(name)!;
  });
  for (const [name, offset] of await endsOf(client, outside, reset)) positions.set(name, offset);
}

function groupedByTopic(partitions: readonly TopicPartition[]): Map<string, number[]> {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition]);
  }
  return byTopic;
}
