/** Conditions of IAM statements, as the IAM User Guide describes them ("Condition operators", "Multivalued context keys"). */

/** What AWS knows of a request, by condition key; a list where the key is multivalued. */
export type Facts = Readonly<Record<string, string | readonly string[]>>;

export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

type Test = (value: string, wanted: string) => boolean;

/** How one value of the request is compared with one of the policy. */
const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (value, wanted) => value === wanted,
  StringEqualsIgnoreCase: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  StringLike: (value, wanted) => matches(wanted, value),
  // "ArnEquals and ArnLike behave identically": each of the six parts is compared by itself.
  ArnEquals: arnMatches,
  ArnLike: arnMatches,
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
};

/** Negated operators and what they negate; they hold where the request has no such key. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/**
 * Whether all conditions of a statement hold.
 *
 * @throws Error for an operator or a policy variable that is not known here: a decision must not be made up.
 */
export function hold(conditions: Conditions, facts: Facts): boolean {
  const byKey = new Map(Object.entries(facts).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) =>
      holds(operator, key, byKey.get(key.toLowerCase()), [wanted].flat()),
    ),
  );
}

function holds(
  operator: string,
  key: string,
  value: string | readonly string[] | undefined,
  wanted: readonly string[],
): boolean {
  const [, set, bare, ifExists] =
    /^(ForAnyValue:|ForAllValues:)?([A-Za-z]+?)(IfExists)?$/.exec(operator) ?? [];
  if (bare === "Null") return wanted.includes(String(value === undefined));
  const base = NEGATED[bare ?? ""] ?? bare ?? "";
  const test = TESTS[base];
  if (test === undefined) throw new Error(`The condition operator ${operator} (of ${key}) is not known here`);
  const variable = wanted.find((text) => text.includes("${"));
  if (variable !== undefined)
    throw new Error(`The policy variable in ${variable} (of ${key}) is not known here`);
  const negated = base !== bare;
  if (value === undefined) {
    // ForAllValues and negated operators are true of what is not there; ForAnyValue never is.
    return ifExists !== undefined || set === "ForAllValues:" || (negated && set === undefined);
  }
  if (typeof value !== "string" && set === undefined) {
    throw new Error(`${key} has several values, and ${operator} does not say of which it speaks`);
  }
  const one = (each: string) => negated !== wanted.some((text) => test(each, text));
  const values = [value].flat();
  return set === "ForAnyValue:" ? values.some(one) : values.every(one);
}

/** `*` is any run, `?` one character; case counts. */
export function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, "s").test(text);
}

function arnMatches(value: string, wanted: string): boolean {
  const [have, want] = [parts(value), parts(wanted)];
  return have.length === want.length && want.every((part, at) => matches(part, have[at]!));
}

/** The five parts before the resource, and the resource with the colons that it has. */
function parts(arn: string): string[] {
  const split = arn.split(":");
  return [...split.slice(0, 5), split.slice(5).join(":")];
}
