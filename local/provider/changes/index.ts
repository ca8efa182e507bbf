/**
 * What a change of an input does to a resource of a type that the local cloud emulates: the table of changes, one file a
 * service. It is meant to say of `pulumi up` on AWS what the provider's schema says (`ForceNew` or `RequiresReplace` in
 * the file that `source` names). What was checked [2026-11]: each type that CloudFormation has, against
 * `createOnlyProperties` of its resource schema; eight of the provider's files were read. The other rows were written
 * from memory of the provider. An input that stands nowhere is unknown, and is told so.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";

/** `none`: it changes what Pulumi does later (how it deletes or waits), and nothing of the service's. */
export type Effect = "replace" | "update" | "none" | "unknown";

interface Row {
  /** https address of the documentation. */
  readonly source: string;
  /** Inputs; dots lead into an object whose parts differ. */
  readonly replace?: readonly string[];
  readonly update?: readonly string[];
  readonly none?: readonly string[];
}

const EFFECTS = ["replace", "update", "none"] as const;

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
 * What a change of an input does.
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

/** What the change of an input from one value to another does: of an object whose parts differ, by the parts that changed. */
export function effectOfChange(type: string, property: string, before: unknown, after: unknown): Effect {
  const parts = replacing(type).filter((path) => path.startsWith(`${property}.`));
  const inside = (path: string) => path.slice(property.length + 1).split(".");
  const changed = parts.some((path) => !isDeepStrictEqual(at(before, inside(path)), at(after, inside(path))));
  return changed ? "replace" : effectOf(type, property);
}

/** Paths of the inputs of a type whose change replaces the resource. */
export function replacing(type: string): readonly string[] {
  return table()[type]?.replace ?? [];
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
