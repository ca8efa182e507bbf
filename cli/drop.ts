/** `naru drop`: a file into landing, as the loader; the platform's own event starts its curation. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { loadContracts } from "../components/contract";
import type { DataSet } from "../components/contract/model";
import { type Output, processOutput } from "./contract/output";
import { fileProblems, sameContents } from "./drop/file";
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
    ...(dataSet === undefined ? [] : contentProblems(options.files, dataSet, dataSets)),
  ];
  if (problems.length > 0 || dataSet === undefined) {
    problems.forEach((problem) => output.err(`naru drop: ${problem}`));
    return 2;
  }
  const { domain, name, timeZone } = dataSet;
  const dt = options.dt ?? new Intl.DateTimeFormat("sv-SE", { timeZone }).format(now);
  // All are read before the first is written.
  const contents = options.files.map((file) => ({ name: basename(file), content: readFileSync(file) }));
  const repeated = sameContents(contents);
  if (repeated.length > 0) {
    repeated.forEach((problem) => output.err(`naru drop: ${problem}`));
    return 2;
  }
  const { s3, bucket } = await find(options.stack);
  const keys: string[] = [];
  const replaced: string[] = [];
  for (const { name: file, content } of contents) {
    // NFC: a file's name from macOS comes in pieces, and would be another object's.
    const Key = `${domain}/${name}/dt=${dt}/${file.normalize("NFC")}`;
    if (await put(s3, bucket, Key, content)) replaced.push(Key);
    keys.push(Key);
  }
  if (json) output.out(JSON.stringify({ dataSet: dataSet.id, bucket, keys, replaced }));
  else {
    keys.forEach((key) => {
      const instead = replaced.includes(key) ? ", instead of the file dropped there before" : "";
      output.out(`s3://${bucket}/${key}${instead}`);
    });
    output.out(`The arrival starts the curation of ${dataSet.id}; other drops meanwhile join it.`);
  }
  return 0;
}

/**
 * Asks S3 to write only where nothing is, as the loader may not look; a correction under the same name is written all the
 * same, and the earlier version kept.
 *
 * @returns whether something was there.
 */
async function put(s3: S3Client, Bucket: string, Key: string, Body: Buffer): Promise<boolean> {
  try {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, IfNoneMatch: "*" }));
    return false;
  } catch (error) {
    if ((error as Error).name !== "PreconditionFailed") throw error;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    return true;
  }
}

function contentProblems(files: readonly string[], dataSet: DataSet, all: readonly DataSet[]): string[] {
  if (dataSet.ingestion !== "csv") return [];
  return files
    .filter((file) => file.toLowerCase().endsWith(".csv"))
    .flatMap((file) =>
      existsSync(file) && statSync(file).isFile()
        ? fileProblems(file, dataSet, all)
        : [`${file}: is no file; name a CSV file`],
    );
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
