/** What stands in a Parquet file, read from its own bytes. */
import { parquetMetadata, parquetReadObjects } from "hyparquet";

export interface ParquetFacts {
  readonly rows: number;
  /** Codec of each column chunk, without repetitions. */
  readonly codecs: readonly string[];
}

/** @throws Error when the bytes are no Parquet file. */
export function parquetFacts(bytes: Uint8Array): ParquetFacts {
  const { num_rows, row_groups } = parquetMetadata(toArrayBuffer(bytes));
  const codecs = row_groups.flatMap(({ columns }) => columns.map(({ meta_data }) => meta_data!.codec));
  return { rows: Number(num_rows), codecs: [...new Set(codecs)] };
}

/** Every value in the file as text in UTF-8, so that a search sees through pages, dictionaries and Snappy; one a row group. */
export async function parquetTexts(bytes: Uint8Array): Promise<Buffer[]> {
  const file = toArrayBuffer(bytes);
  const metadata = parquetMetadata(file);
  const texts: Buffer[] = [];
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(num_rows);
    const rows = await parquetReadObjects({ file, metadata, rowStart, rowEnd });
    texts.push(Buffer.from(rows.map((row) => Object.values(row).map(asText).join("\t")).join("\n")));
    rowStart = rowEnd;
  }
  return texts;
}

/** The values of one column of text. */
export async function parquetColumn(bytes: Uint8Array, column: string): Promise<string[]> {
  const rows = await parquetReadObjects({ file: toArrayBuffer(bytes), columns: [column] });
  return rows.map((row) => String(row[column]));
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function toArrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
