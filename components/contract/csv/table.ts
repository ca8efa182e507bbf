/** Rows of a CSV text: its delimiter, its header, and refusal of what could only be guessed at. */
import { CsvError as ParseError, parse } from "csv-parse/sync";
import type { CsvDelimiter } from "../model";
import { CSV_DELIMITERS } from "../read";
import { isResidentNumber } from "../personal/resident-number";
import { CsvError } from "./csv-error";
import type { CsvText } from "./decode";

export interface CsvTable {
  readonly delimiter: CsvDelimiter;
  /** As written, without outer spaces, NFC. */
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Every row of the file was read. */
  readonly complete: boolean;
}

/** Records that decide the delimiter. */
const SNIFFED_RECORDS = 100;
/** Ragged lines that an error names. */
const NAMED_LINES = 5;

interface Record {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/** @throws CsvError for broken quotes, a missing header, and rows of another width than the header. */
export function readTable(path: string, { text, truncated }: CsvText, maxRows: number): CsvTable {
  const delimiter = sniffDelimiter(text);
  // One record more than asked for tells whether the file goes on.
  const records = parseRecords(path, text, delimiter, maxRows + 2);
  const [header, ...rest] = records;
  const headers = header.record.map((name) => name.trim().normalize("NFC"));
  refuseMissingHeader(path, headers);
  const rows = rest.slice(0, maxRows);
  refuseRagged(path, headers.length, rows);
  return {
    delimiter,
    headers,
    rows: rows.map(({ record }) => record),
    complete: !truncated && rest.length <= maxRows,
  };
}

/** The separator under which most records are as wide as the first, and wider than one field. */
function sniffDelimiter(text: string): CsvDelimiter {
  const candidates = CSV_DELIMITERS.map((delimiter) => ({ delimiter, ...regularity(text, delimiter) }))
    .filter(({ width }) => width > 1)
    .sort((left, right) => right.share - left.share || right.width - left.width);
  return candidates[0]?.delimiter ?? ",";
}

function regularity(text: string, delimiter: CsvDelimiter): { width: number; share: number } {
  try {
    const records = parse(text, {
      delimiter,
      to: SNIFFED_RECORDS,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    });
    const width = records[0]?.length ?? 0;
    return { width, share: records.filter((record) => record.length === width).length / records.length };
  } catch {
    return { width: 0, share: 0 };
  }
}

function parseRecords(path: string, text: string, delimiter: CsvDelimiter, to: number): Record[] {
  try {
    return parse(text, {
      delimiter,
      to,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as Record[];
  } catch (error) {
    // The parser's own messages quote the field, which may be personal.
    const { code, lines } = error as ParseError & { lines?: number };
    const quote = code?.includes("QUOTE") ?? false;
    throw new CsvError(
      path,
      `${quote ? "has a quotation mark out of place" : "cannot be parsed"} at or before line ${lines ?? 1}`,
      'put fields that hold a separator, quote or line break in "..." and write "" for a quote inside',
    );
  }
}

function refuseMissingHeader(path: string, headers: readonly string[]): void {
  const named = headers.filter((header) => header !== "");
  // Years are headers of pivoted tables; other numbers, dates and contacts are rows.
  const rows = named.filter((header) => looksLikeValue(header) && !YEAR.test(header));
  if (named.length === 0 || rows.length > 0) {
    throw new CsvError(
      path,
      named.length === 0 ? "has a first line without names" : "has no header: its first line holds values",
      "write the column names into the first line",
    );
  }
}

/** Kept apart from other numbers. */
const YEAR = /^(19|20)\d{2}$/;

function looksLikeValue(header: string): boolean {
  return /^[-+]?\d[\d.,:\-/ T]*$/.test(header) || isIdentifying(header);
}

function isIdentifying(header: string): boolean {
  return (
    /^\S+@\S+\.\S+$/.test(header) || /^\+?\d{2,3}-\d{3,4}-\d{4}$/.test(header) || isResidentNumber(header)
  );
}

function refuseRagged(path: string, width: number, rows: readonly Record[]): void {
  const ragged = rows.filter(({ record }) => record.length !== width);
  if (ragged.length === 0) return;
  const named = ragged
    .slice(0, NAMED_LINES)
    .map(({ record, info }) => `line ${info.lines} has ${record.length}`)
    .join(", ");
  throw new CsvError(
    path,
    `has ${ragged.length} rows that are not as wide as the header (${width} fields): ${named}`,
    "give every row one field a column; quote fields that hold the separator",
  );
}
