/** CSV as spreadsheets of a Korean Windows open it by a double click. */
import { appendFile, writeFile } from "node:fs/promises";
import type { ColumnInfo } from "@aws-sdk/client-athena";
import { OWNER_ONLY, type OpenRowFile } from "./row-file";
import type { Row } from "./rows";

/** Without it, Excel takes UTF-8 for CP949. */
const BYTE_ORDER_MARK = "\uFEFF";

/** Types whose values can't be a formula; `-1.5` is a number there. */
const NOT_TEXT = /^(tinyint|smallint|integer|bigint|float|real|double|decimal|boolean|date|timestamp.*)$/;

/** What spreadsheets run as a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/;

export const openCsv: OpenRowFile = async (columns, path) => {
  await writeFile(path, csvHead(columns), { mode: OWNER_ONLY });
  return {
    async add(rows) {
      const text = rows.map((row) => csvRow(columns, row)).join("");
      await appendFile(path, text);
      return Buffer.byteLength(text);
    },
    async end() {},
  };
};

export function csvHead(columns: readonly ColumnInfo[]): string {
  return BYTE_ORDER_MARK + line(columns.map(({ Name }) => quoted(guarded(Name!))));
}

/**
 * A text that would be a formula gets an apostrophe before it. Some pseudonyms begin with a hyphen: where they are to be
 * joined, XLSX and Parquet have them as they are.
 */
export function csvRow(columns: readonly ColumnInfo[], row: Row): string {
  return line(
    row.map((cell, at) => {
      if (cell === null) return "";
      return quoted(NOT_TEXT.test(columns[at]!.Type!) ? cell : guarded(cell));
    }),
  );
}

function guarded(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** An empty text is no missing value: it has its quotes. */
function quoted(text: string): string {
  return text === "" || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function line(cells: readonly string[]): string {
  return `${cells.join(",")}\r\n`;
}
