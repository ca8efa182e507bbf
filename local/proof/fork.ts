/**
 * `npm run proof:fork`: a stranger's pull request with a broken rule, from the clone to the comment, by the steps of
 * .github/workflows/check.yml themselves. Fails unless it is refused, annotated and told, and asked nothing of a network.
 */
import { BREAKING_CHANGE, faultsOf, runFork } from "./fork/index";

function main(): number {
  const run = runFork({ edits: BREAKING_CHANGE });
  for (const { name, exitCode, milliseconds } of run.steps) {
    const ending = exitCode === null ? "passed over" : exitCode === 0 ? "ok" : `exit code ${exitCode}`;
    console.log(`${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${name}: ${ending}`);
  }
  console.log(
    run.isolated
      ? "After npm ci the steps had a network namespace of their own, with nothing in it but the loopback."
      : "The kernel gives no network namespace here: attempts were watched for and not prevented.",
  );
  console.log(`Attempts to leave the machine: ${run.attempts.length}`);
  console.log(`Annotations: ${run.output.split("\n").filter((line) => line.startsWith("::")).length}`);
  const faults = faultsOf(run);
  faults.forEach((fault) => console.error(fault));
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`proof:fork: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
