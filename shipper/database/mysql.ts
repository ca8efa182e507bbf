/** Tables of MySQL and MariaDB. */
import { isIP } from "node:net";
import type { Readable } from "node:stream";
import { type Connection, createConnection, type TypeCastField } from "mysql2";
import { ShipError } from "../ship-error";
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

/** By `data_type` of the information schema; all others are taken as text. */
const KINDS: Readonly<Record<string, TextKind>> = {
  tinyint: "number",
  smallint: "number",
  mediumint: "number",
  int: "number",
  bigint: "number",
  decimal: "number",
  double: "number",
  year: "number",
  bit: "number",
  float: "single",
  datetime: "wallClock",
  timestamp: "instant",
  binary: "binary",
  varbinary: "binary",
  tinyblob: "binary",
  blob: "binary",
  mediumblob: "binary",
  longblob: "binary",
  geometry: "binary",
};

const SESSION = [
  // Moments are told in the session's zone. The empty mode quotes and pads as MySQL does by default.
  "SET SESSION time_zone = '+00:00', sql_mode = '', net_write_timeout = 600",
  "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
  "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
];

/** @throws the driver's error, for `faults.ts` to tell, and ShipError for a host that can't be verified. */
export async function openMysql(address: TableAddress, login: Login): Promise<TableReader> {
  refuseAddressOfCertificate(address);
  const tls = tlsOf(address, login);
  const connection = createConnection({
    ...(address.socket === undefined
      ? { host: address.host, port: address.port }
      : { socketPath: address.socket }),
    user: address.user,
    database: address.database,
    ...(login.password === undefined ? {} : { password: login.password }),
    ...(tls === undefined
      ? {}
      : {
          ssl: {
            minVersion: "TLSv1.2",
            rejectUnauthorized: true,
            verifyIdentity: address.tls === "full",
            ...(login.ca === undefined ? {} : { ca: login.ca }),
          },
        }),
    // The server converts from the table's character set, EUC-KR too.
    charset: "utf8mb4",
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  const reader = new MysqlReader(connection, address);
  try {
    await new Promise<void>((resolve, reject) =>
      connection.connect((error) => (error === null ? resolve() : reject(error))),
    );
    for (const statement of SESSION) await reader.ask(statement);
  } catch (error) {
    await reader.close();
    throw error;
  }
  return reader;
}

/** The driver compares certificates with names only. */
function refuseAddressOfCertificate({ engine, host, socket, tls, label }: TableAddress): void {
  if (tls !== "full" || socket !== undefined || isIP(host) === 0) return;
  throw new ShipError(
    label,
    `the host is a number, and a certificate for ${engine} is compared with a name`,
    "write the name that stands in the server's certificate, or name its authority with --ca and add tls=ca",
  );
}

class MysqlReader implements TableReader {
  private stream: Readable | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly address: TableAddress,
  ) {
    // The driver does not tell a running stream that its connection broke: it would wait for ever.
    connection.on("error", (error) => this.stream?.destroy(error));
  }

  async columns(): Promise<TableColumn[]> {
    const rows = await this.ask(
      `SELECT column_name, data_type, privileges FROM information_schema.columns
       WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position`,
      [this.address.schema, this.address.table],
    );
    return rows.map(([name, type, privileges]) => ({
      name: name!,
      kind: KINDS[type!.toLowerCase()] ?? "text",
      readable: privileges!.toLowerCase().split(",").includes("select"),
    }));
  }

  async primaryKey(): Promise<string[]> {
    const rows = await this.ask(
      `SELECT column_name FROM information_schema.statistics
       WHERE table_schema = ? AND table_name = ? AND index_name = 'PRIMARY' ORDER BY seq_in_index`,
      [this.address.schema, this.address.table],
    );
    return rows.map(([name]) => name!);
  }

  async estimate(): Promise<number | undefined> {
    const [[rows] = []] = await this.ask(
      "SELECT table_rows FROM information_schema.tables WHERE table_schema = ? AND table_name = ?",
      [this.address.schema, this.address.table],
    );
    return Number(rows) > 0 ? Number(rows) : undefined;
  }

  async *rows(
    columns: readonly TableColumn[],
    order: readonly string[],
  ): AsyncGenerator<readonly TableRow[]> {
    const { schema, table } = this.address;
    const selected = columns.map(selectedSql).join(", ");
    const sorted =
      order.length === 0 ? "" : ` ORDER BY ${order.map((name) => `t.${quoted(name)}`).join(", ")}`;
    this.stream = this.connection
      .query({
        sql: `SELECT ${selected} FROM ${quoted(schema)}.${quoted(table)} t${sorted}`,
        rowsAsArray: true,
        typeCast,
      })
      .stream({ highWaterMark: BATCH_ROWS });
    let batch: TableRow[] = [];
    for await (const row of this.stream) {
      batch.push(row as TableRow);
      if (batch.length < BATCH_ROWS) continue;
      yield batch;
      batch = [];
    }
    // Fails where the server went away, so that a table that was cut off is never taken for a whole one.
    await this.ask("COMMIT");
    if (batch.length > 0) yield batch;
  }

  close(): Promise<void> {
    this.connection.destroy();
    return Promise.resolve();
  }

  /** Rows of a statement without many. */
  ask(sql: string, values: readonly string[] = []): Promise<(string | null)[][]> {
    return new Promise((resolve, reject) =>
      this.connection.query({ sql, values: [...values], rowsAsArray: true, typeCast }, (error, rows) =>
        error === null ? resolve(rows as unknown as (string | null)[][]) : reject(error),
      ),
    );
  }
}

/** Bits are told as bytes, and 4-byte floats with 6 digits, unless they stand in a sum. */
function selectedSql({ name, kind }: TableColumn): string {
  const column = `t.${quoted(name)}`;
  if (kind === "single") return `${column} + 0e0`;
  return kind === "number" ? `${column} + 0` : column;
}

/** Text stays text: numbers of more digits than JavaScript's keep them. */
function typeCast(field: TypeCastField): string | null {
  return field.string();
}

function quoted(name: string): string {
  return `\`${name.replaceAll("`", "``")}\``;
}
