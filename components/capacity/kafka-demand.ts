/** What streams ask of a cluster: partitions, throughput, storage. */
import { DEFAULT_REPLICATION, type KafkaDefinition } from "../kafka";
import { isExpress } from "../kafka-brokers";
import { PARTITION_WRITE_MB } from "../kafka-topics";
import type { TopicLoad } from "./kafka-load";
import type { StreamLoad } from "./load";

/** MB a second that Firehose reads of a partition. */
export const FIREHOSE_PARTITION_MB = 10;

/** MB a second that an Express broker takes into one partition. */
const EXPRESS_PARTITION_MB = 15;

/** Percent of a disk after which the alarm tells. */
export const USED_PERCENT = 85;

/** A stream with its topic. */
export type TopicStream = StreamLoad & { readonly topic: TopicLoad };

export const hasTopic = (stream: StreamLoad): stream is TopicStream => stream.topic !== undefined;

export const megabytesOf = ({ eventsPerSecond, eventBytes }: StreamLoad): number =>
  (eventsPerSecond * eventBytes) / 1_000_000;

/** MB a second that a partition of this cluster's takes and gives to the lake; null: no page says. */
export function partitionMb(definition: KafkaDefinition, { topic }: TopicStream): number | null {
  const write =
    definition.cluster === "serverless"
      ? PARTITION_WRITE_MB
      : isExpress(definition)
        ? EXPRESS_PARTITION_MB
        : null;
  const read = topic.delivered ? FIREHOSE_PARTITION_MB : null;
  const both = [write, read].filter((mb) => mb !== null);
  return both.length === 0 ? null : Math.min(...both);
}

/** MB a second that brokers write, as if with the three copies that AWS counts by. */
export const writtenMb = (streams: readonly TopicStream[]): number =>
  streams.reduce((sum, each) => sum + (megabytesOf(each) * each.topic.replication) / DEFAULT_REPLICATION, 0);

/** MB a second that groups and what brings events to the lake read. */
export const readMb = (streams: readonly TopicStream[]): number =>
  streams.reduce((sum, each) => sum + megabytesOf(each) * (1 + each.topic.groups), 0);

/** GiB of all brokers' disks, had the rate lasted as long as topics keep events. */
export const storedGb = (streams: readonly TopicStream[]): number =>
  streams.reduce(
    (sum, each) =>
      sum +
      (megabytesOf(each) * 1_000_000 * each.topic.retentionHours * 3600 * each.topic.replication) / 2 ** 30,
    0,
  ) /
  (USED_PERCENT / 100);

/** Partitions with their copies. */
export const partitionCopies = (streams: readonly TopicStream[]): number =>
  streams.reduce((sum, { topic }) => sum + topic.partitions * topic.replication, 0);
