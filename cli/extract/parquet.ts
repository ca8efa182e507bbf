/** Parquet of an extract, with the query's own types. */
import { appendFile, chmod, rm, writeFile } from "node:fs/promises";
import type { ColumnInfo } from "@aws-sdk/client-athena";
import { DuckDBInstance } from "@duckdb/node-api";
import { lineOf, OWNER_ONLY, type OpenRowFile } from "./row-file";

/** Athena's types that DuckDB calls otherwise; those of one name stand for themselves. */
const TYPES: Readonly<Record<string, string>> = {
  tinyint: "TINYINT",
  smallint: "SMALLINT",
  integer: "INTEGER",
  bigint: "BIGINT",
  float: "FLOAT",
  real: "FLOAT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  date: "DATE",
  timestamp: "TIMESTAMP",
};

/** The rows lie beside the file as lines of JSON until it is made. */
export const openParquet: OpenRowFile = async (columns, path) => {
  const lines = `${path}.lines`;
  await writeFile(lines, "", { mode: OWNER_ONLY });
  return {
    async add(rows) {
      const text = rows.map(lineOf).join("");
      await appendFile(lines, text);
      return Buffer.byteLength(text);
    },
    async end() {
      await writeParquet(columns, lines, path);
      await chmod(path, OWNER_ONLY);
      await rm(lines);
    },
  };
};

/** @param lines file with a JSON array of texts for each row. */
async function writeParquet(columns: readonly ColumnInfo[], lines: string, target: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    const selected = columns.map(
      (column, at) => `CAST(json ->> ${at} AS ${typeOf(column)}) AS "${column.Name!.replaceAll('"', '""')}"`,
    );
    await connection.run(
      `COPY (SELECT ${selected.join(", ")} FROM read_json_objects(${text(lines)}, format = 'newline_delimited')) ` +
        `TO ${text(target)} (FORMAT parquet, COMPRESSION snappy)`,
    );
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

function typeOf({ Type, Precision, Scale }: ColumnInfo): string {
  return Type === "decimal" ? `DECIMAL(${Precision}, ${Scale})` : (TYPES[Type!] ?? "VARCHAR");
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
