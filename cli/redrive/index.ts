/** `naru redrive`: puts records that failed back on their stream, once what made them fail is mended. */
import { processOutput, type Output } from "../contract/output";
import type { FailedRecord } from "./failures";
import { listFiles, readFile, takeOut, type Days, type StoredFile } from "./files";
import { Judge } from "./judge";
import { findRedriveStack, type RedriveStack } from "./places";
import { progressOn, type Progress } from "./progress";
import { Tally, toldRedrive, type RedriveReport } from "./report";
import { sendBack } from "./send";

export interface RedriveOptions {
  readonly stack: string;
  /** Id of a stream. @default all streams */
  readonly dataSet?: string;
  /** First day in UTC, `YYYY-MM-DD`. @default the oldest that is kept */
  readonly from?: string;
  /** Last day in UTC. @default today */
  readonly to?: string;
  /** Judges and counts, and sends nothing. @default false */
  readonly dryRun?: boolean;
  /** Print the report as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
  /** The stack. @default the one of that name, as its redriver */
  readonly find?: (name: string) => Promise<RedriveStack>;
}

/** What a record is to become. */
interface Judged {
  readonly place: number;
  readonly record: FailedRecord;
  readonly partitionKey: string;
}

/** @returns 0 where all that can go back went back, 1 where a stream did not take some, 2 for what can't be asked. */
export async function redrive(options: RedriveOptions): Promise<number> {
  const { json = false, output = processOutput, find = findRedriveStack } = options;
  const wrong = wrongDays(options);
  for (const problem of wrong) output.err(`naru redrive: ${problem}`);
  if (wrong.length > 0) return 2;
  const stack = await find(options.stack);
  if (options.dataSet !== undefined && !stack.streams.has(options.dataSet)) {
    const streams = [...stack.streams.keys()].join(", ");
    output.err(
      `naru redrive: ${options.dataSet} is no stream of ${options.stack}; write ${streams}, or leave it out`,
    );
    return 2;
  }
  const progress = progressOn(process.stderr, json);
  const report = await redriveIn(stack, options, progress);
  progress.end();
  output.out(json ? JSON.stringify(report) : toldRedrive(report).join("\n"));
  return report.refused > 0 ? 1 : 0;
}

function wrongDays({ from, to }: Days): string[] {
  const problems = Object.entries({ from, to }).flatMap(([option, day]) =>
    day === undefined || isDay(day) ? [] : [`--${option} is "${day}"; write a day such as 2026-11-21`],
  );
  return problems.length === 0 && from !== undefined && to !== undefined && from > to
    ? [`--from ${from} is behind --to ${to}; exchange them`]
    : problems;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
}

/** As {@link redrive}, in a stack that is known. Stops at the first file of which a stream does not take all. */
export async function redriveIn(
  stack: RedriveStack,
  { stack: name, dataSet, from, to, dryRun = false }: RedriveOptions,
  progress: Progress = { show: () => {}, end: () => {} },
): Promise<RedriveReport> {
  const places = stack.places.filter(
    (place) => dataSet === undefined || (place.dataSet ?? dataSet) === dataSet,
  );
  const files = await listFiles(stack.s3, places, { from, to });
  const judges = new Map<string, Judge>();
  const judgeOf = async (id: string) => {
    const known = judges.get(id) ?? (await Judge.of(stack.streams.get(id)!.spec));
    judges.set(id, known);
    return known;
  };
  const tally = new Tally();
  let looked = 0;
  for (const file of files) {
    progress.show(looked, files.length, `${looked} of ${files.length} files, ${tally.total("back")} records`);
    await redriveFile(stack, file, { only: dataSet, dryRun, judgeOf, tally });
    looked += 1;
    if (tally.total("refused") > 0) break;
  }
  return tally.report(name, dryRun, looked);
}

interface Work {
  /** Undefined: every data set. */
  readonly only: string | undefined;
  readonly dryRun: boolean;
  readonly judgeOf: (id: string) => Promise<Judge>;
  readonly tally: Tally;
}

async function redriveFile(stack: RedriveStack, stored: StoredFile, work: Work): Promise<void> {
  const { place } = stored;
  const found = await readFile(stack.s3, stored);
  if (found === undefined) return;
  const file = place.read(found.text);
  const id = place.dataSet ?? [...stack.streams].find(([, { name }]) => name === file.stream)?.[0];
  const told = { dataSet: id ?? "unknown", failedIn: place.failedIn };
  if (id === undefined) {
    const reason = "is of no stream that the stack has now";
    // Of a stream by name, others are not asked for.
    if (work.only === undefined)
      file.records.forEach(() => work.tally.add({ ...told, outcome: "kept", reason }));
    return;
  }
  if (work.only !== undefined && id !== work.only) return;
  const judge = await work.judgeOf(id);
  const good: Judged[] = [];
  for (const [at, record] of file.records.entries()) {
    const verdict = judge.verdict(record);
    if (verdict.good) good.push({ place: at, record, partitionKey: verdict.partitionKey });
    else work.tally.add({ ...told, outcome: "kept", reason: verdict.reason });
  }
  const { accepted, fault = "" } = work.dryRun
    ? { accepted: good.length }
    : await sendBack(
        stack.kinesis,
        stack.streams.get(id)!.name,
        good.map(({ record: { data }, partitionKey }) => ({ data, partitionKey })),
      );
  if (accepted > 0 && !work.dryRun) {
    const back = new Set(good.slice(0, accepted).map((each) => each.place));
    const rest = new Set([...file.records.keys()].filter((at) => !back.has(at)));
    await takeOut(stack.s3, stored, found.etag, file.only(back), rest.size === 0 ? "" : file.only(rest));
  }
  good.forEach(({ record }, at) =>
    work.tally.add({
      ...told,
      ...(at < accepted ? { outcome: "back", reason: record.why } : { outcome: "refused", reason: fault }),
    }),
  );
}
