/** Joins over Parquet files by pseudonyms in each form, in DuckDB and in Spark. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { ROOT } from "../../local/paths";
import { PYTHON } from "../../local/toolchain";
import { columnsOf, FORMS } from "./forms";

/** The same people twice, or events beside their people. */
export const JOINS = ["people with people", "events with people"] as const;
export type JoinName = (typeof JOINS)[number];

/** Two files that are joined by the columns `keys`, which both have; each has a number `v`. */
interface Case {
  readonly form: string;
  readonly join: JoinName;
  readonly keys: readonly string[];
  readonly left: string;
  readonly right: string;
}

export interface JoinTime {
  readonly engine: string;
  readonly form: string;
  readonly join: JoinName;
  /** The best run; undefined where the engine can't read the form. */
  readonly seconds?: number;
  /** Why it can't. */
  readonly fault?: string;
}

const RUNS = 3;

/**
 * @param tables of visits in clear: each row another person, and events.
 * @param folder for the files and the list of the cases.
 */
export async function joins(
  connection: DuckDBConnection,
  tables: { readonly distinct: string; readonly events: string },
  folder: string,
): Promise<JoinTime[]> {
  const people = `SELECT user_id, score AS v FROM ${tables.distinct}`;
  // In another order than the first.
  const again = `SELECT user_id, score AS v FROM ${tables.distinct} ORDER BY hash(user_id)`;
  const events = `SELECT user_id, score AS v FROM ${tables.events}`;
  const known = `SELECT user_id, max(score) AS v FROM ${tables.events} GROUP BY user_id ORDER BY hash(user_id)`;
  const sources: Readonly<Record<JoinName, readonly [string, string]>> = {
    "people with people": [people, again],
    "events with people": [events, known],
  };
  const cases: Case[] = [];
  for (const [number, form] of FORMS.entries()) {
    const keys = columnsOf(form, "user_id", "user_id");
    const selected = keys.map(({ name, sql }) => `${sql} AS ${name}`).join(", ");
    for (const [at, name] of JOINS.entries()) {
      const files = ["left", "right"].map((side) => join(folder, `${number}-${at}-${side}.parquet`));
      for (const [side, source] of sources[name].entries()) {
        await connection.run(
          `COPY (SELECT ${selected}, v FROM (${source})) TO '${files[side]}' (FORMAT parquet, COMPRESSION snappy)`,
        );
      }
      const [left, right] = files;
      cases.push({ form: form.name, join: name, keys: keys.map((key) => key.name), left, right });
    }
  }
  return [...(await byDuckDb(connection, cases)), ...bySpark(cases, join(folder, "cases.json"))];
}

async function byDuckDb(connection: DuckDBConnection, cases: readonly Case[]): Promise<JoinTime[]> {
  const best = new Map<Case, number>();
  // The forms take turns, so that what else runs on the machine slows all of them.
  for (let turn = 0; turn < RUNS; turn++) {
    for (const one of cases) {
      const sql = `SELECT count(*), sum(l.v + r.v) FROM '${one.left}' l JOIN '${one.right}' r USING (${one.keys.join(", ")})`;
      const started = process.hrtime.bigint();
      await connection.runAndReadAll(sql);
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      best.set(one, Math.min(seconds, best.get(one) ?? Infinity));
    }
  }
  return cases.map((one) => ({ engine: "DuckDB", form: one.form, join: one.join, seconds: best.get(one) }));
}

function bySpark(cases: readonly Case[], list: string): JoinTime[] {
  writeFileSync(list, JSON.stringify(cases));
  const script = join(ROOT, "bench", "stored-form", "spark_joins.py");
  const answer = execFileSync(PYTHON, [script, list], {
    encoding: "utf8",
    cwd: ROOT,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(answer) as JoinTime[];
}
