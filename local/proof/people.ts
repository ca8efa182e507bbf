/**
 * `npm run proof:people`: 10^5 seeded people through the whole platform, and through `naru ship`; then every byte that either
 * wrote is searched for their values. Exit code 0 only when nothing was found outside the closed zone.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PATHS, ROOT } from "../paths";
import type { RunReport } from "../report";
import type { LeakSearch } from "./leaks";
import { searchShipped, shipSample, type ShippedSearch } from "./shipped";

const PEOPLE = 100_000;
const FOLDER = join(PATHS.own, "proof-people");

async function main(): Promise<number> {
  const people = process.argv[2] ?? String(PEOPLE);
  const up = spawnSync(
    process.execPath,
    [join(ROOT, "cli", "naru.js"), "up", "local", "--once", "--people", people],
    { cwd: ROOT, stdio: "inherit" },
  );
  if (up.status !== 0) return up.status ?? 1;
  const { leaks } = JSON.parse(readFileSync(PATHS.report, "utf8")) as RunReport;
  tell("Platform", leaks!, leaks!.foundInClosedZone);
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { mode: 0o700 });
  try {
    const started = Date.now();
    const shipped = await shipSample(FOLDER, Number(people));
    console.log(
      `\nShipped in ${seconds(started)} s: ${shipped.rows.written.toLocaleString("en")} of ` +
        `${shipped.rows.read.toLocaleString("en")} rows`,
    );
    const began = Date.now();
    const search = await searchShipped(shipped);
    tell(`Shipments (searched in ${seconds(began)} s)`, search, search.foundInSources);
    const faults = faultsOf(search);
    faults.forEach((fault) => console.error(fault));
    return faults.length === 0 ? 0 : 1;
  } finally {
    // It holds clear values and a key.
    rmSync(FOLDER, { recursive: true, force: true });
  }
}

function tell(what: string, search: LeakSearch | ShippedSearch, foundInside: number): void {
  const number = (count: number) => count.toLocaleString("en");
  console.log(
    `${what}: ${number(search.values)} values in ${number(search.patterns)} spellings, ${number(search.files)} files, ` +
      `${number(search.bytes)} bytes (${number(search.searchedBytes)} with what they hold): ` +
      `${number(foundInside)} found where they belong, ${search.leaks.length} files outside hold one`,
  );
}

function faultsOf({ leaks, missingInSources, staged }: ShippedSearch): string[] {
  return [
    ...leaks.map(
      ({ file, spellings }) => `A personal value or a key stands in ${file} (${spellings.join(", ")})`,
    ),
    ...staged.map((file) => `Work was left: ${file}`),
    ...(missingInSources === 0
      ? []
      : [`The search misses ${missingInSources} values of the sources; it proves nothing`]),
  ];
}

function seconds(since: number): string {
  return ((Date.now() - since) / 1000).toFixed(0);
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(`proof:people: ${error.message}`);
    process.exitCode = 1;
  },
);
