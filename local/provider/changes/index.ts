/**
 * What a change of an input does to a resource: the table of changes, one file a service. It says of `pulumi up` on AWS
 * what the provider's schema says (`ForceNew`, `RequiresReplace` and `CustomizeDiff` in the file that `source` names).
 *
 * Checked [2026-11-22]: every input of every type here, nested ones too, against the schema functions of
 * terraform-provider-aws v6.58.0 (2026-08-05), and names against @pulumi/aws 7.48.0 (2026-09-22). Three inputs of 7.48.0
 * are newer than that schema and stand nowhere: `warmUpConfiguration` of alarms, `warningEventCategories` of RDS and
 * `blockedEncryptionTypes` inside a bucket's encryption. Which resource goes first follows pulumi-terraform-bridge and
 * provider/overrides of pulumi-aws 7. An input that stands nowhere is unknown, and is told so.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { replacedByValue, type Condition } from "./condition";

/** `none`: it changes what Pulumi does later (how it deletes or waits), and nothing of the service's. */
export type Effect = "replace" | "update" | "none" | "unknown";

interface Row {
  /** https address of the provider's file. */
  readonly source: string;
  /**
   * Input that the provider makes up where the program doesn't say it; `none` where it makes up no name that has to be
   * the only one. @default name
   */
  readonly named?: string;
  /** The old resource goes before the new one comes, whatever its name. @default false */
  readonly deletesFirst?: boolean;
  /** Inputs; dots lead into an object, or into the items of a list, whose parts differ. The longest path counts. */
  readonly replace?: readonly string[];
  readonly update?: readonly string[];
  readonly none?: readonly string[];
  /** Inputs under `update` that replace by what they were or become. */
  readonly replaceWhen?: readonly Condition[];
}

const EFFECTS = ["replace", "update", "none"] as const;

type Values = Readonly<Record<string, unknown>>;

let rows: Readonly<Record<string, Row>> | undefined;

/** Read at its first use: most commands ask nothing of it. */
function table(): Readonly<Record<string, Row>> {
  rows ??= Object.assign(
    {},
    ...readdirSync(__dirname)
      .filter((file) => file.endsWith(".yaml"))
      .map((file) => parse(readFileSync(join(__dirname, file), "utf8")) as Record<string, Row>),
  ) as Record<string, Row>;
  return rows;
}

/** Types that the table has a row of. */
export function typesWithChanges(): readonly string[] {
  return Object.keys(table());
}

/**
 * What a change of an input does, whatever its values.
 * @param property an input, such as `name`, or a path into one, such as `brokerNodeGroupInfo.clientSubnets`; a path that
 * stands nowhere does what the object around it does. Each resource with a region stands in one, so `region` replaces.
 */
export function effectOf(type: string, property: string): Effect {
  const row = table()[type];
  if (row === undefined) return "unknown";
  for (let path = property; path !== ""; path = path.slice(0, Math.max(path.lastIndexOf("."), 0))) {
    const effect = EFFECTS.find((each) => row[each]?.includes(path) ?? false);
    if (effect !== undefined) return effect;
  }
  return property === "region" ? "replace" : "unknown";
}

/**
 * What one change does, by its values: of what differs in parts, by the parts that changed.
 * @param path where it changed, such as `rules[0].status`.
 * @param before all inputs of the resource, in clear.
 */
export function effectOfChange(type: string, path: string, before: Values, after: Values): Effect {
  const property = path.replace(/\[\d+\]/g, "");
  const effect = effectOf(type, property);
  if (effect === "replace") return effect;
  const differs = (from: unknown, to: unknown, keys: readonly string[]) =>
    !isDeepStrictEqual(valuesAt(from, keys), valuesAt(to, keys));
  const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
  const [old, now] = [at(before, keys), at(after, keys)];
  const parts = replacing(type).filter((part) => part.startsWith(`${property}.`));
  if (parts.some((part) => differs(old, now, part.slice(property.length + 1).split(".")))) return "replace";
  const conditions = table()[type]?.replaceWhen ?? [];
  return replacedByValue(conditions, before, after).has(keys[0]!) ? "replace" : effect;
}

/** Paths of the inputs of a type whose change replaces the resource, whatever their values. */
export function replacing(type: string): readonly string[] {
  return table()[type]?.replace ?? [];
}

/** What stands at one of these paths, without the parts of it that change in place. */
export function replacingPart(type: string, path: string, value: unknown): unknown {
  const inPlace = (table()[type]?.update ?? []).filter((part) => part.startsWith(`${path}.`));
  return inPlace.reduce((rest, part) => without(rest, part.slice(path.length + 1).split(".")), value);
}

/** Inputs of which a resource has one: that it has another replaces it. */
export function alternatives(type: string): readonly (readonly string[])[] {
  const conditions = table()[type]?.replaceWhen ?? [];
  return conditions.flatMap((condition) => ("oneOf" in condition ? [condition.oneOf] : []));
}

/**
 * Whether AWS's provider deletes a resource before it makes its replacement: where the program gave the name that the
 * provider would else make up, since a name is there once.
 * @param inputs those of the replacement.
 */
export function deletesFirst(type: string, inputs: Values): boolean {
  const { deletesFirst: always = false, named = "name" } = table()[type] ?? {};
  return always || inputs[named] !== undefined;
}

/** Where the effects of a type's inputs are written; undefined for a type without a row. */
export function sourceOf(type: string): string | undefined {
  return table()[type]?.source;
}

function at(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (object, key) => (typeof object === "object" && object !== null ? Reflect.get(object, key) : undefined),
    value,
  );
}

/** What stands at a path of names, of each item of the lists on the way. */
export function valuesAt(value: unknown, keys: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, keys));
  const [key, ...rest] = keys;
  if (key === undefined) return value === undefined ? [] : [value];
  return typeof value === "object" && value !== null ? valuesAt(Reflect.get(value, key), rest) : [];
}

function without(value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => without(item, [key!, ...rest]));
  if (typeof value !== "object" || value === null || !(key! in value)) return value;
  const { [key!]: part, ...others } = value as Values;
  return rest.length === 0 ? others : { ...others, [key!]: without(part, rest) };
}
