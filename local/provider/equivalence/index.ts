/**
 * Which inputs say the same to AWS though they are written otherwise, as AWS's provider has it: its schema's defaults,
 * what the service fills in (`Computed`), and differences that it suppresses (`DiffSuppressFunc`). The table is one file;
 * each type has the provider's source that it was read from. What stands nowhere is compared as it is written.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parse } from "yaml";
import { isMap } from "./plain-map";
import { policyMeaning } from "./policy-document";

/** Paths of inputs, such as `configuration.state`; a list's items have the path of the list. */
interface Row {
  /** https address of the source. */
  readonly source: string;
  /** What the service does where the program says nothing. */
  readonly defaults?: Readonly<Record<string, unknown>>;
  /** What the service fills in as it likes where the program says nothing; taken away it stays as it is. */
  readonly computed?: readonly string[];
  /** Policy documents, as text or as objects. */
  readonly policies?: readonly string[];
  /** Other JSON documents, as text or as objects. */
  readonly documents?: readonly string[];
  /** Lists in which order says nothing. */
  readonly sets?: readonly string[];
  /** Texts whose case says nothing. */
  readonly anyCase?: readonly string[];
  /** By ARN or by the name or id at its end. */
  readonly names?: readonly string[];
}

let rows: Readonly<Record<string, Row>> | undefined;

/** Read at its first use: most commands ask nothing of it. */
function table(): Readonly<Record<string, Row>> {
  rows ??= parse(readFileSync(join(__dirname, "types.yaml"), "utf8")) as Record<string, Row>;
  return rows;
}

/** The table's rows, by type, for tests of it. */
export function typesWithForms(): Readonly<Record<string, Row>> {
  return table();
}

/**
 * Whether an input asks for what there is already.
 * @param path of the input, without the places of lists: `rules.status`.
 * @param held what there is, plain, without marks of secrets; undefined where nothing is known. So is `asked`.
 */
export function equivalent(type: string, path: string, held: unknown, asked: unknown): boolean {
  return saySame(table()[type] ?? {}, path, held, asked);
}

function saySame(row: Partial<Row>, path: string, held: unknown, asked: unknown): boolean {
  if (isDeepStrictEqual(held, asked)) return true;
  const has = (list: readonly string[] | undefined) => list?.includes(path) ?? false;
  if (asked === undefined) return isUnsaid(row, path, held);
  // What a service fills in is not known where nothing is held.
  if (held === undefined) return isUnsaid({ defaults: row.defaults }, path, asked);
  if (has(row.policies))
    return isDeepStrictEqual(...both(held, asked, (each) => policyMeaning(parsed(each))));
  if (has(row.documents)) return isDeepStrictEqual(...both(held, asked, parsed));
  if (typeof held === "string" && typeof asked === "string") {
    if (has(row.anyCase)) return held.toLowerCase() === asked.toLowerCase();
    return has(row.names) && isNameOf(held, asked);
  }
  if (Array.isArray(held) && Array.isArray(asked)) {
    if (held.length !== asked.length) return false;
    if (has(row.sets)) return areSameSets(held, asked, (...items) => saySame(row, path, ...items));
    return held.every((item, at) => saySame(row, path, item, asked[at]));
  }
  if (!isMap(held) || !isMap(asked)) return false;
  const keys = new Set([...Object.keys(held), ...Object.keys(asked)]);
  return [...keys].every((key) => saySame(row, `${path}.${key}`, held[key], asked[key]));
}

/** Whether the absence of a value says the same as the value. */
function isUnsaid(row: Partial<Row>, path: string, value: unknown): boolean {
  if (row.computed?.includes(path) === true) return true;
  if (path in (row.defaults ?? {})) return isDeepStrictEqual(value, row.defaults![path]);
  if (typeof value !== "object" || value === null) return false;
  // An empty list or map says as little as none; a block does when all of it does.
  const parts = Object.entries(value);
  return (
    parts.length === 0 ||
    (isMap(value) && parts.every(([key, part]) => isUnsaid(row, `${path}.${key}`, part)))
  );
}

function both(held: unknown, asked: unknown, form: (value: unknown) => unknown): [unknown, unknown] {
  return [form(held), form(asked)];
}

/** A document as text is its object; a text that is none is itself. */
function parsed(document: unknown): unknown {
  if (typeof document !== "string") return document;
  try {
    return JSON.parse(document) as unknown;
  } catch {
    return document;
  }
}

/** Whether one is the ARN of the thing that the other names. */
function isNameOf(held: string, asked: string): boolean {
  const [arn, name] = held.startsWith("arn:") ? [held, asked] : [asked, held];
  return (
    arn.startsWith("arn:") &&
    !name.startsWith("arn:") &&
    (arn.endsWith(`/${name}`) || arn.endsWith(`:${name}`))
  );
}

function areSameSets(
  held: readonly unknown[],
  asked: readonly unknown[],
  same: (...items: [unknown, unknown]) => boolean,
): boolean {
  const left = [...asked];
  return held.every((item) => {
    const at = left.findIndex((candidate) => same(item, candidate));
    if (at < 0) return false;
    left.splice(at, 1);
    return true;
  });
}
