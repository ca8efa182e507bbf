/** Pseudonyms as the shipper makes them, on one thread: by its rewriter, and by its engine's SQL for records in doubt. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { loadPads, PADS_TABLE, pseudonymSql } from "../../shipper/engine/pseudonym-sql";
import { padsOf } from "../../shipper/keys/pads";
import { compileRewriter } from "../../shipper/rewrite/compile";
import { RewriteModule } from "../../shipper/rewrite/module";
import { Action, type Table } from "../../shipper/rewrite/table";
import { rate, type Rate } from "../measure";
import { distinct, KEY, KIND, repeated } from "./values";

const VALUES = 500_000;

/** Records of a personal field and an empty one. */
const TABLE: Table = {
  delimiter: ",",
  engineOnly: false,
  fields: [Action.Pseudonymise, Action.Keep].map((action) => ({
    action,
    form: 0,
    needed: false,
    key: 0,
    scale: 0,
    longest: 254,
  })),
  kinds: [KIND],
  // ASCII letters to lower case, as an e-mail address is spelled.
  rules: [1],
  timeZone: "Asia/Seoul",
  written: ["p0", "x1"],
};

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

/** From CSV text to text with pseudonyms: reading records, spelling, hashing and writing. */
async function rewriterRates(): Promise<Rate[]> {
  await compileRewriter();
  const { inner, outer } = padsOf(KEY);
  const module = new RewriteModule(TABLE, [[inner, outer]]);
  const of = (way: string, values: readonly string[]) => {
    const text = Buffer.from(values.map((value) => `${value},\n`).join(""));
    return rate(way, values.length, () => module.rewrite(text, false, false, false));
  };
  return [
    await of("shipper: distinct", distinct(VALUES)),
    await of("shipper: each 20 times", repeated(VALUES)),
  ];
}

export async function shipperRates(): Promise<Rate[]> {
  return [...(await rewriterRates()), ...(await engineRates())];
}

async function engineRates(): Promise<Rate[]> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  const of = (way: string, sql: string) =>
    rate(way, VALUES, async () => void (await connection.runAndReadAll(sql)));
  try {
    await loadPads(connection, new Map([[KIND, KEY]]));
    await fill(connection, distinct(VALUES));
    const rates = [
      await of("shipper's SQL (DuckDB): distinct, each row hashed", DIRECT),
      await of("shipper's SQL (DuckDB): distinct, dictionary", DICTIONARY),
    ];
    await fill(connection, repeated(VALUES));
    return [
      ...rates,
      await of("shipper's SQL (DuckDB): each 20 times, each row hashed", DIRECT),
      await of("shipper's SQL (DuckDB): each 20 times, dictionary", DICTIONARY),
    ];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
