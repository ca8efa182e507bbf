/** What a source is, before anything of it is converted: its form, encoding, header and identity. */
import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import type { DataSet } from "../../components/contract/model";
import type { SourceForm } from "../engine/statements";
import { ShipError } from "../ship-error";
import { type Chunk, chunksOf } from "./chunks";
import { firstRows, matchHeader } from "./header";
import { refuseUnmarked } from "./personal-columns";
import { cutCsv, cutLines } from "./records";
import { type Encoding, encodingOf, openText, readStart, textOfStart } from "./text";

/** Rows that are looked at for personal data that the contract does not mark. */
export const SAMPLED_ROWS = 1000;
/** Bytes of a source that are part of its identity. */
const IDENTITY_BYTES = 1 << 20;

const OTHER_DATABASE = /^(jdbc|oracle|sqlserver|mssql|db2|tibero|cubrid|mongodb)\b.*:/i;
const CSV = /\.(csv|tsv|txt)(\.gz)?$/i;
const JSON_LINES = /\.(jsonl|ndjson)(\.gz)?$/i;
const DAY_FOLDER = /(?:^|[/\\])dt=(\d{4}-\d{2}-\d{2})[/\\][^/\\]*$/;

export interface Source {
  readonly path: string;
  readonly bytes: number;
  readonly encoding: Encoding;
  readonly form: SourceForm;
  /** `YYYY-MM-DD`: what its folder `dt=…` says. */
  readonly day?: string;
  /** What the file system knows of the file; changes when the file does. */
  readonly file: string;
  /** SHA-256 of the file's start; of a table, of all its rows. */
  readonly digest: string;
  /** Of a file. @throws ShipError when it is another than when it was described. */
  readonly refuseChanged?: () => void;
  /** Of a table, rows that the server gave. */
  readonly rows?: number;
  /** Of a table, leaves its rows on disk for a later start. */
  readonly release?: () => void;
  /** Of a table, removes its rows from disk: they are published. */
  readonly remove?: () => void;
}

/**
 * @param encoding instead of the one that the first bytes show.
 * @throws ShipError for a missing or unreadable source, a header unlike the contract's, and unmarked personal data.
 */
export async function describeSource(path: string, dataSet: DataSet, encoding?: Encoding): Promise<Source> {
  const json = refuseOtherKinds(path, dataSet);
  const { size } = statOf(path);
  const start = await readStart(path);
  if (start.length === 0) throw new ShipError(path, "is empty", "name a file with records");
  const found = encoding ?? encodingOf(path, start);
  const text = textOfStart(start, found);
  const form: SourceForm = json ? { form: "json" } : { form: "csv", columns: sampleCsv(path, text, dataSet) };
  if (json) sampleJson(path, text, dataSet);
  const day = DAY_FOLDER.exec(path)?.[1];
  const file = identityOf(path, found);
  return {
    path,
    bytes: size,
    encoding: found,
    form,
    ...(day === undefined ? {} : { day }),
    file,
    digest: await digestOfStart(path),
    refuseChanged: () => {
      if (identityOf(path, found) === file) return;
      throw new ShipError(
        path,
        "was changed while it was shipped",
        "ship it again when nobody writes to it; nothing was published",
      );
    },
  };
}

function identityOf(path: string, encoding: Encoding): string {
  const { size, mtimeMs } = statOf(path);
  return JSON.stringify([realpathSync(path), size, mtimeMs, encoding]);
}

/** The source's records; `onRead` is told the bytes read from disk. @throws ShipError as {@link chunksOf} does */
export async function* chunksOfSource(
  source: Source,
  dataSet: DataSet,
  chunkBytes: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Chunk> {
  const { path, encoding, form } = source;
  const text = await openText(path, encoding, onRead);
  const cut = form.form === "json" ? cutLines : cutCsv(dataSet.delimiter ?? ",");
  yield* chunksOf(text, { path, cut, chunkBytes });
}

/** Whether the source is JSON lines. */
function refuseOtherKinds(path: string, dataSet: DataSet): boolean {
  if (OTHER_DATABASE.test(path)) {
    // The address may hold a password.
    throw new ShipError(
      "naru ship",
      "tables of this kind of server can't be shipped directly",
      "write postgres://… or mysql://… for those two; else export the table to CSV and ship the file",
    );
  }
  refuseDerived(dataSet);
  if (JSON_LINES.test(path)) return true;
  if (!CSV.test(path)) {
    throw new ShipError(
      path,
      "is of no kind that can be shipped",
      "name a .csv, .jsonl or .ndjson file, or one of these with .gz",
    );
  }
  if (dataSet.ingestion === "stream") {
    throw new ShipError(
      path,
      `is CSV, and ${dataSet.id} is a set of events`,
      "ship events as JSON lines (.jsonl), or describe the CSV file in a contract with ingestion csv",
    );
  }
  return false;
}

/** @throws ShipError for sets that no source may fill. */
export function refuseDerived({ id, ingestion }: DataSet): void {
  if (ingestion !== "derived") return;
  throw new ShipError(id, "is written by the platform's own jobs", "ship the sets that it is made from");
}

function statOf(path: string): { size: number; mtimeMs: number } {
  try {
    const found = statSync(path);
    if (found.isFile()) return found;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ShipError(path, `can't be read (${code})`, "name an existing file that you may read");
  }
  throw new ShipError(path, "is no file", "name the files in it");
}

async function digestOfStart(path: string): Promise<string> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(IDENTITY_BYTES), 0, IDENTITY_BYTES, 0);
    return createHash("sha256").update(buffer.subarray(0, bytesRead)).digest("hex");
  } finally {
    await file.close();
  }
}

/** The contract's columns in the header's order. */
function sampleCsv(path: string, text: string, dataSet: DataSet): string[] {
  const first = text.split("\n", 1)[0];
  if (/\r(?!$)/.test(first)) {
    throw new ShipError(path, "ends its lines with a carriage return only", "save it with line feeds");
  }
  const [header = [], ...rows] = firstRows(path, text, dataSet.delimiter ?? ",", SAMPLED_ROWS + 1);
  const columns = matchHeader(path, header, dataSet);
  refuseUnmarked(path, dataSet, (name) => {
    const position = columns.indexOf(name);
    return rows.filter((row) => row.length === columns.length).map((row) => row[position]);
  });
  return columns;
}

function sampleJson(path: string, text: string, dataSet: DataSet): void {
  const events = text.split("\n").slice(0, SAMPLED_ROWS).flatMap(objectOf);
  refuseUnmarked(path, dataSet, (name) => {
    const { sourceName } = dataSet.columns.find((column) => column.name === name)!;
    return events.flatMap((event) => {
      const value = Object.hasOwn(event, sourceName) ? event[sourceName] : undefined;
      return typeof value === "string" || typeof value === "number" ? [String(value)] : [];
    });
  });
}

/** Nothing for a line that is no object; such lines are told when they are converted. */
function objectOf(line: string): Record<string, unknown>[] {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === "object" && event !== null ? [event as Record<string, unknown>] : [];
  } catch {
    return [];
  }
}
