/** What a change does to a stack: the data of a pull request's report, comment and annotations. */
import type { CostDifference } from "../cost/difference";
import type { PlanDifference, ResourceChange } from "../plan/difference";
import type { CheckFinding, CheckResult } from "./findings";

export interface Base {
  /** As it was asked for: a branch, tag or commit. */
  readonly reference: string;
  /** The commit that is compared with: where this change left that branch. */
  readonly commit: string;
}

export interface FindingChange {
  /** What this change broke: violations, warnings and undecided ones, each as the check has them. */
  readonly broken: Pick<CheckResult, "violations" | "warnings" | "undecided">;
  /** Violations and warnings of the base that the plan has no more. */
  readonly mended: readonly CheckFinding[];
  /** Violations and warnings of the base that stand in the plan as before, but that no rule speaks of now: a rule, its level or a waiver was changed. */
  readonly silenced: readonly CheckFinding[];
  /** Violations and warnings that the base has too. */
  readonly remaining: number;
}

export interface StackComparison {
  readonly stack: string;
  readonly base: Base;
  readonly findings: FindingChange;
  readonly plan: PlanDifference;
  /** Null where the base can't tell a cost, or has no such stack. */
  readonly cost: CostDifference | null;
  /** What the reader must know of the comparison itself, such as that the base has no such stack. */
  readonly remarks: readonly string[];
}

/** What to do about losses. */
export function lossHints(stack: string, losses: readonly ResourceChange[]): readonly string[] {
  const some = (action: ResourceChange["action"]) => losses.some((change) => change.action === action);
  const moved = "Only renamed or moved? Give it its former name or place as an alias (Pulumi's `aliases`).";
  return [
    ...(some("delete") ? [moved] : []),
    ...(some("replace")
      ? ["Replaced: the inputs named beside it can't change in place; leave them as they are."]
      : []),
    `Wanted? Say why in tests/baseline/${stack}.losses.yaml; until then the suite \`plan\` refuses it.`,
  ];
}

export interface BaseFindings {
  /** By the base's own rules, configuration and waivers; null where it could not judge. */
  readonly judged: CheckResult | null;
  /** The base's plan by the rules of now. */
  readonly judgedNow: CheckResult;
}

/** Findings are the same when rule, resource and problem are. */
export function findingChange(now: CheckResult, { judged, judgedNow }: BaseFindings): FindingChange {
  const before = judged ?? judgedNow;
  const old = new Set([...reported(before), ...before.undecided].map(keyOf));
  const isNew = (finding: CheckFinding) => !old.has(keyOf(finding));
  const current = new Set(reported(now).map(keyOf));
  const gone = reported(before).filter((finding) => !current.has(keyOf(finding)));
  const stillThere = goneOnlyBecauseOfRules(gone, judgedNow);
  return {
    broken: {
      violations: now.violations.filter(isNew),
      warnings: now.warnings.filter(isNew),
      undecided: now.undecided.filter(isNew),
    },
    mended: gone.filter((finding) => !stillThere.has(finding)),
    silenced: gone.filter((finding) => stillThere.has(finding)),
    remaining: reported(now).filter((finding) => !isNew(finding)).length,
  };
}

/** Those that the rules of now don't find in the base's plan either: the plan did not mend them. */
function goneOnlyBecauseOfRules(gone: readonly CheckFinding[], judgedNow: CheckResult): Set<CheckFinding> {
  const foundNow = new Set(reported(judgedNow).map(keyOf));
  return new Set(gone.filter((finding) => !foundNow.has(keyOf(finding))));
}

function reported({ violations, warnings }: CheckResult): CheckFinding[] {
  return [...violations, ...warnings];
}

/** Mandatory findings in a warning's place, and back, are another matter. */
function keyOf({ rule, urn, problem, level }: CheckFinding): string {
  return [rule, urn, problem, level].join("\n");
}
