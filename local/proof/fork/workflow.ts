/** Runs the job of a workflow file step by step, as GitHub's runner does, as far as a check of a pull request needs it. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** What stands for the runner. */
export interface Runner {
  /** The checkout, which is there already. */
  readonly workspace: string;
  /** Where `upload-artifact` puts what it finds. */
  readonly artifacts: string;
  /** The whole environment of a step. */
  readonly environment: (step: Step) => Readonly<Record<string, string>>;
  /** Words before the shell's own, such as `unshare`. @default none */
  readonly isolation: (step: Step) => readonly string[];
  /** What is done instead of a step; undefined runs it. */
  readonly instead: (step: Step) => (() => void) | undefined;
}

export interface StepOutcome {
  readonly name: string;
  /** Null: passed over, because a step before it failed. */
  readonly exitCode: number | null;
  readonly output: string;
  readonly milliseconds: number;
}

/** Steps of the only job of a workflow file. */
export function stepsOf(file: string): readonly Step[] {
  const { jobs } = parse(readFileSync(file, "utf8")) as { jobs: Record<string, { steps: readonly Step[] }> };
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

/** @throws Error for a step that this runner does not know. */
export function runSteps(steps: readonly Step[], runner: Runner): StepOutcome[] {
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    const name = step.name ?? step.uses?.split("@")[0] ?? "run";
    const failed = outcomes.some(({ exitCode }) => exitCode !== null && exitCode !== 0);
    const started = performance.now();
    const passedOver = failed && step.if !== "always()";
    const outcome = passedOver ? { exitCode: null, output: "" } : runStep(step, runner);
    outcomes.push({ name, ...outcome, milliseconds: Math.round(performance.now() - started) });
  }
  return outcomes;
}

type Ending = Pick<StepOutcome, "exitCode" | "output">;

function runStep(step: Step, runner: Runner): Ending {
  const instead = runner.instead(step);
  if (instead !== undefined) {
    instead();
    return { exitCode: 0, output: "" };
  }
  if (step.run !== undefined) return runScript(step, step.run, runner);
  switch (step.uses?.split("@")[0]) {
    case "actions/checkout":
      return { exitCode: existsSync(join(runner.workspace, ".git")) ? 0 : 1, output: "" };
    case "actions/setup-node": {
      const wanted = String(step.with?.["node-version"]);
      const right = process.versions.node.split(".")[0] === wanted;
      return { exitCode: right ? 0 : 1, output: right ? "" : `The workflow wants Node.js ${wanted}.` };
    }
    case "actions/upload-artifact":
      return upload(step, runner);
    default:
      throw new Error(`This runner knows no ${step.uses}; teach it, or the proof passes over a step.`);
  }
}

/** GitHub writes a step to a file and gives it to `bash -e`. */
function runScript(step: Step, script: string, runner: Runner): Ending {
  const file = join(runner.artifacts, "..", "step.sh");
  writeFileSync(file, script);
  const [program, ...words] = [...runner.isolation(step), "bash", "--noprofile", "--norc", "-e", file];
  const { status, stdout, stderr } = spawnSync(program!, words, {
    cwd: runner.workspace,
    env: runner.environment(step),
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { exitCode: status ?? 1, output: `${stdout}${stderr}` };
}

function upload({ with: given }: Step, { workspace, artifacts }: Runner): Ending {
  const path = join(workspace, String(given?.path));
  if (!existsSync(path)) return { exitCode: 0, output: "No files were found." };
  const artifact = join(artifacts, String(given?.name));
  mkdirSync(artifact, { recursive: true });
  cpSync(path, artifact, { recursive: true });
  return { exitCode: 0, output: "" };
}
