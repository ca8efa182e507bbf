/** `naru drop`: a file into landing, as the loader; the platform's own event starts its curation. */
import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { loadContracts } from "../components/contract";
import type { DataSet } from "../components/contract/model";
import { type Output, processOutput } from "./contract/output";
import { fileProblems, sameContents } from "./drop/file";
import { land, measured, MOST_BYTES, reasonOf } from "./drop/landing";
import { findLoader, type Loader } from "./drop/loader";

const DAY_MS = 86_400_000;

export interface DropOptions {
  readonly files: readonly string[];
  /** Id of the data set. */
  readonly contract: string;
  readonly stack: string;
  /** Day that the data is of, YYYY-MM-DD. @default today, in the contract's time zone */
  readonly dt?: string;
  /** Print {dataSet, bucket, keys, replaced} as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
  /** @default the present */
  readonly now?: Date;
  /** Who writes landing. @default the stack's loader role */
  readonly loader?: (stack: string) => Promise<Loader>;
}

/**
 * @returns 0 when every file is in landing, 1 when landing did not take one (those before it are there, and named), 2 for
 * what can't be dropped; then nothing is.
 */
export async function drop(options: DropOptions): Promise<number> {
  const { json = false, output = processOutput, loader: find = findLoader } = options;
  const dataSets = loadContracts([join(__dirname, "..", "contracts")]);
  const dataSet = dataSets.find(({ id }) => id === options.contract);
  const now = options.now ?? new Date();
  const problems = [
    ...problemsOf(options),
    ...contractProblems(options.contract, dataSet, dataSets),
    ...(dataSet === undefined ? [] : dayProblems(options.dt, dataSet, now)),
    ...(dataSet === undefined ? [] : contentProblems(options.files, dataSet, dataSets)),
  ];
  if (problems.length > 0 || dataSet === undefined) {
    problems.forEach((problem) => output.err(`naru drop: ${problem}`));
    return 2;
  }
  const { domain, name, timeZone } = dataSet;
  const dt = options.dt ?? new Intl.DateTimeFormat("sv-SE", { timeZone }).format(now);
  // All are read before the first is written.
  const files = await Promise.all(options.files.map(measured));
  const repeated = sameContents(files);
  if (repeated.length > 0) {
    repeated.forEach((problem) => output.err(`naru drop: ${problem}`));
    return 2;
  }
  const loader = await find(options.stack);
  const keys: string[] = [];
  const replaced: string[] = [];
  for (const file of files) {
    // NFC: a file's name from macOS comes in pieces, and would be another object's.
    const key = `${domain}/${name}/dt=${dt}/${basename(file.path).normalize("NFC")}`;
    try {
      if (await land(loader, key, file)) replaced.push(key);
    } catch (error) {
      output.err(`naru drop: ${file.path} did not land: ${reasonOf(error)}`);
      keys.forEach((landed) => output.err(`naru drop: s3://${loader.bucket}/${landed} did`));
      return 1;
    }
    keys.push(key);
  }
  if (json) output.out(JSON.stringify({ dataSet: dataSet.id, bucket: loader.bucket, keys, replaced }));
  else {
    keys.forEach((key) => {
      const instead = replaced.includes(key) ? ", instead of the file dropped there before" : "";
      output.out(`s3://${loader.bucket}/${key}${instead}`);
    });
    output.out(`The arrival starts the curation of ${dataSet.id}; other drops meanwhile join it.`);
  }
  return 0;
}

function contentProblems(files: readonly string[], dataSet: DataSet, all: readonly DataSet[]): string[] {
  if (dataSet.ingestion !== "csv") return [];
  return files
    .filter((file) => file.toLowerCase().endsWith(".csv"))
    .flatMap((file) =>
      existsSync(file) && statSync(file).isFile()
        ? [...sizeProblems(file), ...fileProblems(file, dataSet, all)]
        : [`${file}: is no file; name a CSV file`],
    );
}

function sizeProblems(file: string): string[] {
  return statSync(file).size <= MOST_BYTES
    ? []
    : [`${file}: is larger than the 5 GB that one request may have; split it, or ship it with naru ship`];
}

function problemsOf({ files, dt }: DropOptions): string[] {
  const names = files.map((file) => basename(file));
  const repeated = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  return [
    ...files.flatMap((file) =>
      file.toLowerCase().endsWith(".csv") ? [] : [`${file}: is not a CSV file; save the sheet as CSV`],
    ),
    ...repeated.map((name) => `${name}: two files have this name; the second would replace the first`),
    ...(dt === undefined || isDay(dt) ? [] : [`--dt is "${dt}"; write the day as YYYY-MM-DD`]),
  ];
}

/** Days that the table's partition projection makes; Athena sees no other. */
function dayProblems(dt: string | undefined, { id, retentionDays }: DataSet, now: Date): string[] {
  const [first, last] = [-retentionDays, 1].map((days) => dayOf(now.getTime() + days * DAY_MS));
  if (dt === undefined || !isDay(dt) || (dt >= first! && dt <= last!)) return [];
  return [`--dt is ${dt}, which no query of ${id} would see; write a day from ${first} to ${last}`];
}

function contractProblems(id: string, dataSet: DataSet | undefined, all: readonly DataSet[]): string[] {
  const known = all.filter(({ ingestion }) => ingestion === "csv").map((one) => one.id);
  if (dataSet === undefined || dataSet.ingestion !== "csv") {
    const what = dataSet === undefined ? "there is no data set" : "files are not taken for";
    return [`--contract: ${what} ${id}; data sets of files: ${known.join(", ")}`];
  }
  return [];
}

function isDay(text: string): boolean {
  const moment = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(moment) && dayOf(moment) === text;
}

/** Day in UTC, which is what Athena's projection takes for now. */
function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toJSON().slice(0, 10);
}
