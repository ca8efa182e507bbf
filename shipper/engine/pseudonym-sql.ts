/** Keyed pseudonyms in SQL. The pads of the keys are data of a table, never text of a statement. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { IdentifierKind } from "../../components/contract/model";
import { padsOf } from "../keys/pads";

/** 16 of the 32 bytes, two hex digits each: `functions/pseudonym/pseudonym.ts` says why. */
const PSEUDONYM_DIGITS = 32;
/** What base64 makes of 16 bytes, without its two `=`. */
const PSEUDONYM_CHARACTERS = 22;

const PADS = "pads";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();

/** Loads the pads of each kind's key into the one-row table that {@link pseudonymSql} reads. */
export async function loadPads(
  connection: DuckDBConnection,
  keys: ReadonlyMap<IdentifierKind, Buffer>,
): Promise<void> {
  const kinds = [...keys.keys()];
  const columns = kinds.flatMap((kind) => [`${pad(kind, "inner")} BLOB`, `${pad(kind, "outer")} BLOB`]);
  await connection.run(
    `CREATE TABLE ${PADS} (one BOOLEAN${columns.map((column) => `, ${column}`).join("")})`,
  );
  const appender = await connection.createAppender(PADS);
  appender.appendBoolean(true);
  for (const kind of kinds) {
    const { inner, outer } = padsOf(keys.get(kind)!);
    appender.appendBlob(inner);
    appender.appendBlob(outer);
  }
  appender.endRow();
  appender.closeSync();
}

/** What a statement with {@link pseudonymSql} joins to its rows. */
export const PADS_TABLE = PADS;

/** The pseudonym of a text expression beside {@link PADS_TABLE}: null stays null, empty text gets one of its own. */
export function pseudonymSql(kind: IdentifierKind, text: string): string {
  const hmac = hmacSql(pad(kind, "inner"), pad(kind, "outer"), `encode(${normaliseSql(kind, text)})`);
  return base64UrlSql(`unhex(left(${hmac}, ${PSEUDONYM_DIGITS}))`);
}

/** DuckDB knows base64 with `+` and `/` only; two `replace` take less than one `translate`. */
function base64UrlSql(pseudonym: string): string {
  return `replace(replace(left(to_base64(${pseudonym}), ${PSEUDONYM_CHARACTERS}), '+', '-'), '/', '_')`;
}

function hmacSql(inner: string, outer: string, message: string): string {
  return `sha256(${outer} || unhex(sha256(${inner} || ${message})))`;
}

function pad(kind: IdentifierKind, name: "inner" | "outer"): string {
  return `${kind.replaceAll("-", "_")}_${name}`;
}

/** The spelling that is hashed, as `functions/pseudonym/normalise.ts` defines it. */
export function normaliseSql(kind: IdentifierKind, text: string): string {
  return RULES[kind](trimSql(text));
}

const RULES: Readonly<Record<IdentifierKind, (text: string) => string>> = {
  "student-id": (text) => asciiCase("upper", text),
  "user-id": (text) => asciiCase("upper", text),
  email: (text) => asciiCase("lower", text),
  phone: (text) => domestic(digits(text)),
  "person-name": (text) => text,
  "resident-number": digits,
  "card-number": digits,
  "ip-address": (text) => asciiCase("lower", text),
  address: (text) => text,
  "birth-date": (text) => text,
};

/** Strips space, tab, carriage return and line feed. Most values have none, and asking first is 20 times cheaper. */
export function trimSql(text: string): string {
  const ends = [" ", "chr(9)", "chr(13)", "chr(10)"].map(
    (end) => `suffix(${text}, ${end === " " ? "' '" : end})`,
  );
  // All four are below "!", and so is empty text.
  return `CASE WHEN ${text} < '!' OR ${ends.join(" OR ")} THEN trim(${text}, ' ' || chr(9) || chr(13) || chr(10)) ELSE ${text} END`;
}

/** `lower` and `upper` map letters beyond ASCII too; `translate` does not, and is slow. */
function asciiCase(to: "lower" | "upper", text: string): string {
  const [from, into] = to === "lower" ? [UPPER, LOWER] : [LOWER, UPPER];
  return `CASE WHEN ${isAsciiSql(text)} THEN ${to}(${text}) ELSE translate(${text}, '${from}', '${into}') END`;
}

/** As many bytes as characters. */
export function isAsciiSql(text: string): string {
  return `strlen(${text}) = length(${text})`;
}

function digits(text: string): string {
  return `regexp_replace(${text}, '[^0-9]+', '', 'g')`;
}

function domestic(number: string): string {
  return `regexp_replace(${number}, '^82([1-9])', '0\\1')`;
}
