/** What a stream carries in a month, in the units that services bill. */
import { PARTITION_KEY_BYTES, type StreamLoad } from "../capacity";

/** Hours of a month, as AWS's calculator has it. */
export const HOURS = 730;
export const SECONDS = HOURS * 3600;
export const DAYS = HOURS / 24;

/** Services bill 2^30 bytes as a GB (worked examples of Kinesis's and Firehose's pricing pages). */
export const GB = 2 ** 30;

const KB = 1024;

export function eventsOf({ eventsPerSecond }: StreamLoad): number {
  return eventsPerSecond * SECONDS;
}

/** GB of the events as they are. */
export function plainGb(stream: StreamLoad): number {
  return (eventsOf(stream) * stream.eventBytes) / GB;
}

/** GB as Kinesis on demand counts them: each record rounded up to 1 KB. */
export function kinesisGb(stream: StreamLoad): number {
  return (eventsOf(stream) * roundedUp(stream.eventBytes + PARTITION_KEY_BYTES, KB)) / GB;
}

/** PUT payload units of a stream with shards: 25 KB each, at least one a record. */
export function payloadUnits(stream: StreamLoad): number {
  return (eventsOf(stream) * roundedUp(stream.eventBytes + PARTITION_KEY_BYTES, 25 * KB)) / (25 * KB);
}

/** GB as Firehose counts them: each record rounded up to 5 KB. */
export function firehoseGb(stream: StreamLoad): number {
  return (eventsOf(stream) * roundedUp(stream.eventBytes, 5 * KB)) / GB;
}

function roundedUp(bytes: number, step: number): number {
  return Math.ceil(bytes / step) * step;
}
