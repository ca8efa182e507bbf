/**
 * `npm run proof:faults`: 10^5 seeded events through collector, stream, transform, Parquet, database and Spark on the local cloud,
 * while what carries them is killed, stopped and refused. Exit code 0 only when every accepted event is in curated and in the
 * database exactly once, and every bad one is kept with its reason in the closed zone.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATHS } from "../paths";
import { Trial, type Outcome } from "./faults/trial";

const EVENTS = 100_000;
const FILE = join(PATHS.own, "proof-faults.json");

async function main(): Promise<number> {
  const events = Number(process.argv[2] ?? EVENTS);
  if (!Number.isInteger(events) || events < 1000 || events > 1_000_000) {
    console.error("proof:faults: give a number of events from 1000 to 1000000, or none");
    return 2;
  }
  mkdirSync(PATHS.own, { recursive: true });
  const trial = await Trial.start({ events, say: (line) => console.log(line) });
  try {
    const outcome = await trial.run();
    writeFileSync(FILE, `${JSON.stringify(outcome, null, 2)}\n`);
    tell(outcome);
    return outcome.faultless ? 0 : 1;
  } finally {
    await trial.end();
  }
}

function tell(outcome: Outcome): void {
  const width = Math.max(...outcome.rows.map(([what]) => what.length));
  console.log("");
  for (const [what, value] of outcome.rows) {
    const text = typeof value === "number" ? value.toLocaleString("en").padStart(9) : `  ${value}`;
    console.log(`${what.padEnd(width)}  ${text}`);
  }
  console.log(
    outcome.faultless ? "\nNothing is lost, nothing is twice." : "\nFAILED: see the lines with a mark.",
  );
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`proof:faults: ${error.stack}`);
    process.exit(1);
  },
);
