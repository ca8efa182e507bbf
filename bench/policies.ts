/** `npm run bench:policies`: what the guardrails cost in time. `--copies N` makes the large plan of N platforms. */
import { parseArgs } from "node:util";
import { printTiming } from "./policies/timing";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { copies: { type: "string" } }, allowPositionals: true });
  await printTiming(values.copies === undefined ? {} : { copies: Number(values.copies) });
}

main().catch((error: Error) => {
  console.error(`bench:policies: ${error.message}`);
  process.exitCode = 1;
});
