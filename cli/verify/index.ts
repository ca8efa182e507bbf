/**
 * `naru verify aws`: what only an account can show. It deploys a stack, runs the pipeline, compares the sums as the local
 * run does, and destroys the stack. The cost comes first, and nothing is made before a person has said yes.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseSettings } from "../../components/settings";
import { PATHS, ROOT } from "../../local/paths";
import { readStackConfig, regionOf } from "../../local/recorder";
import { REPORT_VERSION, type RunReport } from "../../local/report";
import { processOutput, type Output } from "../contract/output";
import { reportOf } from "../cost";
import { plural } from "../plural";
import type { StepOutput } from "../up/run";
import { accountOf, leftovers } from "./account";
import { adviceFor } from "./advice";
import { toldRunCost, type VerifyCost } from "./cost";
import { heedSignals } from "./interruption";
import { forgetProgress, keepProgress, readProgress, type Progress } from "./progress";
import { Pulumi, PulumiFailure, pulumiVersion, type StackState } from "./pulumi";
import { messageOf, objectionTo } from "./standing";
import { ENDING, STEPS, type Verification, type VerifyStep } from "./steps";

export interface VerifyOptions {
  /** A stack on AWS whose data may go. @default "dev" */
  readonly stack?: string;
  /** Don't ask. @default false */
  readonly yes?: boolean;
  /** Tell cost and steps, and do nothing. @default false */
  readonly dryRun?: boolean;
  /** Only end what an earlier run of this checkout began: destroy, and look for what is left. @default false */
  readonly end?: boolean;
  readonly output?: Output;
  /** The project. @default this checkout */
  readonly root?: string;
  /** Where the progress is kept. @default .naru */
  readonly folder?: string;
  /** Asks a person; null: nobody sits there. @default the terminal, if there is one */
  readonly ask?: ((question: string) => Promise<string>) | null;
  /** What the stack costs. @default as `naru cost` reckons it */
  readonly costOf?: (stack: string, root: string) => Promise<VerifyCost>;
}

/** @returns 0 when everything was shown and nothing is left; 1 when not; 2 for what can't be asked. */
export async function verifyAws(options: VerifyOptions): Promise<number> {
  const {
    stack = "dev",
    output = processOutput,
    root = ROOT,
    folder = PATHS.own,
    end: ending = false,
  } = options;
  const { project, values } = readStackConfig(root, stack);
  const settings = parseSettings(values);
  const { stage, protectData } = settings;
  if (stage === "local" || protectData) {
    output.err(
      `naru verify aws: the stack ${stack} ${stage === "local" ? "is this machine's: npm start" : "protects its data, and is not destroyed by a test"}. ` +
        "Take one on AWS whose data may go: --stack dev",
    );
    return 2;
  }
  const file = join(folder, `verify-${stack}.json`);
  const log = join(folder, `verify-${stack}.log`);
  const earlier = readProgress(file);
  const steps = STEPS.filter(({ id }) => !ending || ENDING.includes(id));
  const { costOf = (name, at) => reportOf(name, at, {}) } = options;
  output.out(toldRunCost(stack, await costOf(stack, root), settings.sparkMaxVcpu));
  tellSteps(steps, earlier, output);
  if (options.dryRun === true) return 0;
  if (!(await agreed(stack, options, output))) return 2;
  if (earlier === undefined && readProgress(file) !== undefined) {
    output.err(`naru verify aws: meanwhile another run has begun with the stack ${stack}: wait for its end`);
    return 1;
  }
  const version = await pulumiVersion();
  const advised = (error: Error): never => {
    const advice = adviceFor(`${error.name} ${error.message}`, stack);
    throw new Error([error.message, ...advice].join("\n  "), { cause: error });
  };
  const account = await accountOf(regionOf(values), stack).catch(advised);
  output.out(`Pulumi ${version}, as ${account.caller} in ${account.region}`);
  if (earlier !== undefined && earlier.accountId !== account.accountId) {
    output.err(
      `naru verify aws: an earlier run stands in account ${earlier.accountId}, and these credentials are of ` +
        `${account.accountId}. End that one with its own first: naru verify aws --stack ${stack} --end`,
    );
    return 1;
  }
  const progress = earlier ?? newProgress(stack, account.accountId);
  const pulumi = new Pulumi(root, stack, messageOf(progress.run), log, output.err, (command) => {
    progress.command = command;
    keepProgress(file, progress);
  });
  const tag = `${project}-${stack}`;
  const state = await pulumi.state().catch(advised);
  const objection = objectionTo({
    ...{ stack, tag, state, earlier, ending },
    updates: state.resources.length === 0 ? [] : await pulumi.updates(),
    tagged: earlier === undefined ? (await leftovers(account, tag).catch(advised)).left : [],
  });
  if (objection !== undefined) {
    output.err(`naru verify aws: nothing was done, as ${objection}`);
    return 1;
  }
  const verification = { stack, tag, account, progress, pulumi };
  return runAll(toDo(steps, state, progress, output), verification, file, output, ending);
}

/** What was destroyed by hand since is neither gone on with nor destroyed once more. */
function toDo(
  steps: readonly VerifyStep[],
  { resources, pending }: StackState,
  progress: Progress,
  output: Output,
): readonly VerifyStep[] {
  if (resources.length > 0 || pending.length > 0) return steps;
  if (progress.done.includes("deploy") && !progress.done.includes("destroy")) {
    output.out("The stack that the earlier run made is gone meanwhile: all of it begins anew.");
    progress.done.length = 0;
    // Whoever destroyed it stands in the stack's history, and is of before.
    progress.startedAt = new Date().toISOString();
    delete progress.begun;
  }
  return steps.some(({ id }) => id === "deploy") ? steps : steps.filter(({ id }) => id !== "destroy");
}

async function runAll(
  steps: readonly VerifyStep[],
  verification: Verification,
  file: string,
  output: Output,
  ending: boolean,
): Promise<number> {
  const { stack, progress, pulumi } = verification;
  progress.process = process.pid;
  const stop = heedSignals(pulumi, output, `\n${waysOn(stack)}`);
  try {
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
        output.err(await toldFailure(step, error as Error, verification));
        return 1;
      }
      progress.done.push(step.id);
      keepProgress(file, progress);
      output.out(`✔ ${step.title}  ${((Date.now() - started) / 1000).toFixed(0)} s`);
    }
  } finally {
    stop();
  }
  forgetProgress(file);
  output.out(ending ? "Nothing is left." : "All of it was shown, and nothing is left.");
  return 0;
}

/** What went wrong, what is known of it, what stands, and both ways on. */
async function toldFailure(
  { title }: VerifyStep,
  error: Error,
  { stack, pulumi }: Verification,
): Promise<string> {
  const said = [error.name, error.message, error instanceof PulumiFailure ? error.said : ""].join(" ");
  const stands = await pulumi.state().then(
    ({ resources, pending }) =>
      resources.length + pending.length === 0
        ? "Nothing of the stack stands by Pulumi's state."
        : `${plural(resources.length, "resource")} of the stack ${resources.length === 1 ? "stands" : "stand"}, and cost${pending.length === 0 ? "" : `; of ${pending.length} more only AWS knows`}.`,
    () => "The stack may stand, and cost; Pulumi could not be asked.",
  );
  return [
    `✖ ${title}: ${error.message}`,
    ...adviceFor(said, stack).map((line) => `  ${line}`),
    "",
    stands,
    waysOn(stack),
  ].join("\n");
}

function waysOn(stack: string): string {
  return `Go on where it stopped: naru verify aws --stack ${stack}\nOr end it: naru verify aws --stack ${stack} --end`;
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
  return { stack, accountId, startedAt, run: randomUUID(), process: process.pid, done: [], report };
}
