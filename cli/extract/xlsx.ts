/** A workbook of one sheet, written page by page: numbers and dates are such, and no text is a formula. */
import { appendFile, writeFile } from "node:fs/promises";
import type { ColumnInfo } from "@aws-sdk/client-athena";
import { Zip, ZipDeflate } from "fflate";
import { lineOf, OWNER_ONLY, type OpenRowFile } from "./row-file";
import type { Row } from "./rows";
import { cell, columnLetters, columnWidth } from "./xlsx-cells";
import { PARTS, SHEET_END, SHEET_PATH, sheetStart } from "./xlsx-parts";

/** "Excel specifications and limits": rows of a sheet, its header among them; columns; characters of a cell. */
const MOST_ROWS = 1_048_576;
const MOST_COLUMNS = 16_384;
const MOST_CHARACTERS = 32_767;
/** ZIP without its 64-bit extension, which readers of XLSX need not know. */
const MOST_BYTES = 2 ** 32 - 1;
/** The earliest date that ZIP knows: the same rows make the same file. */
const MADE = new Date(1980, 0, 1);

/** @throws Error for more rows, columns or characters in a cell than a sheet holds. */
export const openXlsx: OpenRowFile = async (columns, path) => {
  if (columns.length > MOST_COLUMNS) {
    throw new Error(
      `an XLSX sheet holds ${MOST_COLUMNS} columns, and these are ${columns.length}; ${INSTEAD}`,
    );
  }
  await writeFile(path, "", { mode: OWNER_ONLY });
  const sheet = new ZippedSheet();
  const names = columns.map(({ Name }) => Name!);
  const types = columns.map(({ Type }) => Type!);
  const letters = columns.map((_, at) => columnLetters(at));
  const line = (number: number, row: Row, typeOf: (at: number) => string) =>
    `<row r="${number}">${row.map((text, at) => cell(letters[at]! + number, typeOf(at), text)).join("")}</row>`;
  let rows = 1;
  sheet.push(sheetStart(types.map(columnWidth)));
  sheet.push(line(rows, names, () => "varchar"));
  return {
    async add(page) {
      const before = rows;
      rows += page.length;
      if (rows > MOST_ROWS) {
        throw new Error(`an XLSX sheet holds ${MOST_ROWS - 1} rows, and these are more; ${INSTEAD}`);
      }
      page.forEach((row, at) => refuseLongCells(columns, row, before + at));
      sheet.push(page.map((row, down) => line(before + down + 1, row, (at) => types[at]!)).join(""));
      await appendFile(path, sheet.take());
      return page.reduce((bytes, row) => bytes + Buffer.byteLength(lineOf(row)), 0);
    },
    async end() {
      sheet.end(SHEET_END);
      await appendFile(path, sheet.take());
    },
  };
};

const INSTEAD = "ask for less, or take --format parquet";

/** Says where, and not what: it may be somebody's text. */
function refuseLongCells(columns: readonly ColumnInfo[], row: Row, number: number): void {
  const at = row.findIndex((text) => text !== null && text.length > MOST_CHARACTERS);
  if (at === -1) return;
  throw new Error(
    `row ${number}, column ${columns[at]!.Name}: has ${row[at]!.length} characters, and a cell of XLSX holds ` +
      `${MOST_CHARACTERS}; ${INSTEAD}`,
  );
}

/** The sheet on its way into the ZIP file, whose small parts stand before it. */
class ZippedSheet {
  private done: Uint8Array[] = [];
  private bytes = 0;
  private readonly zip = new Zip((error, chunk) => {
    if (error) throw error;
    this.done.push(chunk);
  });
  private readonly sheet = this.file(SHEET_PATH);

  constructor() {
    for (const [path, text] of Object.entries(PARTS)) this.file(path).push(Buffer.from(text), true);
    this.zip.add(this.sheet);
  }

  push(text: string): void {
    this.sheet.push(this.counted(text));
  }

  end(text: string): void {
    this.sheet.push(this.counted(text), true);
    this.zip.end();
  }

  /** What is ready to be written since the last time. */
  take(): Buffer {
    const ready = Buffer.concat(this.done);
    this.done = [];
    return ready;
  }

  private counted(text: string): Buffer {
    const bytes = Buffer.from(text);
    this.bytes += bytes.length;
    if (this.bytes > MOST_BYTES) throw new Error(`the rows make a sheet of more than 4 GiB; ${INSTEAD}`);
    return bytes;
  }

  private file(path: string): ZipDeflate {
    const file = new ZipDeflate(path, { level: 6 });
    file.mtime = MADE;
    if (path !== SHEET_PATH) this.zip.add(file);
    return file;
  }
}
