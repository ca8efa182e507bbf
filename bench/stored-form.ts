/**
 * `npm run bench:stored-form`: what it costs to store a pseudonym's 16 bytes as hex text, as shorter text, as bytes or as numbers: file
 * size and joins. Prints tables and writes `.naru/bench/stored-form.json`. Asserts nothing: see bench/README.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { PATHS } from "../local/paths";
import { type Shape, SHAPES, writeVisits } from "./ship/visits";
import { CLEAR, FORMS, HEX } from "./stored-form/forms";
import { JOINS, type JoinTime, joins } from "./stored-form/joins";
import { type Size, sizes, WRITERS } from "./stored-form/sizes";

/** Of the visits that bench/ship/visits.ts makes. */
const BYTES_A_ROW = 117;
const MILLION = 1_000_000;

/** `distinct` is a word of SQL. */
function tableOf(shape: Shape): string {
  return `${shape}_visits`;
}

async function load(connection: DuckDBConnection, shape: Shape, rows: number, folder: string): Promise<void> {
  const csv = join(folder, `${shape}.csv`);
  writeVisits(csv, shape, rows * BYTES_A_ROW);
  await connection.run(
    `CREATE TABLE ${tableOf(shape)} AS FROM read_csv('${csv}', types = {'occurred_at': 'TIMESTAMP'})`,
  );
  rmSync(csv);
}

function lines(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  return all
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("  "),
    )
    .join("\n");
}

function sizeTable(found: readonly Size[]): string {
  const of = (form: string, at: number) =>
    found.find(
      (size) =>
        size.form === form && size.version === WRITERS[at].version && size.rowGroup === WRITERS[at].rowGroup,
    )!.bytes;
  const header = WRITERS.map(({ version, rowGroup }) => `${version}, groups of ${rowGroup}`);
  const rows = [CLEAR, ...FORMS.map(({ name }) => name)].map((form) => [
    form,
    ...WRITERS.map(
      (_, at) => `${(of(form, at) / 1e6).toFixed(1)} MB ${(of(form, at) / of(CLEAR, at)).toFixed(2)} x`,
    ),
  ]);
  return lines(["", ...header], rows);
}

function joinTable(times: readonly JoinTime[]): string {
  const engines = [...new Set(times.map(({ engine }) => engine))];
  const kinds = engines.flatMap((engine) => JOINS.map((name) => ({ engine, name })));
  const of = (form: string, { engine, name }: (typeof kinds)[number]) =>
    times.find((time) => time.form === form && time.engine === engine && time.join === name);
  const cell = (form: string, kind: (typeof kinds)[number]): string => {
    const seconds = of(form, kind)?.seconds;
    if (seconds === undefined) return "can't read it";
    const hex = of(HEX, kind)?.seconds ?? Number.NaN;
    return `${seconds.toFixed(2)} s ${(seconds / hex).toFixed(2)} x`;
  };
  return lines(
    ["", ...kinds.map(({ engine, name }) => `${engine}: ${name}`)],
    FORMS.map(({ name }) => [name, ...kinds.map((kind) => cell(name, kind))]),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rows: { type: "string", default: String(MILLION) } } });
  const rows = Number(values.rows);
  if (!Number.isSafeInteger(rows) || rows < 1)
    throw new Error(`--rows has "${values.rows}": write a number from 1`);
  const folder = mkdtempSync(join(tmpdir(), "naru-bench-stored-form-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const measured: Record<string, Size[]> = {};
  for (const shape of SHAPES) {
    await load(connection, shape, rows, folder);
    measured[shape] = await sizes(connection, tableOf(shape), join(folder, "sizes.parquet"));
    console.log(`${shape}: ${rows.toLocaleString("en")} rows, three of eight columns in each form\n`);
    console.log(`${sizeTable(measured[shape])}\n`);
  }
  const times = await joins(connection, { distinct: tableOf("distinct"), events: tableOf("events") }, folder);
  console.log(`joins of ${rows.toLocaleString("en")} rows, all cores\n\n${joinTable(times)}`);
  const file = join(PATHS.own, "bench", "stored-form.json");
  mkdirSync(join(PATHS.own, "bench"), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), rows, sizes: measured, joins: times }, undefined, 1)}\n`,
  );
  console.log(`\nwritten to ${file}`);
}

void main().catch((error: unknown) => {
  console.error(`bench:stored-form: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
