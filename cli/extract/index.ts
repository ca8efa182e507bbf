/** `naru extract`: a query's rows as a file for a PC, as the analyst, up to a size. */
import { existsSync, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { AthenaClient } from "@aws-sdk/client-athena";
import { loadContracts } from "../../components/contract";
import { Names } from "../../components/naming";
import { ROOT } from "../../local/paths";
import { readStackConfig, regionOf } from "../../local/recorder";
import { type Output, processOutput } from "../contract/output";
import { type Analyst, findAnalyst } from "../query/analyst";
import { openCsv } from "./csv";
import { openParquet } from "./parquet";
import type { OpenRowFile } from "./row-file";
import { type Asked, ask } from "./rows";
import { openXlsx } from "./xlsx";

/** What an extract can be, and what writes it. */
export const FORMATS: Readonly<Record<string, OpenRowFile>> = {
  csv: openCsv,
  xlsx: openXlsx,
  parquet: openParquet,
};

const MEGABYTE = 1_000_000;
/** Larger files belong next to the data, not on a PC. */
const MOST_MB = 1000;

export interface ExtractOptions {
  /** A SELECT. Absent: `table` is given. */
  readonly sql?: string;
  /** Id of a data set: its whole curated table. */
  readonly table?: string;
  readonly stack: string;
  /** @default "csv" */
  readonly format?: string;
  /** Megabytes of rows, as text, that may leave. @default "50" */
  readonly maxMb?: string;
  /** The file to make; nothing may stand there. */
  readonly out: string;
  readonly output?: Output;
  /** Who asks. @default the stack's analyst role */
  readonly analyst?: (stack: string) => Promise<Analyst>;
}

/** @returns 0 when the file is there, 1 when the rows were refused or too many, 2 for wrong options; then there is no file. */
export async function extract(options: ExtractOptions): Promise<number> {
  const { output = processOutput, analyst: find = findAnalyst, out } = options;
  const problems = problemsOf(options);
  if (problems.length > 0) {
    problems.forEach((problem) => output.err(`naru extract: ${problem}`));
    return 2;
  }
  const { athena, workgroup } = await find(options.stack);
  const limit = Number(options.maxMb ?? "50") * MEGABYTE;
  const part = `${out}.part`;
  try {
    const { asked, rows, bytes } = await fill(
      athena,
      workgroup,
      sqlOf(options),
      FORMATS[options.format ?? "csv"]!,
      part,
      limit,
    );
    if (bytes > limit) {
      output.err(
        `naru extract: the rows are more than ${limit / MEGABYTE} MB, and nothing was written. Ask for fewer rows or ` +
          "columns, or raise --max-mb",
      );
      return 1;
    }
    await rename(part, out);
    output.out(`${out}: ${rows} rows. Athena query ${asked.id}, by which the audit trail names it.`);
    return 0;
  } catch (error) {
    output.err(`naru extract: ${(error as Error).message}`);
    return 1;
  } finally {
    for (const left of [part, `${part}.lines`]) rmSync(left, { force: true });
  }
}

interface Filled {
  readonly asked: Asked;
  readonly rows: number;
  /** More than the limit: reading ended there. */
  readonly bytes: number;
}

/** The file is whole where the bytes are within the limit. */
async function fill(
  athena: AthenaClient,
  workgroup: string,
  sql: string,
  open: OpenRowFile,
  part: string,
  limit: number,
): Promise<Filled> {
  const asked = await ask(athena, workgroup, sql);
  const file = await open(asked.columns, part);
  let [rows, bytes] = [0, 0];
  for await (const page of asked.pages) {
    bytes += await file.add(page);
    rows += page.length;
    if (bytes > limit) return { asked, rows, bytes };
  }
  await file.end();
  return { asked, rows, bytes };
}

function problemsOf({ sql, table, format = "csv", maxMb = "50", out }: ExtractOptions): string[] {
  const sets = table === undefined ? [] : contracts().map(({ id }) => id);
  return [
    ...((sql === undefined) === (table === undefined)
      ? ["give either a SELECT, or --table with the id of a data set"]
      : []),
    ...(sql === undefined || /^\s*(select|with)\b/i.test(sql)
      ? []
      : ["only a SELECT can be extracted; begin it with SELECT or WITH"]),
    ...(table === undefined || sets.includes(table)
      ? []
      : [`--table: there is no data set ${table}; there are ${sets.join(", ")}`]),
    ...(Object.hasOwn(FORMATS, format)
      ? []
      : [`--format is "${format}"; write one of ${Object.keys(FORMATS).join(", ")}`]),
    ...(/^\d+$/.test(maxMb) && Number(maxMb) >= 1 && Number(maxMb) <= MOST_MB
      ? []
      : [`--max-mb is "${maxMb}"; write a whole number from 1 to ${MOST_MB}`]),
    ...(existsSync(out) ? [`--out: ${out} is there already; name a new file`] : []),
    ...(existsSync(dirname(out))
      ? []
      : [`--out: there is no folder ${dirname(out)}; make it, or name another`]),
  ];
}

function sqlOf({ sql, table, stack: name }: ExtractOptions): string {
  if (sql !== undefined) return sql;
  const { domain, name: set } = contracts().find(({ id }) => id === table)!;
  const { project, stack, values } = readStackConfig(ROOT, name);
  // Names of databases have neither account nor region.
  const names = new Names({ project, stack, accountId: "", region: regionOf(values) });
  return `SELECT * FROM "${names.of("database", "curated", domain)}"."${set}"`;
}

function contracts() {
  return loadContracts([`${ROOT}/contracts`]);
}
