/** What streams cost at one rate, on demand and with shards: what `naru capacity` says beside the limits. */
import { writeShards, type CapacitySettings, type StreamLoad } from "../capacity";
import type { CostPart } from "./part";
import { costOf } from "./prices";
import { onDemandParts, provisionedParts } from "./rules/kinesis";

/** USD a month for all streams together. */
export interface StreamCost {
  readonly eventsPerSecond: number;
  readonly onDemandUsd: number;
  /** With as many shards as the rate needs. */
  readonly provisionedUsd: number;
  readonly shards: number;
  /** With the number that is set; null: it is on demand. */
  readonly setUsd: number | null;
  readonly cheaper: "on-demand" | "provisioned";
}

export function streamCost(
  streams: readonly StreamLoad[],
  {
    streamCapacity,
    streamRetentionHours,
  }: Pick<CapacitySettings, "streamCapacity"> & { streamRetentionHours: number },
): StreamCost {
  const needed = (stream: StreamLoad) => Math.max(1, Math.ceil(writeShards(stream)));
  const total = (parts: (stream: StreamLoad) => CostPart[]) => streams.flatMap(parts).reduce(add, 0);
  const provisioned = (shards: (stream: StreamLoad) => number) =>
    total((stream) => provisionedParts(stream, shards(stream), streamRetentionHours));
  const onDemandUsd = total((stream) => onDemandParts(stream, stream.consumed ? 2 : 1, streamRetentionHours));
  const provisionedUsd = provisioned(needed);
  return {
    eventsPerSecond: streams.reduce((sum, { eventsPerSecond }) => sum + eventsPerSecond, 0),
    ...{ onDemandUsd, provisionedUsd },
    shards: streams.reduce((sum, stream) => sum + needed(stream), 0),
    setUsd: streamCapacity === "on-demand" ? null : provisioned(() => streamCapacity),
    cheaper: provisionedUsd <= onDemandUsd ? "provisioned" : "on-demand",
  };
}

function add(sum: number, part: CostPart): number {
  return part.kind === "idle" || part.kind === "usage" ? sum + costOf(part.price, part.quantity) : sum;
}
