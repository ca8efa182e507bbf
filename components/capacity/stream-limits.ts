/** Limits of one stream: Kinesis, Firehose behind it, and Lambda's mapping of it. */
import { CONSUMER_BATCHES } from "../consumed-streams";
import type { DatabaseDefinition } from "../database";
import { LIMITS } from "../limits";
import { fix, settingCommand } from "../settings/examples";
import { consumerOf } from "./functions";
import type { Limit } from "./limit";
import type { CapacitySettings, StreamLoad } from "./load";
import { ON_DEMAND_START_SHARDS, onDemandShards, PARTITION_BYTES, QUOTAS, SHARD } from "./quotas";

/** The collector's partition key, a SHA-256 in hexadecimal: Kinesis counts it with the record. */
export const PARTITION_KEY_BYTES = 64;

/** Bytes a second as Kinesis counts them. */
function bytesOf({ eventsPerSecond, eventBytes }: StreamLoad): number {
  return eventsPerSecond * (eventBytes + PARTITION_KEY_BYTES);
}

/** Shards that take what is written, where keys spread evenly; with a fraction. */
export function writeShards(stream: StreamLoad): number {
  return Math.max(bytesOf(stream) / SHARD.writeBytes, stream.eventsPerSecond / SHARD.writeRecords);
}

/** Shards that a stream has, or will have once it has grown with what is sent. */
export function shardsOf(stream: StreamLoad, { streamCapacity }: CapacitySettings): number {
  return streamCapacity === "on-demand"
    ? Math.max(ON_DEMAND_START_SHARDS, Math.ceil(writeShards(stream)))
    : streamCapacity;
}

export function streamLimits(stream: StreamLoad, settings: CapacitySettings, region: string): Limit[] {
  return [
    ...(settings.streamCapacity === "on-demand"
      ? onDemandLimits(stream, settings, region)
      : provisionedLimits(stream, settings, settings.streamCapacity)),
    ...callsLimit(stream, settings),
    {
      name: `Firehose: one day of ${stream.id}`,
      needed: (stream.eventsPerSecond * stream.eventBytes) / 1_000_000,
      allowed: PARTITION_BYTES / 1_000_000,
      unit: "MB/s",
      remedy: "quota",
      fix: `Split ${stream.id} into data sets, or ask AWS for more: all events of a day go into one partition`,
      quota: QUOTAS.partition,
    },
    ...(stream.consumed && settings.database !== "none"
      ? [consumerLimit(stream, settings, settings.database)]
      : []),
  ];
}

/** Who share what a shard gives: deliveries, and the database's consumer unless it has a rate of its own. */
function readersOf({ consumed, destinations = 0 }: StreamLoad, { enhancedFanOut }: CapacitySettings) {
  const shared = consumed && !(enhancedFanOut ?? false);
  const deliveries = destinations === 0 ? "Firehose" : `Firehose ${1 + destinations} times`;
  return {
    number: 1 + destinations + (shared ? 1 : 0),
    names: shared ? `${deliveries} and the database's consumer` : deliveries,
  };
}

/** Of a number of shards by setting. */
function provisionedLimits(stream: StreamLoad, settings: CapacitySettings, shards: number): Limit[] {
  const readers = readersOf(stream, settings);
  const read = (bytesOf(stream) * readers.number) / SHARD.readBytes;
  return [
    shardLimit(`Kinesis: writing ${stream.id}`, writeShards(stream), shards),
    shardLimit(`Kinesis: reading ${stream.id} (${readers.names})`, read, shards),
  ];
}

/** Firehose and Lambda ask each shard once a second, of which it answers five. */
function callsLimit(stream: StreamLoad, settings: CapacitySettings): Limit[] {
  if ((stream.destinations ?? 0) === 0) return [];
  const readers = readersOf(stream, settings);
  return [
    {
      ...{ name: `Kinesis: readers of ${stream.id} (${readers.names})`, needed: readers.number },
      ...{ allowed: SHARD.readCalls, unit: "calls a second and shard" },
      ...{ remedy: "setting", setting: "deliveryDestinations" },
      fix: `Name ${Math.max(1, readers.number - SHARD.readCalls)} fewer for ${stream.id}, or send on what one of them gets`,
      quota: QUOTAS.readers,
    },
  ];
}

function shardLimit(name: string, needed: number, allowed: number): Limit {
  return {
    ...{ name, needed, allowed, unit: "shards", remedy: "setting", setting: "streamCapacity" },
    ...{ fix: shardsFix(needed), quota: QUOTAS.shard },
  };
}

function shardsFix(needed: number): string {
  const shards = Math.ceil(needed);
  return shards <= LIMITS.shards.maximum ? fix("streamCapacity", String(shards)) : fix("streamCapacity");
}

function growthFix(needed: number): string {
  const shards = Math.ceil(needed);
  const slowly = "Raise the rate step by step, to twice the highest of 30 days at most";
  return shards <= LIMITS.shards.maximum
    ? `${slowly}; or have shards from the start: ${settingCommand("streamCapacity", String(shards))}`
    : slowly;
}

/** Two readers take at most twice what is written, which is what a shard gives; of more, reading is the first. */
function onDemandLimits(stream: StreamLoad, settings: CapacitySettings, region: string): Limit[] {
  const readers = readersOf(stream, settings);
  const written = writeShards(stream);
  const read = (bytesOf(stream) * readers.number) / SHARD.readBytes;
  const [what, needed] =
    readers.number > 2 && read > written ? [`reading (${readers.names})`, read] : ["writing", written];
  return [
    {
      ...{
        name: `Kinesis: ${what} ${stream.id}, new on-demand stream`,
        needed,
        allowed: ON_DEMAND_START_SHARDS,
      },
      ...{ unit: "MB/s or 1,000 records/s", remedy: "time" },
      fix: growthFix(needed),
      quota: QUOTAS.onDemandStart,
    },
    {
      ...{ name: `Kinesis: ${what} ${stream.id}, grown on-demand stream`, needed },
      ...{ allowed: onDemandShards(region), unit: "MB/s or 1,000 records/s", remedy: "quota" },
      fix: "Ask AWS for more by a support case (up to 10,000 MB/s)",
      quota: QUOTAS.onDemand,
    },
  ];
}

/** The function that writes rows: Lambda calls it for one batch of each shard at a time. */
function consumerLimit(stream: StreamLoad, settings: CapacitySettings, database: DatabaseDefinition): Limit {
  const { eventMs, basis } = consumerOf(database);
  const needed = (stream.eventsPerSecond * eventMs) / 1000;
  return {
    ...{ name: `Lambda: writing ${stream.id} into the database`, needed, unit: "batches at once", basis },
    allowed: shardsOf(stream, settings) * CONSUMER_BATCHES,
    ...{ remedy: "setting", setting: "streamCapacity" },
    fix: shardsFix(needed / CONSUMER_BATCHES),
    quota: QUOTAS.mapping,
  };
}
