/** PostgreSQL and Aurora PostgreSQL. */
import { Client } from "pg";
import { DatabaseAway, LoginRefused, RowRefused, type Address, type Login, type Store } from "./store";
import { TableSql, type TargetTable } from "./table";

/** Connects, and makes the table or its later columns where they are missing. */
export async function openPostgres(
  address: Address,
  table: TargetTable,
  login: Login,
  withinMs: number,
): Promise<Store> {
  const client = new Client({
    host: address.host,
    port: address.port,
    database: address.database,
    user: login.username,
    password: login.password,
    ssl: address.tls === "verify" ? { minVersion: "TLSv1.2", rejectUnauthorized: true } : false,
    connectionTimeoutMillis: withinMs,
    query_timeout: withinMs,
    application_name: "naru to-database",
  });
  // A connection that breaks while nobody asks would end the process.
  client.on("error", () => undefined);
  const store = new PostgresStore(client, table);
  try {
    await client.connect();
    await store.prepare();
    return store;
  } catch (error) {
    store.close();
    throw told(error);
  }
}

class PostgresStore implements Store {
  private readonly sql: TableSql;
  private readonly statement: string;

  constructor(
    private readonly client: Client,
    private readonly table: TargetTable,
  ) {
    this.sql = new TableSql(table, "postgresql");
    this.statement = this.sql.upsert();
  }

  async prepare(): Promise<void> {
    await this.client.query(this.sql.create());
    const { rows } = await this.client.query<{ attname: string }>(
      "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
      [`"${this.table.name}"`],
    );
    const there = new Set(rows.map(({ attname }) => attname));
    for (const column of this.table.columns) {
      if (!there.has(column.name)) await this.client.query(this.sql.add(column));
    }
  }

  async upsert(rows: string, withinMs: number): Promise<void> {
    try {
      const query = { text: this.statement, values: [rows], query_timeout: withinMs };
      await this.client.query(query);
    } catch (error) {
      throw told(error);
    }
  }

  close(): void {
    void this.client.end().catch(() => undefined);
  }
}

/** Without the server's message, which may quote a value. */
function told(error: unknown): Error {
  const { code } = error as { code?: unknown };
  const state = typeof code === "string" && /^[0-9A-Z_]{5,}$/.test(code) ? code : "no code";
  // SQLSTATE: class 22 data exception, 23 integrity constraint, 28 invalid authorization.
  if (/^2[23][0-9A-Z]{3}$/.test(state)) return new RowRefused(`the database refuses it (SQLSTATE ${state})`);
  if (/^28[0-9A-Z]{3}$/.test(state)) return new LoginRefused(`the database refuses the login (${state})`);
  return new DatabaseAway(`the database does not take rows now (${state})`);
}
