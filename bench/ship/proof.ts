/** A fast shipment that lost rows or let a value through would be worth nothing: what each one is held to. */
import { readFileSync } from "node:fs";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { EpochKeys } from "../../functions/pseudonym/epoch-keys";
import { Pseudonymiser } from "../../functions/pseudonym/pseudonym";
import { DOMAINS } from "./people";
import type { Personal, Visits } from "./visits";

/** Files whose bytes are searched, at even distances. */
const SEARCHED_FILES = 6;
const EPOCH = 1;

/**
 * Every row is there; no e-mail address stands in the bytes of a sample of files; decoded, no personal column holds clear text in
 * any row; and the people that were remembered are found under the pseudonyms that Lambda would give them.
 *
 * @throws Error naming what does not hold.
 */
export async function prove(files: readonly string[], visits: Visits, keys: EpochKeys): Promise<void> {
  const step = Math.ceil(files.length / SEARCHED_FILES);
  for (let at = 0; at < files.length; at += step) refuseAddresses(readFileSync(files[at]));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const source = `read_parquet([${files.map((file) => `'${file}'`).join(", ")}])`;
    const clear = "email LIKE '%@%' OR phone LIKE '010-____-____' OR length(user_id) = 10";
    const [rows, inClear] = await numbers(
      connection,
      `SELECT count(*), count(*) FILTER (${clear}) FROM ${source}`,
    );
    if (rows !== visits.rows) throw new Error(`${rows} of ${visits.rows} rows are in the files`);
    if (inClear > 0) throw new Error(`${inClear} rows hold a clear value`);
    await expect(connection, visits.people, keys);
    const together = "count(DISTINCT (user_id, email, phone))";
    const [expected] = await numbers(connection, `SELECT ${together} FROM expected`);
    const [found] = await numbers(
      connection,
      `SELECT ${together} FROM ${source} JOIN expected USING (user_id, email, phone)`,
    );
    if (found !== expected) {
      throw new Error(`${found} of ${expected} people have the pseudonyms that they should have`);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Snappy copies what repeats, but the first time a host stands in a page it stands there letter by letter. */
function refuseAddresses(bytes: Buffer): void {
  const found = DOMAINS.filter((domain) => bytes.includes(`@${domain}`));
  if (found.length > 0) throw new Error(`addresses at ${found.length} hosts stand in clear in a file`);
}

/** Table `expected`: the pseudonyms of the people. */
async function expect(
  connection: DuckDBConnection,
  people: readonly Personal[],
  keys: EpochKeys,
): Promise<void> {
  const pseudonyms = await Pseudonymiser.load(keys, ["user-id", "email", "phone"], EPOCH);
  await connection.run("CREATE TABLE expected (user_id VARCHAR, email VARCHAR, phone VARCHAR)");
  const appender = await connection.createAppender("expected");
  for (const { userId, email, phone } of people) {
    appender.appendVarchar(pseudonyms.of("user-id", userId));
    appender.appendVarchar(pseudonyms.of("email", email));
    appender.appendVarchar(pseudonyms.of("phone", phone));
    appender.endRow();
  }
  appender.closeSync();
}

async function numbers(connection: DuckDBConnection, sql: string): Promise<number[]> {
  return (await connection.runAndReadAll(sql)).getRows()[0].map(Number);
}
