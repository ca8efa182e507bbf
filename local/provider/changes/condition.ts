/** Replacements that hang on values: what the provider decides in `CustomizeDiff` or `ModifyPlan`. */
import { isDeepStrictEqual } from "node:util";

/** One input that replaces when all that is said here holds. */
interface OfInput {
  readonly input: string;
  /** What it was. */
  readonly from?: string;
  /** What it becomes. */
  readonly to?: string;
  /** It becomes something, rather than nothing. */
  readonly said?: true;
  /** It becomes a lower version, compared number by number; letters at its end, as in `3.9.x`, don't count. */
  readonly lower?: true;
  /** Other inputs, by what the new one must not match: a regular expression. */
  readonly unless?: Readonly<Record<string, string>>;
}

/** Inputs of which a resource has one: that it has another replaces it. */
interface OneOf {
  readonly oneOf: readonly string[];
}

export type Condition = OfInput | OneOf;

type Values = Readonly<Record<string, unknown>>;

/** Inputs that changed in a way that replaces the resource. */
export function replacedByValue(
  conditions: readonly Condition[],
  before: Values,
  after: Values,
): ReadonlySet<string> {
  const changed = (input: string) => !isDeepStrictEqual(before[input], after[input]);
  const found = conditions.flatMap((condition) => {
    if ("oneOf" in condition) {
      const others = condition.oneOf.filter(changed);
      return others.length > 1 ? others : [];
    }
    return changed(condition.input) && holds(condition, before, after) ? [condition.input] : [];
  });
  return new Set(found);
}

function holds(condition: OfInput, before: Values, after: Values): boolean {
  const { input, from, to, said = false, lower = false, unless = {} } = condition;
  const [old, now] = [before[input], after[input]];
  return (
    (from === undefined || old === from) &&
    (to === undefined || now === to) &&
    (!said || (now !== undefined && now !== "")) &&
    (!lower || isLower(now, old)) &&
    !Object.entries(unless).some(([other, pattern]) => new RegExp(pattern).test(String(after[other])))
  );
}

function isLower(version: unknown, than: unknown): boolean {
  if (typeof version !== "string" || typeof than !== "string") return false;
  const [one, other] = [numbers(version), numbers(than)];
  const place = [...one, ...other].findIndex((_, each) => (one[each] ?? 0) !== (other[each] ?? 0));
  return place !== -1 && (one[place] ?? 0) < (other[place] ?? 0);
}

function numbers(version: string): number[] {
  return version
    .replace(/(\.[A-Za-z]+)+$/, "")
    .split(".")
    .map(Number);
}
