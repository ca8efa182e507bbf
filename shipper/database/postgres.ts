/** Tables of PostgreSQL. */
import { Client } from "pg";
import {
  BATCH_ROWS,
  CONNECT_TIMEOUT_MS,
  type TableColumn,
  type TableReader,
  type TableRow,
  type TextKind,
  tlsOf,
} from "./reader";
import type { TableAddress } from "./address";
import type { Login } from "./login";

/** Base types by the catalogue's name; all others are taken as text. */
const KINDS: Readonly<Record<string, TextKind>> = {
  int2: "number",
  int4: "number",
  int8: "number",
  numeric: "number",
  float4: "number",
  float8: "number",
  timestamp: "wallClock",
  timestamptz: "instant",
  bytea: "binary",
};

/** One form of text whatever the server's or the user's settings are, and nothing that ends a long read. */
const SESSION = [
  "SET TimeZone = 'UTC'",
  "SET DateStyle = 'ISO, YMD'",
  // Shortest text that reads back as the same float; servers before 12 need the 3.
  "SET extra_float_digits = 3",
  "SET statement_timeout = 0",
  "SET lock_timeout = '30s'",
  "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY",
];

/** @throws the driver's error, for `faults.ts` to tell. */
export async function openPostgres(address: TableAddress, login: Login): Promise<TableReader> {
  const client = new Client({
    host: address.socket ?? address.host,
    port: address.port,
    user: address.user,
    database: address.database,
    ...(login.password === undefined ? {} : { password: login.password }),
    ssl: sslOf(address, login),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: "naru ship",
    // Text stays text: numbers of more digits than JavaScript's keep them.
    types: { getTypeParser: () => (text: string | Buffer) => text },
  });
  // A connection that breaks tells the running query too; without a listener it would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    for (const statement of SESSION) await client.query(statement);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  return new PostgresReader(client, address);
}

function sslOf(address: TableAddress, login: Login) {
  const options = tlsOf(address, login);
  if (options === undefined) return false;
  return address.tls === "ca" ? { ...options, checkServerIdentity: () => undefined } : options;
}

class PostgresReader implements TableReader {
  constructor(
    private readonly client: Client,
    private readonly address: TableAddress,
  ) {}

  async columns(): Promise<TableColumn[]> {
    const rows = await this.ask(
      `SELECT a.attname, coalesce(base.typname, own.typname), has_column_privilege(c.oid, a.attnum, 'SELECT')
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
       JOIN pg_type own ON own.oid = a.atttypid LEFT JOIN pg_type base ON base.oid = own.typbasetype
       WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    );
    return rows.map(([name, type, readable]) => ({
      name: name!,
      kind: KINDS[type!] ?? "text",
      readable: readable === "t",
    }));
  }

  async primaryKey(): Promise<string[]> {
    const rows = await this.ask(
      `SELECT a.attname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
       WHERE n.nspname = $1 AND c.relname = $2 ORDER BY array_position(i.indkey::int2[], a.attnum)`,
    );
    return rows.map(([name]) => name!);
  }

  async estimate(): Promise<number | undefined> {
    const [[rows] = []] = await this.ask(
      `SELECT c.reltuples FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = $1 AND c.relname = $2`,
    );
    // A table that was never analysed has -1, or 0 before version 14.
    return Number(rows) > 0 ? Number(rows) : undefined;
  }

  async *rows(
    columns: readonly TableColumn[],
    order: readonly string[],
  ): AsyncGenerator<readonly TableRow[]> {
    const { schema, table } = this.address;
    const selected = columns.map(({ name }) => `t.${quoted(name)}::text`).join(", ");
    const sorted =
      order.length === 0 ? "" : ` ORDER BY ${order.map((name) => `t.${quoted(name)}`).join(", ")}`;
    await this.client.query(
      `DECLARE naru_ship NO SCROLL CURSOR FOR SELECT ${selected} FROM ${quoted(schema)}.${quoted(table)} t${sorted}`,
    );
    let next = this.fetch();
    for (let rows = await next; rows.length > 0; rows = await next) {
      next = this.fetch();
      // Told to whoever asks for it; until then it is no unhandled rejection.
      next.catch(() => undefined);
      yield rows;
    }
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  private async fetch(): Promise<TableRow[]> {
    const { rows } = await this.client.query<(string | null)[]>({
      text: `FETCH ${BATCH_ROWS} FROM naru_ship`,
      rowMode: "array",
    });
    return rows;
  }

  /** A query of the catalogue about the table. */
  private async ask(text: string): Promise<(string | null)[][]> {
    const values = [this.address.schema, this.address.table];
    const { rows } = await this.client.query<(string | null)[]>({ text, values, rowMode: "array" });
    return rows;
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
