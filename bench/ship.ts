/**
 * `npm run bench:ship`: how fast the shipper makes pseudonymised Parquet, how large and with how much memory, beside the same
 * engine without Naru and beside pyarrow. Prints a table and writes `.naru/bench/ship.json`. Fails when a shipment is wrong, not when it
 * is slow: see bench/README.md.
 */
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PATHS } from "../local/paths";
import { FileEpochKeys, newKeyFile } from "../shipper";
import { processor } from "./processor";
import { prove } from "./ship/proof";
import { growth, result, type Result, table } from "./ship/report";
import { type Shape, SHAPES, type Visits, writeVisits } from "./ship/visits";
import { type Run, run, type Way, WAYS } from "./ship/ways";

const USAGE = `npm run bench:ship -- [options]
  --gb 0.5,5        sizes of the CSV, 10^9 bytes
  --quick           0.1 GB, one run
  --shapes ${SHAPES.join(",")}
  --ways plain,pyarrow,shipped   also: lane (the shipper on one core)
  --runs N          default 3 up to 1 GB, 1 above
  --folder DIR      where the data is made, default the system's folder for temporary files`;

/** The CSV, the largest output and its unfinished parts, in sizes of the CSV. */
const DISK = 3;
const SMALL_BYTES = 1e9;

interface Plan {
  readonly bytes: readonly number[];
  readonly shapes: readonly Shape[];
  readonly ways: readonly Way[];
  readonly runs: (bytes: number) => number;
  readonly folder: string;
}

function planOf(arguments_: readonly string[]): Plan {
  const { values } = parseArgs({
    args: [...arguments_],
    options: {
      gb: { type: "string", default: "0.5,5" },
      quick: { type: "boolean", default: false },
      shapes: { type: "string", default: SHAPES.join(",") },
      ways: { type: "string", default: "plain,pyarrow,shipped" },
      runs: { type: "string" },
      folder: { type: "string", default: tmpdir() },
    },
  });
  const runs = values.runs === undefined ? undefined : positive("--runs", values.runs);
  return {
    bytes: (values.quick ? "0.1" : values.gb).split(",").map((size) => 1e9 * positive("--gb", size)),
    shapes: members("--shapes", values.shapes, SHAPES),
    ways: members("--ways", values.ways, WAYS),
    runs: (bytes) => runs ?? (values.quick || bytes > SMALL_BYTES ? 1 : 3),
    folder: values.folder,
  };
}

function positive(option: string, text: string): number {
  const number = Number(text);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new Error(`${option} has "${text}": write a number above 0\n${USAGE}`);
}

function members<T extends string>(option: string, text: string, all: readonly T[]): T[] {
  return text.split(",").map((name) => {
    const found = all.find((member) => member === name);
    if (found === undefined) throw new Error(`${option} has "${name}": use ${all.join(", ")}\n${USAGE}`);
    return found;
  });
}

function refuseFullDisk({ bytes, folder }: Plan): void {
  const needed = DISK * Math.max(...bytes);
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= needed) return;
  const [gb, free] = [needed, bavail * bsize].map((size) => (size / 1e9).toFixed(1));
  throw new Error(
    `${folder} has ${free} GB free and ${gb} are needed: name another --folder or a smaller --gb`,
  );
}

/** The ways take turns, so that what else runs on the machine slows all of them. */
async function measure(
  plan: Plan,
  shape: Shape,
  csv: string,
  visits: Visits,
  folder: string,
): Promise<Result[]> {
  const keyFile = join(folder, "key.json");
  const keys = new FileEpochKeys(keyFile);
  const best = new Map<Way, Run>();
  for (let turn = 1; turn <= plan.runs(visits.bytes); turn++) {
    for (const way of plan.ways) {
      const out = join(folder, "out");
      const done = await run(way, { csv, out, key: keyFile });
      if (done.rows !== visits.rows) throw new Error(`${way} wrote ${done.rows} of ${visits.rows} rows`);
      if (way === "shipped" || way === "lane") await prove(done.files, visits, keys);
      rmSync(out, { recursive: true });
      const mbPerSecond = (visits.bytes / done.seconds / 1e6).toFixed(0);
      console.error(
        `${shape} ${(visits.bytes / 1e9).toFixed(1)} GB, run ${turn}: ${way} ${mbPerSecond} MB/s`,
      );
      if (done.seconds < (best.get(way)?.seconds ?? Infinity)) best.set(way, done);
    }
  }
  return plan.ways.map((way) => result(shape, way, visits.bytes, best.get(way)!, best.get("plain")));
}

async function measureAll(plan: Plan): Promise<Result[]> {
  const folder = mkdtempSync(join(plan.folder, "naru-bench-ship-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  newKeyFile(join(folder, "key.json"));
  const results: Result[] = [];
  for (const shape of plan.shapes) {
    for (const bytes of plan.bytes) {
      const csv = join(folder, `${shape}.csv`);
      const visits = writeVisits(csv, shape, bytes);
      results.push(...(await measure(plan, shape, csv, visits, folder)));
      rmSync(csv);
    }
  }
  return results;
}

async function main(): Promise<void> {
  const plan = planOf(process.argv.slice(2));
  refuseFullDisk(plan);
  const [loadBefore] = loadavg();
  const results = await measureAll(plan);
  const { model, shaFlags } = processor();
  console.log(
    `${model}, ${cpus().length} cores; SHA instructions: ${shaFlags === null ? "unknown" : shaFlags.join(", ") || "none"}; ` +
      `load ${loadBefore.toFixed(1)} before, ${loadavg()[0].toFixed(1)} after\n`,
  );
  console.log(table(results));
  for (const shape of plan.shapes) {
    const told = growth(results, shape);
    if (told !== undefined) console.log(told);
  }
  const facts = {
    at: new Date().toISOString(),
    model,
    cores: cpus().length,
    shaFlags,
    node: process.versions.node,
    load: { before: loadBefore, after: loadavg()[0] },
  };
  const file = join(PATHS.own, "bench", "ship.json");
  mkdirSync(join(PATHS.own, "bench"), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ ...facts, results }, undefined, 1)}\n`);
  console.log(`\nwritten to ${file}`);
}

void main().catch((error: unknown) => {
  console.error(`bench:ship: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
