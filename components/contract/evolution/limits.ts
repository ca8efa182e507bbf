/** Whether the values that a column may hold became fewer or more. */
import type { Column } from "../model";

export interface LimitChange {
  /** Values that were accepted may be refused now. */
  readonly tightened: boolean;
  readonly name: "minimum" | "maximum" | "maxLength" | "pattern" | "allowed";
  readonly before: string;
  readonly after: string;
}

const NONE = "none";

/** One entry for each limit that differs. */
export function limitChanges(before: Column, after: Column): LimitChange[] {
  const differ = (name: LimitChange["name"], tightened: boolean): LimitChange[] =>
    told(before[name]) === told(after[name])
      ? []
      : [{ name, tightened, before: told(before[name]), after: told(after[name]) }];
  return [
    ...differ("minimum", (after.minimum ?? -Infinity) > (before.minimum ?? -Infinity)),
    ...differ("maximum", (after.maximum ?? Infinity) < (before.maximum ?? Infinity)),
    ...differ("maxLength", (after.maxLength ?? Infinity) < (before.maxLength ?? Infinity)),
    // Whether one expression accepts all that another does can't be told in general: another one counts as tighter.
    ...differ("pattern", after.pattern !== undefined),
    ...differ("allowed", fewer(before.allowed, after.allowed)),
  ];
}

function fewer(before: readonly string[] | undefined, after: readonly string[] | undefined): boolean {
  if (after === undefined) return false;
  return before === undefined || before.some((value) => !after.includes(value));
}

/** Order says nothing in a list of allowed values. */
function told(limit: number | string | readonly string[] | undefined): string {
  if (limit === undefined) return NONE;
  return typeof limit === "object" ? [...limit].sort().join(", ") : String(limit);
}
