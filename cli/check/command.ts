/** `naru check STACK...`: records the plan of each stack and runs the policy packs over it. */
import { resolve } from "node:path";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { checkStack, compilePolicies, EXIT_CODES, readCheckConfiguration } from ".";
import type { StackComparison } from "./comparison";
import { defaultProvider } from "./default-provider";
import type { CheckResult } from "./findings";
import { locatingStack, type Locate } from "./location";
import { PackProcess } from "./pack-process";
import { tellMachines, type MachineOptions } from "./tell-machines";

export interface CheckArguments extends MachineOptions {
  /** Findings, or with `base` comparisons, as JSON. @default false */
  readonly json?: boolean;
  /** Commit, branch or tag: only what changed since is told, and only that fails. @default everything is */
  readonly base?: string;
}

/** The folder whose program is judged. */
function rootOf({ program }: CheckArguments): string {
  return program === undefined ? ROOT : resolve(program);
}

export interface CheckedStack {
  readonly record: ProgramRecord;
  readonly result: CheckResult;
}

/** @returns 0 when nothing is broken, or with a base nothing by this change; 1 when something is; 2 when it could not be checked. */
export async function check(stacks: readonly string[], options: CheckArguments): Promise<number> {
  if (options.markdown !== undefined && options.base === undefined) {
    console.error("naru check: --markdown tells of a change, so it needs --base as well");
    return 2;
  }
  if (options.program !== undefined && options.base !== undefined) {
    console.error(
      "naru check: --base is for this project; of another program (--program) one plan is judged",
    );
    return 2;
  }
  const pack = startPack();
  try {
    const checked: CheckedStack[] = [];
    for (const stack of stacks) {
      const found = await checkOne(stack, pack, options);
      if (found === undefined) return EXIT_CODES.failed;
      checked.push(found);
    }
    const comparisons =
      options.base === undefined ? undefined : await compared(options.base, checked, pack, options);
    tellMachines(rootOf(options), checked, comparisons, options);
    const broken =
      comparisons?.some(({ findings }) => findings.broken.violations.length > 0) ??
      checked.some(({ result }) => !result.ok);
    return broken ? EXIT_CODES.violations : EXIT_CODES.passed;
  } finally {
    await pack.then((started) => started.stop()).catch(() => undefined);
  }
}

/** Compiles and starts while the plan is recorded: each takes a second. */
function startPack(): Promise<PackProcess> {
  const pack = compilePolicies().then((directory) => PackProcess.start(directory));
  // Whoever awaits it is told; a recording that fails first must not leave it unheard.
  pack.catch(() => undefined);
  return pack;
}

async function checkOne(
  stack: string,
  pack: Promise<PackProcess>,
  options: CheckArguments,
): Promise<CheckedStack | undefined> {
  const { json, base } = options;
  const root = rootOf(options);
  const record = await recordProgram({ root, stack });
  const { project, region, resources } = record;
  const { result } = await checkStack([defaultProvider(project, stack, region), ...resources], {
    ...{ project, stack, preview: true, json, pack },
    locate: locatingWhenAsked(root, record),
    config: readCheckConfiguration(root, stack),
    // With a base only the difference is told.
    ...(base !== undefined && { write: () => undefined }),
  });
  return result === undefined ? undefined : { record, result };
}

/** Contracts are looked for when something was found. */
function locatingWhenAsked(root: string, record: ProgramRecord): Locate {
  let locate: Locate | undefined;
  return (finding) => (locate ??= locatingStack(root, record))(finding);
}

async function compared(
  base: string,
  checked: readonly CheckedStack[],
  pack: Promise<PackProcess>,
  { json = false }: CheckArguments,
): Promise<StackComparison[]> {
  // A check without a base waits for none of this.
  const { compareStacks } = require("./base/compare") as typeof import("./base/compare");
  const { formatComparison } = require("./comparison-report") as typeof import("./comparison-report");
  const comparisons = await compareStacks(base, checked, await pack);
  comparisons.forEach((comparison, at) => {
    const locate = locatingStack(ROOT, checked[at]!.record);
    console.log(json ? JSON.stringify(comparison, null, 2) : formatComparison(comparison, locate));
  });
  return comparisons;
}
