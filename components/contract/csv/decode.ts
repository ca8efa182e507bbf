/** The text of a CSV file: what it is not (a workbook), and which of the two encodings of Korean CSV files it has. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { extname } from "node:path";
import { decodeCp949 } from "./cp949";
import { CsvError } from "./csv-error";

export type CsvEncoding = "utf-8" | "cp949";

export interface CsvText {
  readonly text: string;
  readonly encoding: CsvEncoding;
  /** The file goes on after the text. */
  readonly truncated: boolean;
}

/** Enough for the rows that are looked at; larger files are read up to here, to the end of a line. */
export const READ_LIMIT_BYTES = 32 * 1024 * 1024;

const SAVE_AS_CSV = 'open it in the spreadsheet program and save it as "CSV UTF-8 (comma delimited)"';
const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** Compound file of Excel 97 to 2003. */
const COMPOUND_FILE = [0xd0, 0xcf, 0x11, 0xe0];
const LINE_FEED = 0x0a;

/** @throws CsvError when the file is empty, a workbook, binary, or in another encoding. */
export function readCsvText(path: string): CsvText {
  const { bytes, truncated } = head(path);
  if (
    /^\.(xlsx|xlsm|xls)$/i.test(extname(path)) ||
    startsWith(bytes, ZIP) ||
    startsWith(bytes, COMPOUND_FILE)
  ) {
    throw new CsvError(path, "is a workbook, not CSV", SAVE_AS_CSV);
  }
  if (startsWith(bytes, [0xff, 0xfe]) || startsWith(bytes, [0xfe, 0xff])) {
    throw new CsvError(path, "is UTF-16", SAVE_AS_CSV);
  }
  if (bytes.includes(0)) throw new CsvError(path, "holds zero bytes, so it is no text", "name a CSV file");

  const utf8 = decoded(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  const text = utf8 ?? decoded(() => decodeCp949(bytes));
  if (text === undefined) {
    throw new CsvError(path, "has bytes that are neither UTF-8 nor CP949 (EUC-KR)", "save it as CSV UTF-8");
  }
  if (text.trim() === "") throw new CsvError(path, "is empty", "name a CSV file with a header line and rows");
  return { text, encoding: utf8 === undefined ? "cp949" : "utf-8", truncated };
}

function head(path: string): { bytes: Buffer; truncated: boolean } {
  const file = openFile(path);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw new CsvError(path, "is no file", "name a CSV file");
    const { size } = status;
    const bytes = Buffer.alloc(Math.min(size, READ_LIMIT_BYTES));
    const length = readSync(file, bytes, 0, bytes.length, 0);
    const read = bytes.subarray(0, length);
    if (size <= READ_LIMIT_BYTES) return { bytes: read, truncated: false };
    // A line feed is never the second byte of a CP949 character, so cutting there splits none.
    return { bytes: read.subarray(0, read.lastIndexOf(LINE_FEED) + 1), truncated: true };
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CsvError(path, `cannot be read (${code})`, "name an existing CSV file that you may read");
  }
}

/** Undefined where the bytes are not in the encoding. */
function decoded(decode: () => string): string | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return bytes.length >= signature.length && signature.every((byte, index) => bytes[index] === byte);
}
