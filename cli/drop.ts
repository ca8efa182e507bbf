/** `naru drop`: a file into landing, as the loader; the platform's own event starts its curation. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { loadContracts } from "../components/contract";
import type { DataSet } from "../components/contract/model";
import { type Output, processOutput } from "./contract/output";
import { findLoader, type Loader } from "./drop/loader";

const DAY_MS = 86_400_000;

export interface DropOptions {
  readonly files: readonly string[];
  /** Id of the data set. */
  readonly contract: string;
  readonly stack: string;
  /** Day that the data is of, YYYY-MM-DD. @default today, in the contract's time zone */
  readonly dt?: string;
  /** Print {dataSet, bucket, keys} as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
  /** @default the present */
  readonly now?: Date;
  /** Who writes landing. @default the stack's loader role */
  readonly loader?: (stack: string) => Promise<Loader>;
}

/** @returns 0 when every file is in landing, 2 for what can't be dropped; then nothing is. */
export async function drop(options: DropOptions): Promise<number> {
  const { json = false, output = processOutput, loader: find = findLoader } = options;
  const dataSets = loadContracts([join(__dirname, "..", "contracts")]);
  const dataSet = dataSets.find(({ id }) => id === options.contract);
  const now = options.now ?? new Date();
  const problems = [
    ...problemsOf(options),
    ...contractProblems(options.contract, dataSet, dataSets),
    ...(dataSet === undefined ? [] : dayProblems(options.dt, dataSet, now)),
  ];
  if (problems.length > 0 || dataSet === undefined) {
    problems.forEach((problem) => output.err(`naru drop: ${problem}`));
    return 2;
  }
  const { domain, name, timeZone } = dataSet;
  const dt = options.dt ?? new Intl.DateTimeFormat("sv-SE", { timeZone }).format(now);
  // All are read before the first is written.
  const contents = options.files.map((file) => ({ name: basename(file), content: readFileSync(file) }));
  const { s3, bucket } = await find(options.stack);
  const keys: string[] = [];
  for (const { name: file, content } of contents) {
    // NFC: a file's name from macOS comes in pieces, and would be another object's.
    const Key = `${domain}/${name}/dt=${dt}/${file.normalize("NFC")}`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: content }));
    keys.push(Key);
  }
  if (json) output.out(JSON.stringify({ dataSet: dataSet.id, bucket, keys }));
  else {
    keys.forEach((key) => output.out(`s3://${bucket}/${key}`));
    output.out(`The arrival starts the curation of ${dataSet.id}; other drops meanwhile join it.`);
  }
  return 0;
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
