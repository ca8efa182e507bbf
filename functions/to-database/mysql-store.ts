/** MySQL, MariaDB and Aurora MySQL. */
import { createConnection, type Connection, type RowDataPacket } from "mysql2/promise";
import { DatabaseAway, LoginRefused, RowRefused, type Address, type Login, type Store } from "./store";
import { TableSql, type TargetTable } from "./table";

/** Connects, and makes the table or its later columns where they are missing. */
export async function openMysql(
  address: Address,
  table: TargetTable,
  login: Login,
  withinMs: number,
): Promise<Store> {
  let connection: Connection | undefined;
  try {
    connection = await createConnection({
      host: address.host,
      port: address.port,
      database: address.database,
      user: login.username,
      password: login.password,
      ...(address.tls === "verify" && {
        ssl: { minVersion: "TLSv1.2", rejectUnauthorized: true, verifyIdentity: true },
      }),
      charset: "utf8mb4",
      connectTimeout: withinMs,
    });
    // A connection that breaks while nobody asks would end the process.
    connection.on("error", () => undefined);
    return await MysqlStore.prepare(connection, table, withinMs);
  } catch (error) {
    connection?.destroy();
    throw told(error);
  }
}

class MysqlStore implements Store {
  private constructor(
    private readonly connection: Connection,
    private readonly statement: string,
  ) {}

  static async prepare(connection: Connection, table: TargetTable, timeout: number): Promise<MysqlStore> {
    const ask = async (sql: string, values: string[] = []) =>
      (await connection.query<RowDataPacket[]>({ sql, values, timeout, rowsAsArray: true }))[0];
    const [[version]] = (await ask("SELECT VERSION()")) as unknown as [[string]];
    const sql = new TableSql(table, version.includes("MariaDB") ? "mariadb" : "mysql");
    await ask(sql.create());
    const rows = await ask(
      "SELECT column_name FROM information_schema.columns WHERE table_schema = database() AND table_name = ?",
      [table.name],
    );
    const there = new Set((rows as unknown as [string][]).map(([name]) => name));
    for (const column of table.columns) {
      if (!there.has(column.name)) await ask(sql.add(column));
    }
    return new MysqlStore(connection, sql.upsert());
  }

  async upsert(rows: string, withinMs: number): Promise<void> {
    try {
      // As a parameter of the protocol: text quoted by the driver would depend on the server's SQL mode.
      await this.connection.execute({ sql: this.statement, values: [rows], timeout: withinMs });
    } catch (error) {
      throw told(error);
    }
  }

  close(): void {
    this.connection.destroy();
  }
}

/**
 * Refused values without a SQLSTATE of class 22 or 23 (MySQL error reference): 1366 incorrect value, 3140, 3141 and 3156 JSON
 * that can't be read or cast, 3668 a value for a column of JSON_TABLE.
 */
const OF_VALUES = new Set([1366, 3140, 3141, 3156, 3668]);

/** 1044 and 1045: access denied to the database, or to the user. */
const OF_LOGIN = new Set([1044, 1045]);

/** Without the server's message, which may quote a value. */
function told(error: unknown): Error {
  const { errno, sqlState } = error as { errno?: unknown; sqlState?: unknown };
  const number = typeof errno === "number" ? errno : 0;
  const isOfValues = typeof sqlState === "string" && /^2[23]/.test(sqlState);
  if (OF_LOGIN.has(number)) return new LoginRefused(`the database refuses the login (error ${number})`);
  if (isOfValues || OF_VALUES.has(number)) {
    return new RowRefused(`the database refuses it (error ${number})`);
  }
  return new DatabaseAway(`the database does not take rows now (error ${number})`);
}
