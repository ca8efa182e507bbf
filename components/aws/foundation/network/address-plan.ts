/** Which part of a network's range each subnet takes. */
import { parseRange, partOf } from "../../../network";

/**
 * Sixteen parts, four for each tier, one for each zone; the last four are spare. Places are fixed, so that a zone or a tier
 * that comes later moves no subnet that stands: a moved subnet is a new one, with everything in it.
 */
const EXTRA_BITS = 4;
const ZONES_PER_TIER = 4;
const TIERS = ["open", "closed", "public"] as const;

export type Tier = (typeof TIERS)[number];

/** Ranges of a tier's subnets, a zone each. */
export function subnetRanges(cidr: string, tier: Tier, zones: number): string[] {
  const range = parseRange(cidr)!;
  const start = TIERS.indexOf(tier) * ZONES_PER_TIER;
  return Array.from({ length: zones }, (_, zone) => partOf(range, EXTRA_BITS, start + zone));
}
