/**
 * The one guarded reader of resource properties. In a preview, touching an unknown value throws inside the policy SDK and
 * would end the whole rule with a mere warning; here it is a result like any other. Presence is asked with `in`, which
 * never throws.
 */
import { isUnknown, UnknownValueError } from "./unknown";

export type Path = readonly (string | number)[];

/** What was found at a path. */
export type Reading<T> =
  | { readonly state: "known"; readonly value: T }
  | { readonly state: "unknown" }
  | { readonly state: "absent" }
  | { readonly state: "wrong-type"; readonly expected: string };

/** Reads the value at `path`; an unknown container makes the whole reading unknown, `null` counts as absent. */
export function read(props: unknown, path: Path): Reading<unknown> {
  let current: unknown = props;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return { state: "wrong-type", expected: "object" };
    if (!(key in current)) return { state: "absent" };
    try {
      current = (current as Record<string | number, unknown>)[key];
    } catch (error) {
      if (error instanceof UnknownValueError) return { state: "unknown" };
      throw error;
    }
    if (current === undefined || current === null) return { state: "absent" };
    if (isUnknown(current)) return { state: "unknown" };
  }
  return { state: "known", value: current };
}

export function readString(props: unknown, path: Path): Reading<string> {
  return typed(read(props, path), "string", (value): value is string => typeof value === "string");
}

/** Indices, not elements: an element may be unknown, so each is read on its own with a longer path. */
export function readIndices(props: unknown, path: Path): Reading<number[]> {
  const list = typed(read(props, path), "list", (value): value is unknown[] => Array.isArray(value));
  return list.state === "known"
    ? { state: "known", value: Array.from({ length: list.value.length }, (_, i) => i) }
    : list;
}

export function readObject(props: unknown, path: Path): Reading<Record<string, unknown>> {
  return typed(
    read(props, path),
    "object",
    (value): value is Record<string, unknown> =>
      typeof value === "object" && value !== null && !Array.isArray(value),
  );
}

/** The string at `path` when it is known, else undefined: for optional hints such as names, where silence is fine. */
export function knownString(props: unknown, path: Path): string | undefined {
  const reading = readString(props, path);
  return reading.state === "known" ? reading.value : undefined;
}

/** Stands for an unknown value inside a snapshot. */
export const UNKNOWN = Symbol("unknown in this preview");

/** JSON with holes: what is left of a document when parts of it are not known yet. */
export type Snapshot =
  | string
  | number
  | boolean
  | null
  | typeof UNKNOWN
  | readonly Snapshot[]
  | { readonly [key: string]: Snapshot };

/** Copies a whole value, with `UNKNOWN` where a part is not known, so that nothing throws after it. */
export function snapshot(value: unknown): Snapshot {
  if (isUnknown(value)) return UNKNOWN;
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (typeof value !== "object") return null;
  const entry = (key: string | number): Snapshot => {
    const reading = read(value, [key]);
    if (reading.state === "unknown") return UNKNOWN;
    return reading.state === "known" ? snapshot(reading.value) : null;
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => entry(index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, entry(key)]));
}

function typed<T>(
  reading: Reading<unknown>,
  expected: string,
  is: (value: unknown) => value is T,
): Reading<T> {
  if (reading.state !== "known") return reading;
  return is(reading.value) ? { state: "known", value: reading.value } : { state: "wrong-type", expected };
}
