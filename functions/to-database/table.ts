/** The table that a stream's events become in a relational database: its columns, and SQL in each engine's words. */
import type { FunctionColumn, FunctionSpec } from "../../components/contract/function-spec";
import type { ColumnType } from "../../components/contract/model";
import { pseudonymKinds } from "../pseudonymise/transform";

/** Engines that speak alike; Aurora's two speak as PostgreSQL and MySQL do. */
export type Dialect = "postgresql" | "mysql" | "mariadb";

export interface TargetColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isKey: boolean;
}

export interface TargetTable {
  readonly name: string;
  readonly columns: readonly TargetColumn[];
}

/** A contract whose personal columns go to the table as they are, dropped ones too. */
export function inClear(spec: FunctionSpec): FunctionSpec {
  const keep = (column: FunctionColumn): FunctionColumn => ({ ...column, treatment: "keep", kind: null });
  return { ...spec, columns: spec.columns.map(keep) };
}

/** `<domain>_<name>`, with the columns that the contract lets through and its primary key. */
export function targetTable(spec: FunctionSpec): TargetTable {
  const columns = spec.columns
    .filter(({ treatment }) => treatment !== "drop")
    .map(({ name, type }) => ({ name, type, isKey: spec.primaryKey.includes(name) }));
  const epoch: TargetColumn[] =
    pseudonymKinds(spec).length > 0 ? [{ name: "pseudonym_epoch", type: "int", isKey: false }] : [];
  return { name: spec.id.replaceAll(".", "_"), columns: [...columns, ...epoch] };
}

/** SQL of one table in one dialect. Every statement over rows takes them as one JSON array, its only parameter. */
export class TableSql {
  constructor(
    private readonly table: TargetTable,
    private readonly dialect: Dialect,
  ) {}

  /** Harmless where the table is there. */
  create(): string {
    const columns = this.table.columns.map((column) => `${this.quoted(column.name)} ${this.stored(column)}`);
    return `CREATE TABLE IF NOT EXISTS ${this.quoted(this.table.name)} (${columns.join(", ")}, PRIMARY KEY (${this.keys()}))`;
  }

  /** A contract's later columns are optional, so that older rows can lack them. */
  add(column: TargetColumn): string {
    return `ALTER TABLE ${this.quoted(this.table.name)} ADD COLUMN ${this.quoted(column.name)} ${this.stored(column)}`;
  }

  /** Puts rows in, or over those that have their key. What is the same already is not written again. */
  upsert(): string {
    const all = this.table.columns.map(({ name }) => this.quoted(name)).join(", ");
    const into = `INSERT INTO ${this.quoted(this.table.name)} (${all})`;
    return this.dialect === "postgresql" ? this.upsertPostgres(into, all) : this.upsertMysql(into, all);
  }

  private upsertPostgres(into: string, all: string): string {
    const typed = this.table.columns.map(
      (column) => `${this.quoted(column.name)} ${this.plain(column.type)}`,
    );
    const rest = this.rest();
    const row = (owner: string) => `(${rest.map((name) => `${owner}.${name}`).join(", ")})`;
    const action =
      rest.length === 0
        ? "DO NOTHING"
        : `DO UPDATE SET ${rest.map((name) => `${name} = excluded.${name}`).join(", ")} ` +
          `WHERE ROW${row("old")} IS DISTINCT FROM ROW${row("excluded")}`;
    return (
      `${into.replace(" (", " AS old (")} SELECT ${all} FROM json_to_recordset($1::json) AS new(${typed.join(", ")}) ` +
      `ON CONFLICT (${this.keys()}) ${action}`
    );
  }

  private upsertMysql(into: string, all: string): string {
    const typed = this.table.columns.map(
      ({ name, type, isKey }) =>
        // Without ERROR ON ERROR a value that does not fit would become null.
        `${this.quoted(name)} ${isKey && type === "string" ? KEY_TEXT : this.plain(type)} PATH '$.${name}' NULL ON EMPTY ERROR ON ERROR`,
    );
    // The server leaves a row alone whose values are all the same. Where all columns are the key, one is set to itself.
    const set = this.rest().length > 0 ? this.rest() : [this.quoted(this.table.columns[0]!.name)];
    return (
      `${into} SELECT ${all} FROM (SELECT ${all} FROM JSON_TABLE(?, '$[*]' COLUMNS (${typed.join(", ")})) AS parsed) AS new ` +
      `ON DUPLICATE KEY UPDATE ${set.map((name) => `${name} = new.${name}`).join(", ")}`
    );
  }

  /** As the table keeps it. */
  private stored({ type, isKey }: TargetColumn): string {
    if (!isKey || type !== "string" || this.dialect === "postgresql") return this.plain(type);
    return `${KEY_TEXT} CHARACTER SET utf8mb4 COLLATE ${EXACT[this.dialect]}`;
  }

  private plain(type: ColumnType): string {
    const types = this.dialect === "postgresql" ? POSTGRES_TYPES : MYSQL_TYPES;
    return types[type as keyof typeof types] ?? type;
  }

  private keys(): string {
    return this.table.columns
      .filter(({ isKey }) => isKey)
      .map(({ name }) => this.quoted(name))
      .join(", ");
  }

  private rest(): string[] {
    return this.table.columns.filter(({ isKey }) => !isKey).map(({ name }) => this.quoted(name));
  }

  private quoted(name: string): string {
    return this.dialect === "postgresql" ? `"${name}"` : `\`${name}\``;
  }
}

/** Two of InnoDB's keys of 3072 bytes hold three such columns. */
const KEY_TEXT = "VARCHAR(255)";

/** Two ids that differ in case, accent or a space behind are two. */
const EXACT = { mysql: "utf8mb4_0900_bin", mariadb: "utf8mb4_nopad_bin" } as const;

/** Moments are in UTC. What is not listed, decimals, is called the same everywhere. */
const POSTGRES_TYPES = {
  string: "text",
  int: "integer",
  bigint: "bigint",
  double: "double precision",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp(3)",
} as const;

const MYSQL_TYPES = {
  string: "LONGTEXT",
  int: "INT",
  bigint: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  date: "DATE",
  timestamp: "DATETIME(3)",
} as const;
