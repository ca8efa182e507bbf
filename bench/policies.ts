/**
 * `npm run bench:policies [-- timing|mutations]`: what the guardrails cost in time, and which changes of a compliant plan
 * they catch. `--copies N` makes the large plan of N platforms, `--all` tries every mutant.
 */
import { parseArgs } from "node:util";
import { printMutations } from "./policies/mutations";
import { printTiming } from "./policies/timing";

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { copies: { type: "string" }, all: { type: "boolean" } },
    allowPositionals: true,
  });
  const asked = (part: string) => positionals.length === 0 || positionals.includes(part);
  if (asked("timing")) {
    await printTiming(values.copies === undefined ? {} : { copies: Number(values.copies) });
  }
  return asked("mutations") ? printMutations({ all: values.all ?? false }) : 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(`bench:policies: ${error.message}`);
    process.exitCode = 1;
  },
);
