/** One worker: a rewriter and an engine, each on one thread, so that what it writes depends on the chunk alone. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { IdentifierKind } from "../../components/contract/model";
import { isGeneralised } from "../../components/contract/treatment";
import { generalise } from "../../functions/treatment/generalise";
import { FULL } from "../rewrite/module";
import { Rewriter } from "../rewrite/rewriter";
import type { DayParquet, Rewritten } from "../rewrite/rewriting";
import { rewrittenTable, type Table } from "../rewrite/table";
import { typedTable } from "../rewrite/typed-table";
import { ShipError, systemCode } from "../ship-error";
import { type Chunk, reuse } from "../source/chunks";
import { linesOf, type Records } from "../source/records";
import { quote } from "./checks-sql";
import { loadPads } from "./pseudonym-sql";
import { FAULTY, type RewrittenDay, RewrittenSql } from "./rewritten-sql";
import { BROKEN_ROW, type Conversion, Statements, type TextColumn } from "./statements";

/** Below this share of distinct values a look-up costs less than hashing each row. */
const REPEATS_BELOW = 0.5;
/** A lane holds what it looks at as text, typed and as Parquet; beyond, it stops rather than write clear text to a swap file. */
const MEMORY_LIMIT = "1GB";

/** A row that was not written. */
export interface Reject {
  /** Of the source, from 1. */
  readonly line: number;
  /** `<column>:<rule>`. */
  readonly reasons: readonly string[];
}

/** One Parquet file. */
export interface Part {
  readonly dt: string;
  /** Rows that the engine checked one by one, beside a file of the chunk's others. */
  readonly checked?: true;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What became of a chunk. */
export interface Converted {
  /** Records of the source, good or not. */
  readonly read: number;
  readonly rejects: readonly Reject[];
  readonly parts: readonly Part[];
}

/** Files that a chunk needs. */
export interface ChunkFiles {
  /** How the paths of files with clear values begin; they are gone afterwards, whatever happens. */
  readonly clear: string;
  /** Where a day's rows go. @param checked see {@link Part.checked} */
  part(dt: string, checked?: true): string;
}

/** A chunk in two: rows that the rewriter wrote, and records that only the engine can judge. */
interface Divided {
  readonly days: readonly RewrittenDay[];
  readonly finished: readonly DayParquet[];
  readonly records: Records;
  /** Lines that are no records of the table. */
  readonly broken: readonly number[];
}

export class Lane {
  /** Whether the engine found fault with rows of the chunk before: then it is asked first. */
  private faulty = false;
  /** Whether the engine has tables of a chunk. */
  private holds = false;

  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly conversion: Conversion,
    private readonly statements: Statements,
    /** Undefined for JSON lines. */
    private readonly rewriting: { readonly rewriter: Rewriter; readonly sql: RewrittenSql } | undefined,
  ) {}

  /**
   * @param own `rewriter`: one that was not opened yet, the lane's from now on; `table`: what it does with CSV; one that leaves everything to the engine gives the same rows, slowly.
   * @throws ShipError when a pattern of the contract is none for the engine.
   */
  static async open(
    conversion: Conversion,
    keys: ReadonlyMap<IdentifierKind, Buffer>,
    own: { readonly rewriter?: Rewriter; readonly table?: Table } = {},
  ): Promise<Lane> {
    const { rewriter = new Rewriter(), table = tableOf(conversion) } = own;
    const instance = await DuckDBInstance.create(":memory:", {
      threads: "1",
      memory_limit: MEMORY_LIMIT,
      // Nothing is spilled to disk, nothing is fetched.
      temp_directory: "",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    // Rows stay in the source's order: the table that is looked up never becomes the one that is walked.
    await connection.run("SET disabled_optimizers = 'join_order,build_side_probe_side'");
    await loadPads(connection, keys);
    const rewriting = await openRewriting(conversion, keys, rewriter, table);
    const lane = new Lane(instance, connection, conversion, new Statements(conversion), rewriting);
    try {
      await lane.refusePatterns();
    } catch (error) {
      await lane.close();
      throw error;
    }
    return lane;
  }

  async convert(chunk: Chunk, files: ChunkFiles): Promise<Converted> {
    try {
      let divided = await this.divide(chunk, files);
      if (this.faulty && divided.days.length > 0) divided = await this.doubted(divided);
      let converted = await this.write(divided, files);
      if (converted === undefined) {
        divided = await this.doubted(divided);
        converted = await this.write(divided, files);
      }
      if (converted === undefined) throw new Error("the engine read other rows than the rewriter wrote");
      return converted;
    } catch (error) {
      throw told(error);
    } finally {
      await this.clear();
      await removeAll(files.clear);
    }
  }

  async close(): Promise<void> {
    this.connection.closeSync();
    this.instance.closeSync();
    await this.rewriting?.rewriter.close();
  }

  private async divide(
    { bytes, firstLine, first, replacements }: Chunk,
    { clear }: ChunkFiles,
  ): Promise<Divided> {
    if (this.rewriting === undefined) return { days: [], finished: [], ...linesOf(bytes, firstLine) };
    const text = { bytes, firstLine, header: first, replacements };
    const done = await this.rewriting.rewriter.rewrite(text, clear);
    reuse(bytes.buffer);
    return dividedOf(done);
  }

  /** Without the rows that the engine finds fault with: those are records, to be told with their reasons. */
  private async doubted({ days }: Divided): Promise<Divided> {
    const { rewriter, sql } = this.rewriting!;
    await this.clear();
    this.holds = true;
    await this.generalise(days, false);
    const rows: number[][] = [];
    for (const day of days) rows.push((await this.rows(sql.faulty(day))).map(([number]) => Number(number)));
    this.faulty = rows.some((numbers) => numbers.length > 0);
    return dividedOf(await rewriter.doubt(rows));
  }

  /** @returns undefined when the engine finds fault with rows that the rewriter let through. */
  private async write(
    { days, finished, records, broken }: Divided,
    files: ChunkFiles,
  ): Promise<Converted | undefined> {
    const checked = records.lines.length > 0;
    await this.clear();
    this.holds = checked || days.length > 0;
    if (checked) await this.read(records, `${files.clear}records.txt`);
    await this.generalise(days, checked);
    if (checked) await this.check(records.lines.length);
    const own = new Map((checked ? await this.rows(this.statements.byDay) : []) as [string, bigint][]);
    const byDay = new Map(days.map((day) => [day.day ?? this.conversion.day!, day]));
    const parts = await this.placed(finished, files);
    const isPlaced = new Set(parts.map(({ dt }) => dt));
    for (const dt of [...new Set([...byDay.keys(), ...own.keys()])].sort()) {
      const day = byDay.get(dt);
      const expected = (day?.rows ?? 0) + Number(own.get(dt) ?? 0);
      if (expected === 0) continue;
      const piece = isPlaced.has(dt) ? ({ checked: true } as const) : {};
      const file = files.part(dt, piece.checked);
      const rewritten = day === undefined ? undefined : this.rewriting!.sql.good(day);
      const rows = await this.copy(this.statements.write(dt, file, rewritten, own.has(dt)));
      if (rows === undefined) return undefined;
      if (rows !== expected) throw new Error(`the engine wrote ${rows} of ${expected} rows`);
      parts.push({ dt, ...piece, rows: expected, ...(await sealed(file)) });
    }
    const rewritten = [...days, ...finished].reduce((sum, { rows }) => sum + rows, 0);
    const read = rewritten + records.lines.length + broken.length;
    return { read, rejects: await this.rejects(records, broken), parts };
  }

  /** The rewriter's own files as parts. */
  private async placed(finished: readonly DayParquet[], files: ChunkFiles): Promise<Part[]> {
    const parts: Part[] = [];
    for (const { day, file, rows, bytes, sha256 } of finished) {
      const dt = day ?? this.conversion.day!;
      await rename(file, files.part(dt));
      parts.push({ dt, rows, bytes, sha256 });
    }
    return parts;
  }

  /** @returns rows; undefined when the engine finds fault with one. */
  private async copy(statement: string): Promise<number | undefined> {
    try {
      return Number((await this.rows(statement))[0][0]);
    } catch (error) {
      if ((error as Error).message.includes(FAULTY)) return undefined;
      throw error;
    }
  }

  private async read({ bytes }: Records, file: string): Promise<void> {
    try {
      await writeFile(file, bytes, { mode: 0o600 });
      await this.connection.run(this.statements.read(file));
    } finally {
      await rm(file, { force: true });
    }
  }

  private async check(expected: number): Promise<void> {
    const [[rows, ...distinct]] = await this.rows(this.statements.count());
    if (Number(rows) !== expected) {
      throw new Error(`the engine read ${Number(rows)} of ${expected} records`);
    }
    const looked = new Set<string>();
    for (const [at, column] of this.statements.pseudonymised.entries()) {
      if (Number(distinct[at]) >= REPEATS_BELOW * expected) continue;
      await this.connection.run(this.statements.dictionary(column));
      looked.add(column.text);
    }
    const days = this.statements.days();
    if (days !== undefined) await this.connection.run(days);
    await this.connection.run(this.statements.check(looked));
  }

  /** Each distinct value by the one definition that there is: addresses and networks are no matter of SQL. */
  private async generalise(days: readonly RewrittenDay[], checked: boolean): Promise<void> {
    for (const column of this.statements.generalised) {
      const queries = [
        ...days.map((day) => this.rewriting!.sql.values(day, column.text)),
        ...(checked ? [this.statements.values(column)] : []),
      ];
      const values = new Set<string>();
      for (const query of queries) for (const [value] of await this.rows(query)) values.add(String(value));
      await this.fillGeneral(column, values);
    }
  }

  private async fillGeneral({ text, column }: TextColumn, values: Iterable<string>): Promise<void> {
    const { kind, name } = column;
    if (!isGeneralised(kind)) throw new Error(`${name} can't be generalised`);
    const { table, create } = this.statements.general({ text, column });
    await this.connection.run(create);
    const appender = await this.connection.createAppender(table);
    for (const value of values) {
      const coarse = generalise(kind, value);
      appender.appendVarchar(value);
      if (coarse === undefined) appender.appendNull();
      else appender.appendVarchar(coarse);
      appender.endRow();
    }
    appender.closeSync();
  }

  private async rejects({ lines }: Records, broken: readonly number[]): Promise<Reject[]> {
    const rows = lines.length === 0 ? [] : await this.rows(this.statements.rejects());
    const rejects = rows.map(([number, reasons]) => ({
      line: lines[Number(number) - 1],
      reasons: JSON.parse(String(reasons)) as string[],
    }));
    const reason = BROKEN_ROW[this.conversion.source.form];
    return [...rejects, ...broken.map((line) => ({ line, reasons: [reason] }))].sort(
      (left, right) => left.line - right.line,
    );
  }

  private async clear(): Promise<void> {
    if (!this.holds) return;
    this.holds = false;
    for (const statement of this.statements.clear()) await this.connection.run(statement);
  }

  private async rows(statement: string): Promise<unknown[][]> {
    return (await this.connection.runAndReadAll(statement)).getRows();
  }

  private async refusePatterns(): Promise<void> {
    const { dataSet } = this.conversion;
    for (const { name, pattern } of dataSet.columns) {
      if (pattern === undefined) continue;
      try {
        await this.rows(`SELECT regexp_matches('', ${quote(`\\A(?:${pattern})\\z`)})`);
      } catch {
        throw new ShipError(
          dataSet.file,
          `the pattern of ${name} is not one that the shipper can apply`,
          "write it without look-around and back references (RE2 syntax)",
        );
      }
    }
  }
}

/** Undefined for JSON lines. */
function tableOf({ dataSet, source, epoch }: Conversion): Table | undefined {
  if (source.form === "json") return undefined;
  const typed = typedTable(dataSet, source.columns, epoch);
  return { ...rewrittenTable(dataSet, source.columns), ...(typed === undefined ? {} : { typed }) };
}

async function openRewriting(
  conversion: Conversion,
  keys: ReadonlyMap<IdentifierKind, Buffer>,
  rewriter: Rewriter,
  table: Table | undefined,
) {
  const { source } = conversion;
  if (table === undefined || source.form === "json") {
    await rewriter.close();
    return undefined;
  }
  await rewriter.open(table, keys);
  return { rewriter, sql: new RewrittenSql(conversion, table, source.columns) };
}

function dividedOf({ days, finished, offsets, doubtful, broken }: Rewritten): Divided {
  return { days: days.map((day) => ({ ...day, offsets })), finished, records: doubtful, broken };
}

/** Removes the files whose paths begin so. */
async function removeAll(beginning: string): Promise<void> {
  const [folder, start] = [dirname(beginning), basename(beginning)];
  for (const name of readdirSync(folder)) {
    if (name.startsWith(start)) await rm(join(folder, name), { force: true });
  }
}

/** Size and checksum of a file that is safely on disk. */
async function sealed(file: string): Promise<{ bytes: number; sha256: string }> {
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  const bytes = await readFile(file);
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** The engine's messages may quote a row, so only their kind goes on. */
function told(error: unknown): unknown {
  if (error instanceof ShipError || systemCode(error) !== undefined) return error;
  const { message } = error as Error;
  if (/^Out of Memory/i.test(message) || message === FULL) {
    const limit = message === FULL ? "4GB" : MEMORY_LIMIT;
    return new ShipError("naru ship", `a chunk needs more than ${limit}`, "give a smaller --chunk-mb");
  }
  const ours = /^the (engine|rewriter)/.test(message);
  return new ShipError(
    "naru ship",
    ours ? message : `the engine failed (${/^[A-Za-z ]+Error/.exec(message)?.[0] ?? "unknown error"})`,
    "nothing was published; report this with the contract, never with data",
  );
}
