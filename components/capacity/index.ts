/** Capacity: what the declared rates need of a stack, what it and its account allow, and which limit breaks first. */
import type { Contracts } from "../contract/model";
import { SettingsError, type SettingName } from "../settings";
import { NAMESPACE } from "../settings/examples";
import { zonesOf } from "../settings/kafka";
import { kafkaLimits } from "./kafka-limits";
import { headroom, holds, type Limit } from "./limit";
import { declaredLoad, scaledTo, totalRate, type CapacitySettings, type StreamLoad } from "./load";
import { stackLimits } from "./stack-limits";
import { streamLimits } from "./stream-limits";

export { headroom, holds, type Limit, type Remedy } from "./limit";
export { declaredLoad, scaledTo, totalRate, type CapacitySettings, type StreamLoad } from "./load";
export { COLLECTOR, PSEUDONYMISER, secondsOf, TRANSFORM_BATCH_MB, type Duration } from "./functions";
export { mostEventsPerRequest } from "./stack-limits";
export { PARTITION_KEY_BYTES, shardsOf, writeShards } from "./stream-limits";

export interface CapacityArgs {
  readonly streams: readonly StreamLoad[];
  readonly settings: CapacitySettings;
  /** E.g. `ap-northeast-2`: some quotas differ. */
  readonly region: string;
  /** Events that senders gather for a request; null: as many as it takes, which is what the collector's limits count on. @default null */
  readonly eventsPerRequest?: number | null;
}

/** Every limit that the streams' rates touch; none without streams. */
export function limitsOf({ streams, settings, region, eventsPerRequest = null }: CapacityArgs): Limit[] {
  if (streams.length === 0) return [];
  return [
    ...streams.flatMap((stream) => streamLimits(stream, settings, region)),
    ...stackLimits(streams, settings, region, eventsPerRequest),
    ...kafkaLimitsOf(streams, settings),
  ];
}

function kafkaLimitsOf(streams: readonly StreamLoad[], settings: CapacitySettings): Limit[] {
  const { kafka = "none" } = settings;
  return kafka === "none" ? [] : kafkaLimits(streams, kafka, zonesOf(settings));
}

/** Limits that do not hold, the first that breaks as the rate grows first. */
export function broken(limits: readonly Limit[]): Limit[] {
  return limits.filter((limit) => !holds(limit)).sort((a, b) => headroom(a) - headroom(b));
}

/** What breaks at one rate. */
export interface RateOutlook {
  readonly eventsPerSecond: number;
  /** The first first. */
  readonly broken: readonly Limit[];
}

/** 100 to a million events a second. */
export const OUTLOOK_RATES = [100, 1000, 10_000, 100_000, 1_000_000] as const;

/** @returns for each rate what breaks, the streams sharing it as they share the declared one. */
export function outlook(args: CapacityArgs): RateOutlook[] {
  if (args.streams.length === 0) return [];
  return OUTLOOK_RATES.map((eventsPerSecond) => ({
    eventsPerSecond,
    broken: broken(limitsOf({ ...args, streams: scaledTo(args.streams, eventsPerSecond) })),
  }));
}

/** Quotas only differ by region, and no setting's limit does. */
const ANY_REGION = "ap-northeast-2";

/**
 * What the settings can't carry of the declared rates, each with the line that mends it. Quotas are not among them: only the
 * account's owner knows those.
 */
export function capacityProblems(contracts: Contracts, settings: CapacitySettings): string[] {
  const streams = declaredLoad(contracts, settings);
  const wrong = broken(limitsOf({ streams, settings, region: ANY_REGION })).filter(
    ({ remedy }) => remedy === "setting",
  );
  const worst = new Map<SettingName, Limit>();
  for (const limit of wrong) {
    // One line for each setting, and it mends them all.
    const known = worst.get(limit.setting!);
    if (known === undefined || limit.needed > known.needed) worst.set(limit.setting!, limit);
  }
  return [...worst].map(([setting, { name, needed, allowed, unit, fix }]) => {
    const declared = `the contracts' ${totalRate(streams)} events a second need ${Math.ceil(needed)} ${unit}`;
    return `${NAMESPACE}:${setting}: ${declared}, and ${allowed} are there (${name}). ${fix}`;
  });
}

/** @throws SettingsError with every problem. */
export function checkCapacity(contracts: Contracts, settings: CapacitySettings): void {
  const problems = capacityProblems(contracts, settings);
  if (problems.length > 0) throw new SettingsError(problems);
}
