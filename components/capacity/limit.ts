/** One limit: what a rate needs of it, what is allowed, and what mends it. */
import type { SettingName } from "../settings";
import type { Quota } from "./quotas";

/**
 * What raises a limit: `setting` of the stack, `quota` of the account, which AWS is asked for, or `time`, as an on-demand
 * stream grows with what is sent.
 */
export type Remedy = "setting" | "quota" | "time";

export interface Limit {
  /** Unique among the limits of a stack: `<what>` or `<what> <data set>`. */
  readonly name: string;
  /** Grows with the rate, and never shrinks. */
  readonly needed: number;
  readonly allowed: number;
  /** As it stands after both numbers. */
  readonly unit: string;
  /** Where the needed number comes from, when a duration stands behind it; otherwise it is arithmetic. @default "" */
  readonly basis?: string;
  readonly remedy: Remedy;
  /** Of a remedy by setting. */
  readonly setting?: SettingName;
  /** What to do where `needed` is more than `allowed`. */
  readonly fix: string;
  readonly quota: Quota;
}

export function holds({ needed, allowed }: Limit): boolean {
  return needed <= allowed;
}

/** How many times what is needed is allowed; infinite where nothing is needed. */
export function headroom({ needed, allowed }: Limit): number {
  return allowed / needed;
}
