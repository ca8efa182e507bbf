/** `naru lineage`: from a curated table, or a file of it, back to the objects that its rows come from, as the steward. */
import { join } from "node:path";
import { loadContracts } from "../../components/contract";
import { type Output, processOutput } from "../contract/output";
import { plural } from "../plural";
import { nearestNames, readPlace } from "./place";
import {
  type KeptRecord,
  recordedTables,
  recordsOf,
  type RuleResult,
  type Source,
  writtenDays,
} from "./records";
import { findSteward, type Steward } from "./steward";

export interface LineageOptions {
  /** `<domain>.<name>`, or `s3://<curated>/<domain>/<name>[/dt=<day>[/<file>]]` */
  readonly table: string;
  readonly stack: string;
  /** Day of the table, YYYY-MM-DD. @default the one in the URI, else the newest that is written */
  readonly dt?: string;
  /** Print the day's origin as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
  /** Who reads. @default the stack's steward role */
  readonly steward?: (stack: string) => Promise<Steward>;
}

/** Where the rows of one day of a table come from. */
export interface Origin {
  readonly table: string;
  readonly dt: string;
  readonly run: string;
  readonly application: string;
  readonly runAt: string;
  readonly contractVersion: string;
  readonly pseudonymEpoch: number | null;
  /** Of the whole run. */
  readonly rows: KeptRecord["rows"];
  readonly quality: readonly RuleResult[];
  readonly sources: readonly Source[];
  /** Landing's record of the same run, with keys and checksums; only the pseudonymiser reads it. */
  readonly closedRecord: string;
  /** Newer runs that published nothing, the newest first. */
  readonly refused: readonly { readonly run: string; readonly runAt: string }[];
}

/** @returns 0 when found, 1 when nothing is recorded of that table or day, 2 for what can't be asked. */
export async function lineage(options: LineageOptions): Promise<number> {
  const { output = processOutput, json = false, steward: find = findSteward } = options;
  if (options.dt !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(options.dt)) {
    output.err(`naru lineage: --dt is "${options.dt}"; write the day as YYYY-MM-DD`);
    return 2;
  }
  const store = await find(options.stack);
  const place = readPlace(options.table, store.curated);
  if (place === undefined) {
    output.err(
      `naru lineage: ${options.table} is no table; write its id, such as sis.students, or the URI of a file in ` +
        `s3://${store.curated}/`,
    );
    return 2;
  }
  const dt = options.dt ?? place.dt;
  const found = await originOf(store, place.table, dt);
  if (typeof found === "string") {
    output.err(`naru lineage: ${found}`);
    return 1;
  }
  output.out(json ? JSON.stringify(found) : told(found).join("\n"));
  return 0;
}

/** @returns what is wrong, where nothing is found. */
async function originOf(store: Steward, table: string, dt: string | undefined): Promise<Origin | string> {
  const refused: KeptRecord[] = [];
  const days = new Set<string>();
  let records = 0;
  for await (const record of recordsOf(store.s3, store.curated, table)) {
    records++;
    const written = writtenDays(record).sort();
    const day = dt ?? written.at(-1);
    if (day !== undefined && written.includes(day)) return origin(store, record, table, day, refused);
    if (record.status === "refused") refused.push(record);
    else if (dt !== undefined && !dayIsColumn(table) && record.sources.some(({ day }) => day === dt)) {
      return `${table} has no row of ${dt} since run ${record.run} at ${record.runAt}: those of its files are all in quarantine`;
    }
    written.forEach((one) => days.add(one));
  }
  if (records === 0) return unknownTable(table, await recordedTables(store.s3, store.curated));
  if (days.size === 0) return `no run has published ${table} yet; ${refusals(refused)}`;
  return `${table} has no day ${dt}; recorded days: ${[...days].sort().join(", ")}`;
}

function origin(
  { landing }: Steward,
  record: KeptRecord,
  table: string,
  dt: string,
  refused: readonly KeptRecord[],
): Origin {
  const { run, application, runAt, contractVersion, pseudonymEpoch, rows, quality = [], key } = record;
  // Where a column says a row's day, any file of the run may hold some of it.
  const ofDay = record.sources.filter(({ day }) => day === dt);
  const sources = ofDay.length > 0 && !dayIsColumn(table) ? ofDay : record.sources;
  return {
    ...{ table, dt, run, application, runAt, contractVersion, pseudonymEpoch, rows, quality, sources },
    closedRecord: `s3://${landing}/${key}`,
    refused: refused.map(({ run, runAt }) => ({ run, runAt })),
  };
}

/** Of a data set of files: its rows may lie in another day than their file. */
function dayIsColumn(table: string): boolean {
  const dataSet = contracts().find(({ id }) => id === table);
  return dataSet?.ingestion === "csv" && dataSet.partition.from !== undefined;
}

function unknownTable(table: string, recorded: readonly string[]): string {
  if (contracts().some(({ id, ingestion }) => id === table && ingestion === "derived")) {
    return `${table} is made by the jobs from other curated tables; ask for one of these: ${recorded.join(", ")}`;
  }
  if (contracts().some(({ id }) => id === table)) {
    return `${table} has not been curated yet; recorded tables: ${recorded.join(", ") || "none"}`;
  }
  const known = [...new Set([...recorded, ...contracts().map(({ id }) => id)])];
  return `there is no table ${table}; nearest: ${nearestNames(table, known).join(", ")}`;
}

function contracts() {
  return loadContracts([join(__dirname, "..", "..", "contracts")]);
}

function refusals(refused: readonly { readonly run: string; readonly runAt: string }[]): string {
  const [newest] = refused;
  const last = newest === undefined ? "" : `, the last ${newest.run} at ${newest.runAt}`;
  return `${plural(refused.length, "run")} published nothing${last}`;
}

function told(found: Origin): string[] {
  const { table, dt, run, application, runAt, contractVersion, pseudonymEpoch, rows, quality } = found;
  const failed = quality.filter(({ status }) => status === "failed");
  const rules = failed.map(
    ({ rule, measured, unit, severity }) => `${rule}: ${measured} ${unit} (${severity})`,
  );
  const epoch = pseudonymEpoch === null ? "" : `, pseudonyms of epoch ${pseudonymEpoch}`;
  return [
    `${table} dt=${dt}`,
    `  written by run ${run} at ${runAt} (Spark ${application})`,
    `  contract ${contractVersion}${epoch}`,
    `  rows of the run: ${rows.read} read, ${rows.quarantined} in quarantine, ${rows.duplicates} repeated, ${rows.written} written`,
    `  rules: ${quality.length - failed.length} passed, ${failed.length} failed`,
    ...rules.map((line) => `    ${line}`),
    ...(found.refused.length > 0 ? [`  since then ${refusals(found.refused)}`] : []),
    "  from",
    ...found.sources.map(({ zone, day, size, versionId }) =>
      size === undefined
        ? `    ${zone} ${day}, the day's folder`
        : `    ${zone} ${day}, ${size} bytes, version ${versionId ?? "none"}`,
    ),
    `  keys and checksums: ${found.closedRecord} (closed: the pseudonymiser reads it)`,
  ];
}
