/**
 * `naru verify aws`: what only an account can show. It deploys a stack, runs the pipeline, compares the sums as the local
 * run does, and destroys the stack. The cost comes first, and nothing is made before a person has said yes.
 */
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseSettings } from "../../components/settings";
import { PATHS, ROOT } from "../../local/paths";
import { readStackConfig, regionOf } from "../../local/recorder";
import { REPORT_VERSION, type RunReport } from "../../local/report";
import { processOutput, type Output } from "../contract/output";
import { reportOf } from "../cost";
import type { CostReport } from "../cost/report";
import type { StepOutput } from "../up/run";
import { accountOf } from "./account";
import { forgetProgress, keepProgress, readProgress, type Progress } from "./progress";
import { pulumiVersion } from "./pulumi";
import { ENDING, STEPS, type Verification, type VerifyStep } from "./steps";

export interface VerifyOptions {
  /** A stack on AWS whose data may go. @default "dev" */
  readonly stack?: string;
  /** Don't ask. @default false */
  readonly yes?: boolean;
  /** Tell cost and steps, and do nothing. @default false */
  readonly dryRun?: boolean;
  /** Only end what an earlier run left: destroy, and look for what is left. @default false */
  readonly end?: boolean;
  readonly output?: Output;
  /** The project. @default this checkout */
  readonly root?: string;
  /** Where the progress is kept. @default .naru */
  readonly folder?: string;
  /** Asks a person; null: nobody sits there. @default the terminal, if there is one */
  readonly ask?: ((question: string) => Promise<string>) | null;
  /** What the stack costs. @default as `naru cost` reckons it */
  readonly costOf?: (stack: string, root: string) => Promise<Pick<CostReport, "total" | "eventsPerSecond">>;
}

/** Days of a month of 730 hours, as the cost is reckoned. */
const DAYS = 730 / 24;

/** @returns 0 when everything was shown and nothing is left; 1 when not; 2 for what can't be asked. */
export async function verifyAws(options: VerifyOptions): Promise<number> {
  const { stack = "dev", output = processOutput, root = ROOT, folder = PATHS.own } = options;
  const { project, values } = readStackConfig(root, stack);
  const { stage, protectData } = parseSettings(values);
  if (stage === "local" || protectData) {
    output.err(
      `naru verify aws: the stack ${stack} ${stage === "local" ? "is this machine's: npm start" : "protects its data, and is not destroyed by a test"}. ` +
        "Take one on AWS whose data may go: --stack dev",
    );
    return 2;
  }
  const file = join(folder, `verify-${stack}.json`);
  const earlier = readProgress(file);
  const steps = STEPS.filter(({ id }) => options.end !== true || ENDING.includes(id));
  const { costOf = (name, at) => reportOf(name, at, {}) } = options;
  tellCost(stack, await costOf(stack, root), output);
  tellSteps(steps, earlier, output);
  if (options.dryRun === true) return 0;
  if (!(await agreed(stack, options, output))) return 2;
  const version = await pulumiVersion();
  const account = await accountOf(regionOf(values), stack);
  output.out(`Pulumi ${version}, as ${account.caller} in ${account.region}`);
  if (earlier !== undefined && earlier.accountId !== account.accountId) {
    output.err(
      `naru verify aws: an earlier run stands in account ${earlier.accountId}, and these credentials are of ` +
        `${account.accountId}. End that one with its own first: naru verify aws --stack ${stack} --end`,
    );
    return 1;
  }
  const progress = earlier ?? newProgress(stack, account.accountId);
  const verification = { root, stack, tag: `${project}-${stack}`, account, progress };
  return runAll(steps, verification, file, output, options.end === true);
}

async function runAll(
  steps: readonly VerifyStep[],
  verification: Verification,
  file: string,
  output: Output,
  ending: boolean,
): Promise<number> {
  const { stack, progress } = verification;
  for (const step of steps) {
    if (progress.done.includes(step.id)) continue;
    output.out(`→ ${step.title}`);
    if (step.once === true && progress.begun === step.id) {
      output.err(
        `✖ ${step.title}: it had begun when an earlier run stopped, and a second time its sums could not be told.` +
          ` End the stack, and begin anew: naru verify aws --stack ${stack} --end`,
      );
      return 1;
    }
    progress.begun = step.id;
    // Before it does: a deployment that stopped in the middle stands, and costs.
    keepProgress(file, progress);
    const started = Date.now();
    try {
      await step.run(verification, stepOutput(output));
    } catch (error) {
      keepProgress(file, progress);
      output.err(
        `✖ ${step.title}: ${(error as Error).message}\n\nThe stack may stand, and cost. Go on where it stopped: naru verify aws --stack ${stack}` +
          `\nOr end it: naru verify aws --stack ${stack} --end`,
      );
      return 1;
    }
    progress.done.push(step.id);
    keepProgress(file, progress);
    output.out(`✔ ${step.title}  ${((Date.now() - started) / 1000).toFixed(0)} s`);
  }
  forgetProgress(file);
  output.out(ending ? "Nothing is left." : "All of it was shown, and nothing is left.");
  return 0;
}

function tellCost(
  stack: string,
  { total, eventsPerSecond }: Pick<CostReport, "total" | "eventsPerSecond">,
  output: Output,
): void {
  const day = (usd: number) => `$${(usd / DAYS).toFixed(2)}`;
  output.out(
    [
      `The stack ${stack} on AWS costs, by \`naru cost ${stack}\` (prices with dates, not a bill):`,
      `  idle                               ${day(total.idle)} a day, $${total.idle.toFixed(2)} a month`,
      `  at ${eventsPerSecond} events/s, as contracts declare  ${day(total.idle + total.usage)} a day, which this sample is far from`,
      "This run takes about an hour; Spark, Athena and the sample's requests come on top. Keys wait 7 days or more for their deletion.",
      "",
    ].join("\n"),
  );
}

function tellSteps(steps: readonly VerifyStep[], earlier: Progress | undefined, output: Output): void {
  if (earlier !== undefined) output.out(`An earlier run of ${earlier.startedAt} goes on.`);
  const lines = steps.map(({ id, title, what }, at) => {
    const done = earlier?.done.includes(id) === true ? " (done)" : "";
    return `${String(at + 1).padStart(2)}. ${title}${done}\n      ${what}`;
  });
  output.out(`${lines.join("\n")}\n`);
}

async function agreed(stack: string, options: VerifyOptions, output: Output): Promise<boolean> {
  if (options.yes === true) return true;
  const { ask = process.stdin.isTTY ? askTerminal : null } = options;
  if (ask === null) {
    output.err("naru verify aws: there is nobody to ask. Say it beforehand: --yes; or look only: --dry-run");
    return false;
  }
  const answer = (await ask(`Deploy ${stack}, and destroy it with all of its data? Write its name: `)).trim();
  if (answer === stack) return true;
  output.err("naru verify aws: nothing was done");
  return false;
}

async function askTerminal(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

function stepOutput({ out }: Output): StepOutput {
  let last = "";
  const say = (text: string) => {
    if (text !== last) out(`    ${text}`);
    last = text;
  };
  return { say, note: (text) => out(text.replace(/^/gm, "    ")) };
}

function newProgress(stack: string, accountId: string): Progress {
  const startedAt = new Date().toISOString();
  const report: RunReport = { version: REPORT_VERSION, startedAt, status: "running", steps: [] };
  return { stack, accountId, startedAt, done: [], report };
}
