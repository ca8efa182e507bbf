/** What a service tells of a resource, held against what was asked of it. */
import { isDeepStrictEqual } from "node:util";
import { asAsked } from "./as-asked";
import { isMap } from "./equivalence/plain-map";
import { isImport, type Inputs } from "./resource-type";

/** Maps whose keys are data: one more than was asked for is a drift, and no default of the service. */
const DATA = new Set(["tags", "parameters", "properties", "variables", "connectionProperties"]);

/**
 * Inputs as a service tells them, in the program's names. A part that nobody asked for is the service's default; it is
 * told where `defaults` says what it should be and it is something else, and at an import.
 * @param state what was known last.
 * @param found by name of the input; `undefined` for one that the service no longer has.
 * @param defaults what the service does unasked. Tags: none.
 */
export function told(state: Inputs, found: Inputs, defaults: Inputs = {}): Record<string, unknown> {
  const unasked: Inputs = { tags: {}, ...defaults };
  const inputs: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(found)) {
    const asked: unknown = state[name];
    if (asked !== undefined && asked !== null) {
      inputs[name] = asAsked(asked, asked, DATA.has(name) ? value : askedPart(asked, value));
    } else if (value !== undefined && !isDeepStrictEqual(value, unasked[name])) {
      if (isImport(state) || name in unasked) inputs[name] = value;
    }
  }
  return inputs;
}

/** Of what was found, what was asked for: a service fills in its defaults. */
function askedPart(asked: unknown, found: unknown): unknown {
  if (Array.isArray(asked) && Array.isArray(found) && asked.length === found.length) {
    return found.map((item, at) => askedPart(asked[at], item));
  }
  if (!isMap(asked) || !isMap(found)) return found;
  const parts = Object.entries(asked).flatMap(([key, value]) => {
    if (!(key in found)) return [];
    return [[key, DATA.has(key) && isMap(value) ? found[key] : askedPart(value, found[key])] as const];
  });
  return Object.fromEntries(parts);
}

/** Whether any of these inputs is another than before. */
export function differ(state: Inputs, inputs: Inputs, ...names: readonly string[]): boolean {
  return names.some((name) => !isDeepStrictEqual(state[name], inputs[name]));
}

/**
 * The API's PascalCase to Pulumi's camelCase, all the way down, the reverse of `pascal`; values of maps named in `maps`
 * stay as they are.
 */
export function camel(value: unknown, maps: ReadonlySet<string> = new Set()): Inputs {
  return lowered(value, maps) as Inputs;
}

function lowered(value: unknown, maps: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => lowered(item, maps));
  if (!isMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const name = key.charAt(0).toLowerCase() + key.slice(1);
      return [name, maps.has(name) ? item : lowered(item, maps)];
    }),
  );
}

type Tags = Readonly<Record<string, string>>;

/** A tag as services tell it. */
interface Tag {
  readonly Key?: string;
  readonly Value?: string;
}

export function tagMap(list: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries((list ?? []).map(({ Key, Value }) => [Key!, Value ?? ""]));
}

/** Brings a resource's tags to what is asked; the service is not asked where there is nothing to do. */
export async function changeTags(
  { tags: before = {} }: Inputs,
  { tags: wanted = {} }: Inputs,
  set: (tags: Tags) => Promise<unknown>,
  remove: (keys: string[]) => Promise<unknown>,
): Promise<void> {
  const gone = Object.keys(before as Tags).filter((key) => !(key in (wanted as Tags)));
  const changed = Object.entries(wanted as Tags).filter(([key, value]) => (before as Tags)[key] !== value);
  if (gone.length > 0) await remove(gone);
  if (changed.length > 0) await set(Object.fromEntries(changed));
}

/**
 * What a resource's id doesn't say, and its service wants to know.
 * @throws Error at an import, when there is the id alone.
 */
export function known(state: Inputs, name: string): string {
  const value: unknown = state[name];
  if (typeof value === "string") return value;
  throw new Error(`of what ${name} it is, is not known of its id alone: it can't be imported locally`);
}
