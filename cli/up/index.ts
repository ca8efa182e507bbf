/** `naru up local`: the main job. Builds the platform on this machine, runs data through it and proves the result. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { relative } from "node:path";
import { PATHS, ROOT } from "../../local/paths";
import { claimRun, releaseRun } from "../../local/running";
import { SocketWatch } from "../../local/proof/sockets";
import { withRefusals } from "../../local/rights";
import { REPORT_VERSION, type RunReport } from "../../local/report";
import { pythonIsReady } from "../../local/toolchain";
import type { SampleArgs } from "../../samples";
import { asksForKafka } from "./local-config";
import type { Deployed, Run, Step, UpOptions } from "./run";
import { runSteps, screenFor } from "./run-steps";
import { expectedMinutes, sampleSize } from "./sample-size";
import { describeOwnCsv } from "./steps/own-csv";
import { deployStack } from "./steps/deploy";
import { deployByEngine, engineAtHand, previewByEngine } from "./steps/engine";
import { ingestEvents } from "./steps/ingest";
import { ingestByTopic } from "./steps/topics";
import { checkPolicies, installTools } from "./steps/prepare";
import { showDashboards } from "./steps/present";
import {
  checkRights,
  checkSockets,
  countSums,
  readFooters,
  searchCanaries,
  searchForLeaks,
} from "./steps/prove";
import { WORK } from "./work";

/** In the order in which data travels. */
const STEPS: readonly Step[] = [
  installTools,
  checkPolicies,
  ...WORK,
  showDashboards,
  checkRights,
  countSums,
  readFooters,
  searchCanaries,
  checkSockets,
];

/** What Pulumi's own engine does in their stead. */
const BY_ENGINE = new Map<Step, readonly Step[]>([
  [checkPolicies, [engineAtHand]],
  [deployStack, [previewByEngine, deployByEngine]],
]);

/** Exit code of a command that was asked to end, as shells have it for Ctrl-C. */
const INTERRUPTED = 130;

/** @returns 0 when every step and every proof passed, 1 when one failed, 2 for arguments that can't be. */
export async function upLocal(given: UpOptions): Promise<number> {
  const options: UpOptions = { ...given, once: given.once === true || given.json === true };
  if (options.contract !== undefined && options.csv === undefined) {
    console.error("naru up local: --contract describes the file of --csv; give both, or neither");
    return 2;
  }
  if (options.csv !== undefined && !existsSync(options.csv)) {
    // Told before anything else: a slip of the finger must not end the platform that is up.
    console.error(`naru up local: there is no file ${options.csv}`);
    return 2;
  }
  let size: SampleArgs;
  try {
    size = sampleSize(options);
  } catch (error) {
    console.error(`naru up local: ${(error as Error).message}`);
    return 2;
  }
  mkdirSync(PATHS.own, { recursive: true });
  const ended = await claimRun();
  if (ended && options.json !== true) console.log("Ended the platform that was up in this checkout.\n");
  const run: Run = { options, report: newReport(), sockets: new SocketWatch() };
  const interruption = stopOnSignal(run);
  try {
    if (options.json !== true) console.log(greeting(size));
    const steps = stepsOf(options);
    await runSteps(steps, run, screenFor(process.stdout, options.json === true));
    if (options.once === true) await finish(run);
    run.report.status = "succeeded";
  } catch (error) {
    // A step fails when its services are ended under it; the exit is under way.
    if (interruption.begun) return new Promise(() => undefined);
    run.report.status = "failed";
    run.report.reason = withRefusals((error as Error).message, Date.parse(run.report.startedAt));
    if (process.env.NARU_DEBUG !== undefined) console.error(error);
  }
  writeReport(run);
  tell(run);
  if (run.report.status === "succeeded" && options.once !== true) await interruption.afterRun;
  await stop(run);
  return run.report.status === "succeeded" ? 0 : 1;
}

function stepsOf(options: UpOptions): readonly Step[] {
  const topics = asksForKafka(options) ? [ingestByTopic] : [];
  const steps = STEPS.flatMap((step) => (step === ingestEvents ? [step, ...topics] : [step])).flatMap(
    (step) => (options.engine === true ? BY_ENGINE.get(step) : undefined) ?? [step],
  );
  return options.csv === undefined ? steps : [describeOwnCsv, ...steps];
}

function greeting(size: SampleArgs): string {
  const minutes = expectedMinutes(size);
  const run = minutes === 1 ? "about one minute" : `about ${minutes} minutes`;
  const time = pythonIsReady() ? run : `${run}, and one more for the installation of tools into .naru`;
  return `나루 Naru: the whole platform on this machine, step by step; ${time}.\n`;
}

function newReport(): RunReport {
  rmSync(PATHS.report, { force: true });
  rmSync(PATHS.dashboard, { force: true });
  return { version: REPORT_VERSION, startedAt: new Date().toISOString(), status: "running", steps: [] };
}

/** The emulator writes its state when it ends: logs and streams then lie on disk, and are searched once more. */
async function finish(run: Run): Promise<void> {
  await run.cloud!.stop();
  run.report.leaks = await searchForLeaks(run as Deployed);
}

function tell({ report, options, dashboard, cloud }: Run): void {
  if (options.json === true) {
    console.log(JSON.stringify(report, null, 2));
    return;
  }
  const seconds = report.steps.reduce((sum, step) => sum + step.seconds, 0).toFixed(0);
  const file = relative(ROOT, PATHS.report);
  if (report.status === "failed") {
    const logs = cloud === undefined ? "" : "; logs: .naru/cloud/logs, Spark's: .naru/cloud/services/emr";
    console.error(`\nFAILED after ${seconds} s: ${report.reason}\n\nReport: ${file}${logs}`);
    return;
  }
  console.log(`\nDone in ${seconds} s. Report: ${file}; dashboard: ${relative(ROOT, PATHS.dashboard)}`);
  if (dashboard !== undefined) {
    console.log(
      `Open ${dashboard.url}\nStays up until Ctrl-C, or \`npm run naru -- down\` in another terminal.`,
    );
  }
}

/** A request to end, by Ctrl-C, `naru down` or a closed terminal. */
interface Interruption {
  /** It came while the run was under way; this process then exits when all that it started has ended. */
  begun: boolean;
  /** Resolves when it comes after the run is over. */
  readonly afterRun: Promise<void>;
}

function stopOnSignal(run: Run): Interruption {
  let resolveAfterRun: () => void;
  const interruption: Interruption = {
    begun: false,
    afterRun: new Promise((resolve) => (resolveAfterRun = resolve)),
  };
  const interrupt = () => {
    if (run.report.status === "succeeded") return resolveAfterRun();
    if (interruption.begun) return;
    interruption.begun = true;
    console.error("\nInterrupted; ending what was started.");
    run.report.status = "failed";
    run.report.reason = "Interrupted";
    writeReport(run);
    void stop(run).finally(() => process.exit(INTERRUPTED));
  };
  // Not once: npm passes Ctrl-C on, so it arrives twice, and the second must not end this process before its services.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  return interruption;
}

function writeReport({ report }: Run): void {
  writeFileSync(PATHS.report, `${JSON.stringify(report, null, 2)}\n`);
}

async function stop(run: Run): Promise<void> {
  run.stack?.close();
  await run.dashboard?.close();
  await run.cloud?.stop();
  releaseRun();
}
