/** One text through a lane in each of the ways that rows can take; all must give the same. */
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { DataSet, IdentifierKind } from "../../components/contract/model";
import { Lane, type Part } from "../../shipper/engine/lane";
import { rewrittenTable } from "../../shipper/rewrite/table";
import { typedTable } from "../../shipper/rewrite/typed-table";

export const KEY = Buffer.alloc(32, 5);

/** `typed`: Parquet by the rewriter. `csv`: CSV by the rewriter, Parquet by the engine. `engine`: all by the engine. */
export type Way = "typed" | "csv" | "engine";

export interface Outcome {
  readonly read: number;
  readonly rejects: Awaited<ReturnType<Lane["convert"]>>["rejects"];
  readonly parts: readonly Part[];
  /** Path of a part. */
  readonly path: (part: Part) => string;
}

/** @param name of the files. @param before texts that the lane converts first. @throws when the contract can't go that way. */
export async function converted(
  set: DataSet,
  text: string,
  way: Way,
  folder: string,
  name: string = way,
  before: readonly string[] = [],
): Promise<Outcome> {
  const inFile = set.columns.map((column) => column.name);
  const conversion = {
    dataSet: set,
    source: { form: "csv", columns: inFile } as const,
    epoch: 3,
    day: "2026-11-20",
  };
  const typed = typedTable(set, inFile, conversion.epoch);
  if (way === "typed" && typed === undefined) throw new Error("the rewriter can't write this contract");
  const table = rewrittenTable(set, inFile);
  const kinds = set.columns.flatMap(({ kind }) => (kind === undefined ? [] : [kind]));
  const keys = new Map<IdentifierKind, Buffer>(kinds.map((kind) => [kind, KEY]));
  const own = way === "typed" ? { ...table, typed } : { ...table, engineOnly: way === "engine" };
  const lane = await Lane.open(conversion, keys, { table: own });
  const pathOf = (dt: string, checked?: true) =>
    join(folder, `${name}-${dt}${checked ? "-checked" : ""}.parquet`);
  try {
    const convert = (source: string) => {
      const bytes = Buffer.from(new Uint8Array(Buffer.from(source)).buffer);
      const chunk = { bytes, firstLine: 1, first: false, replacements: source.includes("\ufffd") };
      return lane.convert(chunk, { clear: join(folder, `chunk-${name}-`), part: pathOf });
    };
    for (const earlier of before) await convert(earlier);
    return { ...(await convert(text)), path: ({ dt, checked }) => pathOf(dt, checked) };
  } finally {
    await lane.close();
  }
}

/** Every row of an outcome as text, by day, sorted: the ways write them in another order. */
export async function rowsByDay({ parts, path }: Outcome): Promise<Record<string, string[]>> {
  const days: Record<string, string[]> = {};
  for (const part of parts) (days[part.dt] ??= []).push(...(await rowsOf(path(part))));
  for (const rows of Object.values(days)) rows.sort();
  return days;
}

/** Rows as the engine reads them, as text. */
export async function rowsOf(file: string): Promise<string[]> {
  return (await asked(`SELECT CAST(t AS VARCHAR) FROM read_parquet('${file}') t`)).map(([row]) =>
    String(row),
  );
}

/** What the engine says to a query. */
export async function asked(query: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    return (await connection.runAndReadAll(query)).getRows();
  } finally {
    connection.closeSync();
  }
}
