/**
 * `npm run bench:pseudonym`: values a second on one core for everything that makes pseudonyms, in one run, beside what
 * the hash itself costs. Prints a table and writes `.naru/bench/pseudonym.json`. Asserts nothing: see bench/README.md.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../local/paths";
import { PYTHON } from "../local/toolchain";
import type { Rate } from "./measure";
import { processor } from "./processor";
import { nodeRates } from "./pseudonym/node";
import { shipperRates } from "./pseudonym/shipper";

/** What the others are compared with. */
const RAW = "OpenSSL: SHA-256 of 64 bytes (hashlib)";
const BLOCKS = "OpenSSL: blocks of one long message";
const BASELINE = "Node: createHmac per value";

/** Blocks of an HMAC over up to 55 bytes: pad and message, pad and digest. */
const BLOCKS_PER_VALUE = 4;
/** 64 bytes fill one block, and SHA-256's length needs another. */
const BLOCKS_PER_RAW = 2;

interface Row extends Rate {
  /** Of four raw blocks, by calls for 64 bytes each. */
  readonly ofRaw: number;
  readonly ofCreateHmac: number;
}

function pythonRates(): Rate[] {
  const script = join(ROOT, "bench", "pseudonym", "engines.py");
  const text = execFileSync(PYTHON, [script], {
    encoding: "utf8",
    cwd: ROOT,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const rates = JSON.parse(text) as Record<string, number>;
  return Object.entries(rates).map(([way, perSecond]) => ({ way, perSecond }));
}

function compared(rates: readonly Rate[]): Row[] {
  const of = (way: string) => rates.find((rate) => rate.way === way)?.perSecond ?? Number.NaN;
  const raw = (of(RAW) * BLOCKS_PER_RAW) / BLOCKS_PER_VALUE;
  return rates.map(({ way, perSecond }) => ({
    way,
    perSecond: Math.round(perSecond),
    ofRaw: perSecond / raw,
    ofCreateHmac: perSecond / of(BASELINE),
  }));
}

function table(rows: readonly Row[]): string {
  const widest = Math.max(...rows.map(({ way }) => way.length));
  const line = (...cells: string[]) =>
    [cells[0].padEnd(widest), ...cells.slice(1).map((cell) => cell.padStart(14))].join(" ");
  return [
    line("", "values/s", "of 4 blocks", "of createHmac"),
    ...rows.map(({ way, perSecond, ofRaw, ofCreateHmac }) =>
      way === RAW || way === BLOCKS
        ? line(way, perSecond.toLocaleString("en"))
        : line(
            way,
            perSecond.toLocaleString("en"),
            `${(100 * ofRaw).toFixed(0)} %`,
            `${ofCreateHmac.toFixed(2)} x`,
          ),
    ),
  ].join("\n");
}

async function main(): Promise<void> {
  const rows = compared([...(await nodeRates()), ...(await shipperRates()), ...pythonRates()]);
  const { model, shaFlags } = processor();
  console.log(
    `${model}; SHA instructions: ${shaFlags === null ? "unknown" : shaFlags.join(", ") || "none"}\n`,
  );
  console.log(table(rows));
  const folder = join(ROOT, ".naru", "bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "pseudonym.json");
  const versions = { node: process.versions.node, openssl: process.versions.openssl };
  writeFileSync(
    file,
    `${JSON.stringify({ at: new Date().toISOString(), model, shaFlags, versions, rows }, null, 1)}\n`,
  );
  console.log(`\nwritten to ${file}`);
}

void main().catch((error: unknown) => {
  console.error(`bench:pseudonym: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
