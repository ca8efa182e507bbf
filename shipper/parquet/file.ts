/**
 * A Parquet file of flat columns (apache/parquet-format, README "File format" and parquet.thrift): pages behind their headers,
 * then the footer. Pages come compressed; nothing of a file is held but what its footer says.
 */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { PHYSICAL, schemaOf, type StoredType } from "./schema";
import { binary, encoded, type Fields, flag, i32, i64, list, struct, text, type Value } from "./thrift";

const MAGIC = Buffer.from("PAR1");
/** Numbers of parquet.thrift: `PageType`, `Encoding`, `CompressionCodec`. */
const PAGE = { data: 0, dictionary: 2 } as const;
const ENCODING = { plain: 0, rle: 3, rleDictionary: 8 } as const;
const SNAPPY = 1;
/** `ColumnOrder.TYPE_ORDER`: without it readers don't use the bounds. */
const ORDER = struct({ 1: struct({}) });
/** `FileMetaData.version`, of files whose pages are V1. */
const VERSION = 1;

/** A page's body, Snappy. */
export interface Page {
  readonly values: number;
  /** Before compression. */
  readonly rawBytes: number;
  readonly packed: Uint8Array;
}

/** One column of a row group. */
export interface ColumnPages {
  readonly dictionary?: Page;
  /** `values` counts nulls too. */
  readonly data: Page;
  readonly nulls: number;
  /** PLAIN bytes of the least and the greatest value. */
  readonly bounds?: readonly [least: Uint8Array, greatest: Uint8Array];
}

export interface FileColumn {
  readonly name: string;
  readonly type: StoredType;
}

export class ParquetFile {
  private readonly handle: number;
  private readonly hash = createHash("sha256");
  private readonly groups: Value[] = [];
  private at = 0;
  private rows = 0;

  /** @param createdBy program and version, as `FileMetaData.created_by` has it. */
  constructor(
    path: string,
    private readonly columns: readonly FileColumn[],
    private readonly createdBy: string,
  ) {
    this.handle = openSync(path, "w");
    this.put(MAGIC);
  }

  /** Writes a row group. @param pages of each column, in order; taken one after the other. */
  group(rows: number, pages: Iterable<ColumnPages>): void {
    const start = this.at;
    const chunks: Value[] = [];
    let rawBytes = 0;
    for (const column of pages) {
      const own = this.column(this.columns[chunks.length], column);
      rawBytes += own.rawBytes;
      chunks.push(struct({ 2: i64(0), 3: struct(own.metadata) }));
    }
    this.groups.push(
      struct({
        1: list(chunks),
        2: i64(rawBytes),
        3: i64(rows),
        5: i64(start),
        6: i64(this.at - start),
      }),
    );
    this.rows += rows;
  }

  /** Ends the file, safely on disk. */
  finish(): { readonly bytes: number; readonly sha256: string } {
    const footer = encoded({
      1: i32(VERSION),
      2: schemaOf(this.columns),
      3: i64(this.rows),
      4: list(this.groups),
      6: text(this.createdBy),
      7: list(this.columns.map(() => ORDER)),
    });
    this.put(footer);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    this.put(length);
    this.put(MAGIC);
    fsyncSync(this.handle);
    return { bytes: this.at, sha256: this.hash.digest("hex") };
  }

  close(): void {
    closeSync(this.handle);
  }

  /** @returns the column's `ColumnMetaData`, and its bytes before compression, headers and all. */
  private column(
    { name, type }: FileColumn,
    { dictionary, data, nulls, bounds }: ColumnPages,
  ): { readonly metadata: Fields; readonly rawBytes: number } {
    const start = this.at;
    const encoding = dictionary === undefined ? ENCODING.plain : ENCODING.rleDictionary;
    let headers = 0;
    if (dictionary !== undefined) {
      const own = { 1: i32(dictionary.values), 2: i32(ENCODING.plain) };
      headers += this.page(PAGE.dictionary, dictionary, { 7: struct(own) });
    }
    const dataStart = this.at;
    const own = { 1: i32(data.values), 2: i32(encoding), 3: i32(ENCODING.rle), 4: i32(ENCODING.rle) };
    headers += this.page(PAGE.data, data, { 5: struct(own) });
    const rawBytes = headers + (dictionary?.rawBytes ?? 0) + data.rawBytes;
    const encodings = dictionary === undefined ? [encoding] : [ENCODING.plain, encoding];
    const metadata: Fields = {
      1: i32(PHYSICAL[type.physical]),
      2: list([...encodings, ENCODING.rle].map(i32)),
      3: list([text(name)]),
      4: i32(SNAPPY),
      5: i64(data.values),
      6: i64(rawBytes),
      7: i64(this.at - start),
      9: i64(dataStart),
      11: dictionary && i64(start),
      12: struct(statistics(nulls, bounds)),
    };
    return { metadata, rawBytes };
  }

  /** @returns bytes of the header. */
  private page(type: number, { rawBytes, packed }: Page, own: Fields): number {
    const header = encoded({ 1: i32(type), 2: i32(rawBytes), 3: i32(packed.length), ...own });
    this.put(header);
    this.put(packed);
    return header.length;
  }

  private put(bytes: Uint8Array): void {
    this.hash.update(bytes);
    for (let done = 0; done < bytes.length;) done += writeSync(this.handle, bytes, done);
    this.at += bytes.length;
  }
}

/** `Statistics`, with the bounds in their later fields: of the earlier ones nobody knows the order. */
function statistics(nulls: number, bounds: ColumnPages["bounds"]): Fields {
  return {
    3: i64(nulls),
    5: bounds && binary(bounds[1]),
    6: bounds && binary(bounds[0]),
    7: bounds && flag(true),
    8: bounds && flag(true),
  };
}
