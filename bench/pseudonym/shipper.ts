/** Pseudonyms in the shipper's engine, with the shipper's own SQL, on one thread. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { loadPads, PADS_TABLE, pseudonymSql } from "../../shipper/engine/pseudonym-sql";
import { rate, type Rate } from "../measure";
import { distinct, KEY, KIND, repeated } from "./values";

const VALUES = 500_000;

/** `min` makes the engine compute every pseudonym, and nothing is written. */
const DIRECT = `SELECT min(${pseudonymSql(KIND, "x")}) FROM rows, ${PADS_TABLE}`;

/** Each distinct value hashed once, then looked up. */
const DICTIONARY =
  `WITH found AS MATERIALIZED (SELECT x, ${pseudonymSql(KIND, "x")} AS p ` +
  `FROM (SELECT DISTINCT x FROM rows), ${PADS_TABLE}) SELECT min(p) FROM rows JOIN found USING (x)`;

async function fill(connection: DuckDBConnection, values: readonly string[]): Promise<void> {
  await connection.run("CREATE OR REPLACE TABLE rows (x VARCHAR)");
  const appender = await connection.createAppender("rows");
  for (const value of values) {
    appender.appendVarchar(value);
    appender.endRow();
  }
  appender.closeSync();
}

export async function shipperRates(): Promise<Rate[]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const of = (way: string, sql: string) =>
    rate(way, VALUES, async () => void (await connection.runAndReadAll(sql)));
  try {
    await loadPads(connection, new Map([[KIND, KEY]]));
    await fill(connection, distinct(VALUES));
    const rates = [
      await of("shipper (DuckDB): distinct, each row hashed", DIRECT),
      await of("shipper (DuckDB): distinct, dictionary", DICTIONARY),
    ];
    await fill(connection, repeated(VALUES));
    return [
      ...rates,
      await of("shipper (DuckDB): each 20 times, each row hashed", DIRECT),
      await of("shipper (DuckDB): each 20 times, dictionary", DICTIONARY),
    ];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
