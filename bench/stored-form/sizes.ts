/** File sizes of the same rows with their personal columns in each form, written by the shipper's engine. */
import { rmSync, statSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { CLEAR, columnsOf, FORMS } from "./forms";

const PERSONAL = ["user_id", "email", "phone"];
const OTHERS = ["occurred_at", "page", "course_id", "score", "duration_ms"];

/** How Parquet is written. */
export interface Writer {
  /** Of the pages and encodings. */
  readonly version: "V1" | "V2";
  /** Rows a group. */
  readonly rowGroup: number;
}

/** The first is the engine's default and the shipper's. */
export const WRITERS: readonly Writer[] = [
  { version: "V1", rowGroup: 122_880 },
  { version: "V1", rowGroup: 30_720 },
  { version: "V1", rowGroup: 491_520 },
  { version: "V2", rowGroup: 122_880 },
];

export interface Size extends Writer {
  readonly form: string;
  readonly bytes: number;
}

/** @param table of visits in clear. @param file to write to, again and again. */
export async function sizes(connection: DuckDBConnection, table: string, file: string): Promise<Size[]> {
  const measured: Size[] = [];
  const forms = [{ name: CLEAR, personal: PERSONAL }].concat(
    FORMS.map((form) => ({
      name: form.name,
      personal: PERSONAL.flatMap((name) =>
        columnsOf(form, name, name).map((column) => `${column.sql} AS ${column.name}`),
      ),
    })),
  );
  for (const { name, personal } of forms) {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE treated AS SELECT ${[...OTHERS, ...personal].join(", ")} FROM ${table}`,
    );
    for (const writer of WRITERS) {
      const options = `PARQUET_VERSION ${writer.version}, ROW_GROUP_SIZE ${writer.rowGroup}`;
      await connection.run(`COPY treated TO '${file}' (FORMAT parquet, COMPRESSION snappy, ${options})`);
      measured.push({ form: name, ...writer, bytes: statSync(file).size });
    }
  }
  await connection.run("DROP TABLE treated");
  rmSync(file);
  return measured;
}
