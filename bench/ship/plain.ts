/**
 * `plain.ts CSV PARQUET`: what the engine does with the same file when nothing is asked of it: CSV to Parquet/Snappy on all
 * cores, types declared, nothing checked, nothing hashed, one file. Prints the seconds it took, without the start of Node.
 */
import { DuckDBInstance } from "@duckdb/node-api";

const COLUMNS = {
  occurred_at: "TIMESTAMP",
  user_id: "VARCHAR",
  email: "VARCHAR",
  phone: "VARCHAR",
  page: "VARCHAR",
  course_id: "VARCHAR",
  score: "DOUBLE",
  duration_ms: "INTEGER",
};

async function main(csv: string, parquet: string): Promise<void> {
  const started = process.hrtime.bigint();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const columns = Object.entries(COLUMNS).map(([name, type]) => `'${name}': '${type}'`);
  const source = `read_csv('${csv}', header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${columns.join(", ")}})`;
  const copied = await connection.runAndReadAll(
    `COPY (FROM ${source}) TO '${parquet}' (FORMAT parquet, COMPRESSION snappy)`,
  );
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  const engine = (await connection.runAndReadAll("SELECT version()")).getRows()[0][0];
  console.log(
    JSON.stringify({ seconds, rows: Number(copied.getRows()[0][0]), engine: `DuckDB ${String(engine)}` }),
  );
}

const [csv, parquet] = process.argv.slice(2);
void main(csv, parquet).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
