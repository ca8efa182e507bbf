/** A comparison as a person reads it: what would be lost, what this change broke and mended, what it does, what it costs. */
import { money } from "../cost/report";
import type { CostDifference } from "../cost/difference";
import type { ChangeAction, PlanDifference, ResourceChange } from "../plan/difference";
import { shortType } from "../plan/tree";
import { plural } from "../plural";
import { lossHints, type StackComparison } from "./comparison";
import type { Locate } from "./location";
import { section } from "./report";

const DONE: Readonly<Record<ChangeAction, string>> = {
  ...{ replace: "replaced", delete: "deleted", update: "changed", create: "created" },
};

/** @param locate tells the line that makes a resource. @default no line is told */
export function formatComparison(
  { stack, base, findings, plan, cost, remarks }: StackComparison,
  locate?: Locate,
): string {
  const { broken, mended, silenced, remaining } = findings;
  return [
    `${stack} beside ${base.reference} (${base.commit.slice(0, 12)})`,
    ...remarks.map((remark) => `Note: ${remark}`),
    losses(stack, plan),
    section("Broken by this change", broken.violations, locate),
    section("Warnings by this change", broken.warnings, locate),
    section("Not decidable any more", broken.undecided, locate),
    section("Mended by this change", mended),
    section(
      "No rule speaks of these any more, though the plan has them: a rule, a level or a waiver changed",
      silenced,
    ),
    planLines(plan),
    costLines(cost),
    [
      broken.violations.length === 0 ? "PASSED" : "FAILED",
      ` ${stack}: this change broke ${plural(broken.violations.length, "rule")}`,
      `, warns of ${broken.warnings.length}, mended ${mended.length}, silenced ${silenced.length}`,
      `; ${remaining} stood before; ${plan.losses.length === 1 ? "1 resource" : `${plan.losses.length} resources`} with data or keys lost`,
    ].join(""),
  ]
    .filter((text) => text !== "")
    .join("\n\n");
}

function losses(stack: string, { losses: all }: PlanDifference): string {
  if (all.length === 0) return "";
  return [
    `LOST WITH THIS CHANGE (${all.length})`,
    ...all.map(
      (change) =>
        `  ! ${change.name} (${shortType(change.type)}) is ${DONE[change.action]}${because(change)}: ${change.loses} would be gone` +
        (change.protected ? "; Pulumi refuses while it is protected" : ""),
    ),
    ...lossHints(stack, all).map((hint) => `  ${hint}`),
  ].join("\n");
}

function because({ action, inputs }: ResourceChange): string {
  return action === "replace" ? ` by ${inputs.slice(0, SHOWN).join(", ")}` : "";
}

const SHOWN = 4;

function planLines({ components, counts, unchanged }: PlanDifference): string {
  const sum = `Plan: ${(Object.keys(DONE) as ChangeAction[]).map((action) => `${counts[action]} ${DONE[action]}`).join(", ")}, ${unchanged} as before`;
  return [
    sum,
    ...components.flatMap(({ component, changes }) => [
      `  ${component}`,
      ...changes.map((change) => {
        const inputs =
          change.inputs.slice(0, SHOWN).join(", ") + (change.inputs.length > SHOWN ? ", ..." : "");
        const mark = change.loses === undefined ? " " : "!";
        return `   ${mark} ${DONE[change.action].padEnd(8)} ${shortType(change.type)} ${change.name}${inputs === "" ? "" : `: ${inputs}`}`;
      }),
    ]),
    ...(counts.update > 0
      ? ["  Whether a change of other types replaces them, only `pulumi preview` knows."]
      : []),
  ].join("\n");
}

function costLines(cost: CostDifference | null): string {
  if (cost === null) return "";
  const signed = (usd: number) => (usd < 0 ? `-${money(-usd)}` : `+${money(usd)}`);
  const more = cost.total.after - cost.total.before;
  const won = Math.round(more * cost.krwPerUsd).toLocaleString("en-US");
  return [
    cost.components.length === 0
      ? `Cost: ${money(cost.total.after)} USD a month, as before`
      : `Cost: ${money(cost.total.before)} -> ${money(cost.total.after)} USD a month (${signed(more)} USD, ${won} KRW)`,
    ...cost.components.map(
      ({ component, before, after }) =>
        `  ${component}: ${money(before)} -> ${money(after)} (${signed(after - before)})`,
    ),
    ...cost.newlyNotPriced.map((type) => `  not priced: ${type}`),
  ].join("\n");
}
