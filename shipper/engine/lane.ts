/** One worker: an engine of its own on one thread, so that what it writes depends on the chunk alone. */
import { createHash } from "node:crypto";
import { open, readFile, rm, writeFile } from "node:fs/promises";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { IdentifierKind } from "../../components/contract/model";
import { isGeneralised } from "../../components/contract/treatment";
import { generalise } from "../../functions/treatment/generalise";
import type { Chunk } from "../source/chunks";
import { ShipError, systemCode } from "../ship-error";
import { quote } from "./checks-sql";
import { loadPads } from "./pseudonym-sql";
import { BROKEN_ROW, type Conversion, Statements, type TextColumn } from "./statements";

/** Below this share of distinct values a look-up costs less than hashing each row. */
const REPEATS_BELOW = 0.5;
/** A lane holds a chunk as text, typed and as Parquet; beyond, it stops rather than write clear text to a swap file. */
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
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Converted {
  /** Records of the source, good or not. */
  readonly read: number;
  readonly rejects: readonly Reject[];
  readonly parts: readonly Part[];
}

export class Lane {
  private constructor(
    private readonly instance: DuckDBInstance,
    private readonly connection: DuckDBConnection,
    private readonly statements: Statements,
    private readonly conversion: Conversion,
  ) {}

  /** @throws ShipError when a pattern of the contract is none for the engine. */
  static async open(conversion: Conversion, keys: ReadonlyMap<IdentifierKind, Buffer>): Promise<Lane> {
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
    const lane = new Lane(instance, connection, new Statements(conversion), conversion);
    await lane.refusePatterns();
    return lane;
  }

  /**
   * @param chunkFile holds clear values while it is read; it is gone afterwards, whatever happens.
   * @param partFile where a day's rows go.
   */
  async convert(chunk: Chunk, chunkFile: string, partFile: (dt: string) => string): Promise<Converted> {
    try {
      try {
        await writeFile(chunkFile, chunk.bytes, { mode: 0o600 });
        await this.connection.run(this.statements.read(chunkFile, chunk.newline));
      } finally {
        await rm(chunkFile, { force: true });
      }
      await this.check(chunk.lines.length);
      const rejects = await this.rejects(chunk);
      const parts: Part[] = [];
      for (const [dt, rows] of await this.rows(this.statements.byDay)) {
        const file = partFile(String(dt));
        await this.connection.run(this.statements.write(String(dt), file));
        parts.push({ dt: String(dt), rows: Number(rows), ...(await sealed(file)) });
      }
      return { read: chunk.lines.length + chunk.broken.length, rejects, parts };
    } catch (error) {
      throw told(error);
    } finally {
      for (const statement of this.statements.clear()) await this.connection.run(statement);
    }
  }

  close(): void {
    this.connection.closeSync();
    this.instance.closeSync();
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
    for (const column of this.statements.generalised) await this.generalise(column);
    const days = this.statements.days();
    if (days !== undefined) await this.connection.run(days);
    await this.connection.run(this.statements.check(looked));
  }

  /** Each distinct value by the one definition that there is: addresses and networks are no matter of SQL. */
  private async generalise({ text, column }: TextColumn): Promise<void> {
    const { kind, name } = column;
    if (!isGeneralised(kind)) throw new Error(`${name} can't be generalised`);
    const { values, table, create } = this.statements.general({ text, column });
    const found = await this.rows(values);
    await this.connection.run(create);
    const appender = await this.connection.createAppender(table);
    for (const [value] of found) {
      const coarse = generalise(kind, String(value));
      appender.appendVarchar(String(value));
      if (coarse === undefined) appender.appendNull();
      else appender.appendVarchar(coarse);
      appender.endRow();
    }
    appender.closeSync();
  }

  private async rejects({ lines, broken }: Chunk): Promise<Reject[]> {
    const [[bad]] = await this.rows("SELECT count(*) FROM checked WHERE row_bad");
    const rows = Number(bad) === 0 ? [] : await this.rows(this.statements.rejects());
    const rejects = rows.map(([number, reasons]) => ({
      line: lines[Number(number) - 1],
      reasons: JSON.parse(String(reasons)) as string[],
    }));
    const reason = BROKEN_ROW[this.conversion.source.form];
    return [...rejects, ...broken.map((line) => ({ line, reasons: [reason] }))].sort(
      (left, right) => left.line - right.line,
    );
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
  if (/^Out of Memory/i.test(message)) {
    return new ShipError("naru ship", `a chunk needs more than ${MEMORY_LIMIT}`, "give a smaller --chunk-mb");
  }
  const ours = message.startsWith("the engine read");
  return new ShipError(
    "naru ship",
    ours ? message : `the engine failed (${/^[A-Za-z ]+Error/.exec(message)?.[0] ?? "unknown error"})`,
    "nothing was published; report this with the contract, never with data",
  );
}
