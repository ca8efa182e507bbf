/** The type that every value of a column has, in the forms that Spark casts without being told a format. */
import type { ColumnType } from "../model";

const INTEGER = /^-?(0|[1-9]\d{0,18})$/;
const NUMBER = /^-?(0|[1-9]\d*)?(\.\d+)?([eE][-+]?\d{1,3})?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?$/;
const INT_LIMIT = 2n ** 31n;
const BIGINT_LIMIT = 2n ** 63n;

/** Numbers that count nothing: a later file may bring a leading zero or a letter. */
const CODE_NAME = /(^|_)(id|no|code|number|num|zip|postcode)$/;

/**
 * @param name column name: codes and identifiers stay text whatever they look like.
 * @param values of the column; empty ones are left out. None left: `string`.
 */
export function sniffType(name: string, values: readonly string[]): ColumnType {
  const present = values.map((value) => value.trim()).filter((value) => value !== "");
  const every = (matches: (value: string) => boolean) => present.every(matches);
  if (present.length === 0 || CODE_NAME.test(name)) return "string";
  if (every((value) => /^(true|false)$/i.test(value))) return "boolean";
  if (every((value) => INTEGER.test(value))) return integerType(present);
  if (every((value) => NUMBER.test(value) && /\d/.test(value))) return "double";
  if (every(isDate)) return "date";
  if (every((value) => isDate(TIMESTAMP.exec(value)?.[1] ?? ""))) return "timestamp";
  return "string";
}

/** What a person could change in the file so that the column gets a better type; undefined when nothing. */
export function typeAdvice(values: readonly string[]): string | undefined {
  const present = values.map((value) => value.trim()).filter((value) => value !== "");
  const every = (form: RegExp) => present.length > 0 && present.every((value) => form.test(value));
  if (every(/^\d{4}[./]\s?\d{1,2}[./]\s?\d{1,2}\.?$/))
    return "dates are read as YYYY-MM-DD only, so these stay text";
  if (every(/^-?\d{1,3}(,\d{3})*(\.\d+)?$/) && present.some((value) => value.includes(","))) {
    return "numbers are read without thousands separators only, so these stay text";
  }
  return undefined;
}

function integerType(values: readonly string[]): ColumnType {
  const within = (limit: bigint) => values.every((value) => BigInt(value) >= -limit && BigInt(value) < limit);
  if (within(INT_LIMIT)) return "int";
  return within(BIGINT_LIMIT) ? "bigint" : "string";
}

function isDate(value: string): boolean {
  const parts = DATE.exec(value);
  if (parts === null) return false;
  const [year, month, day] = parts.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
