/**
 * `npm run proof:rights`: each role loses each right that a run uses, one after the other, and the part of the run that uses it
 * must fail with role, action and resource named. Exit code 0 only when all of them do.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkRights } from "../../cli/up/steps/prove";
import type { Deployed, Run } from "../../cli/up/run";
import { runSteps, screenFor } from "../../cli/up/run-steps";
import { WORK } from "../../cli/up/work";
import { PATHS } from "../paths";
import { REPORT_VERSION } from "../report";
import { readRights } from "../rights";
import { claimRun, releaseRun } from "../running";
import { checkJava, ensureJars, ensurePython } from "../toolchain";
import { isNamed, knockOut, type KnockedOut, type Right } from "./rights/knock-out";
import { Works } from "./rights/works";
import { SocketWatch } from "./sockets";

const FILE = join(PATHS.own, "proof-rights.json");
/** A run of the jobs takes as long with few people. */
const SIZE = { people: "30", events: "200" };
/** Delivery asks for shards and schema when it starts, and keeps what it was told. */
const ASKS_AT_START = /-delivery-/;

async function main(): Promise<number> {
  const only = process.argv[2];
  mkdirSync(PATHS.own, { recursive: true });
  await Promise.all([checkJava(), ensureJars(), ensurePython((what) => console.log(`    ${what}`))]);
  await claimRun();
  const sockets = new SocketWatch();
  const report = { version: REPORT_VERSION, startedAt: new Date().toISOString(), status: "running" } as const;
  const run: Run = { options: SIZE, report: { ...report, steps: [] }, sockets };
  try {
    await runSteps([...WORK, checkRights], run, screenFor(process.stdout, false));
    const outcomes = await knockAllOut(run as Deployed, only);
    writeFileSync(FILE, `${JSON.stringify(outcomes, null, 2)}\n`);
    return tell(outcomes);
  } finally {
    sockets.end();
    await run.cloud?.stop();
    releaseRun();
  }
}

async function knockAllOut(run: Deployed, only?: string): Promise<KnockedOut[]> {
  const { clients, outputs, sample, cloud } = run;
  const { landed, failed } = run.report.events!;
  const works = new Works({ clients, outputs, sample }, landed + failed);
  const outcomes: KnockedOut[] = [];
  const all = usedRights().filter(({ role, action }) => `${role} ${action}`.includes(only ?? ""));
  for (const [at, right] of all.entries()) {
    const work = works.of(right.role);
    const anew = async () => {
      if (ASKS_AT_START.test(right.role)) await cloud.restart("services", "stop", async () => undefined);
      if (work === undefined)
        throw new Error(`No work of the proof is known for ${right.role}; add it to works.ts`);
      await work();
    };
    const outcome = await knockOut(clients.iam, right, anew);
    await works.settle();
    outcomes.push(outcome);
    const mark = isNamed(outcome) ? "✔" : "✖";
    console.log(
      `${mark} ${String(at + 1).padStart(2)}/${all.length} ${right.role} ${right.action}  ${outcome.seconds} s`,
    );
    if (mark === "✖") console.log(outcome.message ?? "nothing failed");
  }
  return outcomes;
}

/** Pairs of the run before, in the order in which data travels. */
function usedRights(): Right[] {
  const used = readRights().filter(({ granted }) => granted !== null);
  const pairs = new Map(used.map(({ role, action }) => [`${role} ${action}`, { role, action }]));
  return [...pairs.values()];
}

function tell(outcomes: readonly KnockedOut[]): number {
  const unnamed = outcomes.filter((outcome) => !isNamed(outcome));
  const roles = new Set(outcomes.map(({ role }) => role)).size;
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0).toFixed(0);
  console.log(`\n${outcomes.length} rights of ${roles} roles taken away, one at a time, in ${seconds} s.`);
  console.log(
    unnamed.length === 0
      ? "Each failure names role, action and resource."
      : `FAILED: ${unnamed.length} without the name of what is missing:`,
  );
  unnamed.forEach(({ role, action }) => console.log(`    ${role} ${action}`));
  return unnamed.length === 0 && outcomes.length > 0 ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(`proof:rights: ${error.stack}`);
    process.exit(1);
  },
);
