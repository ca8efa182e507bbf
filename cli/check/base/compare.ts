/** Stacks of this checkout beside the same stacks of a base. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../../local/paths";
import type { RecordedResource } from "../../../local/recorder";
import { reportOf } from "../../cost";
import { costDifference, type ComparableCost } from "../../cost/difference";
import { planDifference } from "../../plan/difference";
import { printOf } from "../../plan/print";
import { readCheckConfiguration } from "..";
import type { CheckedStack } from "../command";
import { findingChange, type StackComparison } from "../comparison";
import { defaultProvider } from "../default-provider";
import type { PackProcess } from "../pack-process";
import { examinePlan } from "../run-pack";
import { recordBase, type RecordedBase } from "./recorded-base";
import { withWorktree, type Worktree } from "./worktree";

/** @throws Error when there is no such base, or its plan can't be recorded. */
export async function compareStacks(
  reference: string,
  checked: readonly CheckedStack[],
  pack: PackProcess,
): Promise<StackComparison[]> {
  return withWorktree(ROOT, reference, async (worktree) => {
    const comparisons: StackComparison[] = [];
    for (const stack of checked) comparisons.push(await compareStack(reference, worktree, stack, pack));
    return comparisons;
  });
}

async function compareStack(
  reference: string,
  { folder, commit }: Worktree,
  { record, result }: CheckedStack,
  pack: PackProcess,
): Promise<StackComparison> {
  const { stack, project, region } = record;
  const before = await recordBase(folder, stack);
  const resources: readonly RecordedResource[] = before?.resources ?? [];
  const judgedNow = await examinePlan(pack, [defaultProvider(project, stack, region), ...resources], {
    ...{ project, stack, preview: true },
    config: readCheckConfiguration(ROOT, stack),
  });
  const judged = before?.judged ?? null;
  return {
    stack,
    base: { reference, commit },
    findings: findingChange(result, {
      judged: judged === null ? null : { ...judged, rules: [] },
      judgedNow,
    }),
    plan: planDifference(printOf(resources), printOf(record.resources)),
    cost: before?.cost ? costDifference(before.cost, await costNow(record)) : null,
    remarks: [...remarksOn(before, stack), ...packagesRemark(folder)],
  };
}

function costNow({ stack, resources }: CheckedStack["record"]): Promise<ComparableCost> {
  return reportOf(stack, ROOT, {}, resources);
}

function remarksOn(before: RecordedBase | null, stack: string): string[] {
  if (before === null) return [`the base has no stack ${stack}, so all of it is new`];
  return [
    ...(before.judged === null
      ? ["the base could not judge itself; its plan is judged by the rules of now"]
      : []),
    ...(before.cost === null ? ["the base can't tell its cost, so the difference is not told"] : []),
  ];
}

/** The base runs with the packages of this checkout: installing its own would ask the network. */
function packagesRemark(folder: string): string[] {
  const lock = (of: string) => {
    try {
      return readFileSync(join(of, "package-lock.json"), "utf8");
    } catch {
      return "";
    }
  };
  return lock(folder) === lock(ROOT)
    ? []
    : ["the base has other packages (package-lock.json); its plan is made with those of this checkout"];
}
