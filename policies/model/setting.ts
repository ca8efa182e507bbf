/**
 * What a configuration may set for a rule. The engine accepts unknown keys in silence and checks types only where it is
 * used, so the pack checks its configuration itself, and says what is wrong with it.
 */
import type { PolicyConfigSchema } from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** The configuration of one rule, as the engine or `naru check` hands it over. */
export type Configuration = Readonly<Record<string, unknown>>;

export interface Setting<T> {
  /** The key in the rule's configuration. */
  readonly key: string;
  readonly schema: PolicyConfigJSONSchema;
  /** What holds without the key, and where its value is wrong. */
  readonly byDefault: T;
  /** What a value must be, read after the key: "must be a list of names". */
  readonly must: string;
  accepts(value: unknown): value is T;
}

/** The value of a setting; a wrong one is reported by {@link configurationFaults} and counts as absent. */
export function settingIn<T>(configuration: Configuration, { key, byDefault, accepts }: Setting<T>): T {
  const value = configuration[key];
  return accepts(value) ? value : byDefault;
}

/** Everything that is wrong with a rule's configuration; no value of it is told. */
export function configurationFaults(
  settings: readonly Setting<unknown>[],
  configuration: Configuration,
): string[] {
  return Object.entries(configuration).flatMap(([key, value]) => {
    if (key === "waivers") return [];
    const setting = settings.find((each) => each.key === key);
    if (setting === undefined) {
      const known = [...settings.map((each) => each.key), "waivers"].join(", ");
      return [`The rule has no setting "${key}"; it has ${known}.`];
    }
    return setting.accepts(value) ? [] : [`The rule's setting "${key}" ${setting.must}.`];
  });
}

/** The schema of a rule's configuration: that of its settings, beside what all rules have. */
export function schemaWith(
  base: PolicyConfigSchema,
  settings: readonly Setting<unknown>[],
): PolicyConfigSchema {
  return {
    ...base,
    properties: {
      ...base.properties,
      ...Object.fromEntries(settings.map(({ key, schema }) => [key, schema])),
    },
  };
}

/** A list of names; `least` of them or more. */
export function names(
  key: string,
  description: string,
  byDefault: readonly string[],
  least = 0,
): Setting<readonly string[]> {
  return {
    key,
    byDefault,
    schema: { type: "array", description, items: { type: "string", minLength: 1 }, minItems: least },
    must: least > 0 ? `must be a list of ${least} name or more` : "must be a list of names",
    accepts: (value): value is readonly string[] =>
      Array.isArray(value) &&
      value.length >= least &&
      value.every((each) => typeof each === "string" && each !== ""),
  };
}

/** A whole number from `least` on. */
export function wholeNumber(
  key: string,
  description: string,
  byDefault: number,
  least: number,
): Setting<number> {
  return {
    key,
    byDefault,
    schema: { type: "integer", description, minimum: least },
    must: `must be a whole number, ${least} or more`,
    accepts: (value): value is number =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= least,
  };
}

/** True or false. */
export function flag(key: string, description: string, byDefault: boolean): Setting<boolean> {
  return {
    key,
    byDefault,
    schema: { type: "boolean", description },
    must: "must be true or false",
    accepts: (value): value is boolean => typeof value === "boolean",
  };
}
