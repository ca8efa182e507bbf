/** The contract's types and limits in SQL, as curation applies them. A reason is `<column>:<rule>`, never the value. */
import type { Column, ColumnType, DataSet } from "../../components/contract/model";
import { isNeeded } from "../rewrite/table";
import { isAsciiSql, trimSql } from "./pseudonym-sql";

/** A column on its way: its text as it came, its value in the contract's type, and whether JSON had another type. */
export interface CheckedColumn {
  readonly column: Column;
  /** Column of the text ({@link textSql}). */
  readonly text: string;
  /** Column of the typed value; null when absent or not of the type. */
  readonly value: string;
  /** Column of the coarser value, null when the text has none; undefined where the treatment is another. */
  readonly general?: string;
  /** Boolean column: a JSON value of another type; undefined for CSV, where all is text. */
  readonly mistyped?: string;
}

export interface Fault {
  readonly reason: string;
  /** Boolean expression; null counts as false. */
  readonly broken: string;
}

/** Bytes that are no character, as a decoder before Naru wrote them. */
const REPLACEMENT = "chr(65533)";
/** Combining marks and single letters of Hangul: text with them hashes unlike its composed form. */
const DECOMPOSED = "'[\\x{0300}-\\x{036f}\\x{1100}-\\x{11ff}]'";

const HOUR = "([01][0-9]|2[0-3])";
const SIXTY = "[0-5][0-9]";
/** ISO 8601's offsets; Java, and so Spark, takes none above 18 hours. */
const OFFSET = `(Z|[+-]((0[0-9]|1[0-7]):?${SIXTY}|18:?00))`;
const TIMESTAMP = `[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]${HOUR}:${SIXTY}(:${SIXTY}([.][0-9]{1,9})?)?`;
/** Casts are lenient ("2.5" is the int 3): a value must look like its type first. */
const FORMS: Readonly<Record<string, string>> = {
  int: "[+-]?[0-9]+",
  bigint: "[+-]?[0-9]+",
  double: "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?",
  boolean: "(?i:true|false)",
  date: "[0-9]{4}-[0-9]{2}-[0-9]{2}",
  timestamp: `${TIMESTAMP}${OFFSET}?`,
  "timestamp with offset": `${TIMESTAMP}${OFFSET}`,
};

/** The engine's name of a contract type. Timestamps are stored without a zone, in UTC. */
export function engineType(type: ColumnType): string {
  const names: Readonly<Record<string, string>> = { string: "VARCHAR", int: "INTEGER" };
  return names[type] ?? type.toUpperCase();
}

/** The text of a column as the checks want it: numbers and dates may stand between spaces. */
export function textSql(type: ColumnType, text: string): string {
  return type === "string" ? text : trimSql(text);
}

/**
 * The typed value of a column's {@link textSql}.
 * @param offset whether a moment must say its offset: producers of events stand in many zones.
 */
export function typedSql(
  type: ColumnType,
  text: string,
  timeZone: string,
  offset: "needed" | "optional",
): string {
  if (type === "string") return text;
  const cast = type === "timestamp" ? momentSql(text, timeZone) : `TRY_CAST(${text} AS ${engineType(type)})`;
  const like = type === "timestamp" && offset === "needed" ? FORMS["timestamp with offset"] : form(type);
  return `CASE WHEN regexp_full_match(${text}, ${quote(like)}) THEN ${cast} END`;
}

/** UTC. Without an offset it is wall-clock time of the contract's zone. */
function momentSql(text: string, timeZone: string): string {
  // The engine reads no offset behind minutes.
  const whole = `CASE WHEN substr(${text}, 17, 1) = ':' THEN ${text} ELSE left(${text}, 16) || ':00' || substr(${text}, 17) END`;
  const zoned = `TRY_CAST(${whole} AS TIMESTAMPTZ)`;
  const local = `timezone(${quote(timeZone)}, TRY_CAST(${whole} AS TIMESTAMP))`;
  const moment = `CASE WHEN regexp_matches(${text}, ${quote(`${OFFSET}$`)}) THEN ${zoned} ELSE ${local} END`;
  return `timezone('UTC', ${moment})`;
}

function form(type: ColumnType): string {
  const decimal = /^decimal\(\d+,(\d+)\)$/.exec(type);
  // More digits behind the point than the contract has would be rounded silently.
  return decimal === null ? FORMS[type] : `[+-]?[0-9]+([.][0-9]{0,${decimal[1]}})?`;
}

/**
 * Every rule of a column, in the order in which curation tells them.
 * @param from text of the source, or what the rewriter let through: that has a value where one is needed, and no text that
 * is decomposed, badly decoded or too long.
 */
export function faultsOf(dataSet: DataSet, checked: CheckedColumn, from: "source" | "rewriter"): Fault[] {
  const { column, text, value, mistyped, general } = checked;
  const fault = (rule: string, broken: string): Fault => ({ reason: `${column.name}:${rule}`, broken });
  const absent = absentSql(checked);
  const unseen = from === "source";
  const typeFaults = [
    ...(mistyped === undefined ? [] : [mistyped]),
    ...(column.type === "string" ? [] : [`(NOT ${absent} AND ${value} IS NULL)`]),
  ];
  return [
    ...(unseen && isNeeded(dataSet, column) ? [fault("required", absent)] : []),
    ...(unseen ? [fault("encoding", `contains(${text}, ${REPLACEMENT})`)] : []),
    ...(typeFaults.length === 0 ? [] : [fault("type", typeFaults.join(" OR "))]),
    ...(unseen && column.treatment === "pseudonymise" ? [fault("normalForm", decomposedSql(text))] : []),
    ...(general === undefined ? [] : [fault("generalise", `(NOT ${absent} AND ${general} IS NULL)`)]),
    ...limitsOf(column, value)
      .filter(([rule]) => unseen || rule !== "maxLength" || column.type !== "string")
      .map(([rule, broken]) => fault(rule, broken)),
  ];
}

function decomposedSql(text: string): string {
  return `CASE WHEN ${isAsciiSql(text)} THEN false ELSE regexp_matches(${text}, ${DECOMPOSED}) END`;
}

/** Empty text is text; an empty number or date is none. */
function absentSql({ column, text, mistyped }: CheckedColumn): string {
  const none = column.type === "string" ? `${text} IS NULL` : `coalesce(${text} = '', true)`;
  return mistyped === undefined ? `(${none})` : `(${none} AND NOT ${mistyped})`;
}

function limitsOf(column: Column, value: string): [rule: string, broken: string][] {
  const limits: [string, string | undefined][] = [
    ["pattern", column.pattern && `NOT regexp_matches(${value}, ${quote(`\\A(?:${column.pattern})\\z`)})`],
    ["allowed", column.allowed && `${value} NOT IN (${column.allowed.map(quote).join(", ")})`],
    ["minimum", column.minimum === undefined ? undefined : `${value} < ${column.minimum}`],
    ["maximum", column.maximum === undefined ? undefined : `${value} > ${column.maximum}`],
    ["maxLength", column.maxLength === undefined ? undefined : `length(${value}) > ${column.maxLength}`],
  ];
  return limits.filter((limit): limit is [string, string] => limit[1] !== undefined);
}

/** A text literal. For words of the contract only: no value of a source is ever part of a statement. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
