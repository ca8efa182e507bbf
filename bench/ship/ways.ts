/** The three ways from CSV to Parquet that are compared, each in a process of its own. */
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../local/paths";
import type { Manifest } from "../../shipper";
import { arrowPython } from "./arrow";
import { type Watched, watched } from "./watched-process";

/** `lane`: the shipper on one core. */
export const WAYS = ["plain", "pyarrow", "shipped", "lane"] as const;
export type Way = (typeof WAYS)[number];

export const TITLES: Readonly<Record<Way, string>> = {
  plain: "DuckDB, plain COPY",
  pyarrow: "pyarrow",
  shipped: "naru ship",
  lane: "naru ship --threads 1",
};

export interface Run extends Omit<Watched, "stdout"> {
  readonly rows: number;
  readonly bytesOut: number;
  /** What did the work. */
  readonly engine: string;
  readonly files: readonly string[];
}

/** What {@link run} needs to know. */
export interface Job {
  readonly csv: string;
  /** Empty before and after. */
  readonly out: string;
  /** Key file of the shipper. */
  readonly key: string;
}

const CONTRACTS = join(ROOT, "bench", "ship", "contracts");

/**
 * For the two that are compared with, `seconds` is the work alone; for the shipper it is the whole command, from the start of
 * Node to its end.
 *
 * @throws Error when the process fails.
 */
export async function run(way: Way, job: Job): Promise<Run> {
  rmSync(job.out, { recursive: true, force: true });
  mkdirSync(job.out, { recursive: true });
  switch (way) {
    case "plain":
      return compared(process.execPath, ["-r", "ts-node/register", join(__dirname, "plain.ts")], job);
    case "pyarrow":
      return compared(await arrowPython(), [join(__dirname, "arrow.py")], job);
    case "shipped":
      return shipped(job, []);
    case "lane":
      return shipped(job, ["--threads", "1"]);
  }
}

async function compared(command: string, arguments_: readonly string[], { csv, out }: Job): Promise<Run> {
  const file = join(out, "all.parquet");
  const { stdout, ...taken } = await watched(command, [...arguments_, csv, file]);
  const said = JSON.parse(stdout) as Pick<Run, "seconds" | "rows" | "engine">;
  return { ...taken, ...said, bytesOut: statSync(file).size, files: [file] };
}

async function shipped({ csv, out, key }: Job, options: readonly string[]): Promise<Run> {
  const contract = ["--contract", "bench.visits", "--contracts", CONTRACTS, "--key", key];
  const command = [join(ROOT, "cli", "naru.js"), "ship", csv, ...contract, "--out", out, ...options];
  const { stdout: _, ...taken } = await watched(process.execPath, command);
  const manifests = join(out, "manifests");
  const [name] = readdirSync(manifests);
  const manifest = JSON.parse(readFileSync(join(manifests, name, "manifest.json"), "utf8")) as Manifest;
  const { rows, files, tool } = manifest;
  if (rows.rejected > 0)
    throw new Error(`naru ship rejected ${rows.rejected} rows of data that are all good`);
  const paths = files.map(({ path }) => join(out, path));
  const bytesOut = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  return { ...taken, rows: rows.written, bytesOut, engine: `Naru ${tool}`, files: paths };
}
