import { oneOf } from "../model/expectation";
import { isProduction, PRODUCTION_STACKS } from "../model/production";
import { read, readIndices, type Path } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { StackResource } from "../model/stack";
import { BUDGET } from "../model/types";
import { strongest, weakest, type Verdict } from "../model/verdict";

const FIX =
  "Set `naru:monthlyBudgetUsd` (`naru cost` proposes an amount), or make a monthly `aws.budgets.Budget` of costs with a limit and a " +
  "notification at or below 100 % that names a topic or addresses.";

/** Somebody agreed what production may cost, and somebody is told before it costs more. */
export const productionBudget: StackRule = {
  name: "production-budget",
  group: "cost",
  scope: "stack",
  severity: "medium",
  description: "Stacks of production have a monthly budget that tells somebody.",
  framework: naru("cost bounds", "What a stack can cost at most is agreed before it is built"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html",
  settings: [PRODUCTION_STACKS],
  check(stack, configuration) {
    const production = stack.resources.filter((resource) => isProduction(resource, configuration));
    const [first] = production.filter(({ type }) => type.startsWith("aws:"));
    if (first === undefined) return [];
    const budgets = production.filter(({ type }) => type === BUDGET);
    // The stack itself, where the plan has it: nothing else is to blame.
    const whole = production.find(({ type }) => type === "pulumi:pulumi:Stack") ?? first;
    if (budgets.length === 0) return [violation(whole, "The stack has no budget.", FIX)];
    switch (strongest(budgets.map(isRight))) {
      case "yes":
        return [];
      case "unknown":
        return [undecided(whole, "Whether a budget of the stack tells somebody", FIX)];
      case "no":
        return budgets.map((budget): Finding =>
          violation(budget, "It is no monthly budget of costs with a limit that tells somebody.", FIX),
        );
    }
  },
};

function isRight(budget: StackResource): Verdict {
  return weakest([
    holds(budget, ["budgetType"], oneOf("COST")),
    holds(budget, ["timeUnit"], oneOf("MONTHLY", "DAILY")),
    // Amounts that AWS adjusts by what was spent, or that are planned month by month, are limits too.
    strongest([
      holds(budget, ["limitAmount"], (value) => typeof value === "string" && Number(value) > 0),
      holds(budget, ["autoAdjustData"], (value) => typeof value === "object"),
      holds(budget, ["plannedLimits"], (value) => Array.isArray(value) && value.length > 0),
    ]),
    tells(budget),
  ]);
}

function tells(budget: StackResource): Verdict {
  const notifications = readIndices(budget.props, ["notifications"]);
  if (notifications.state === "unknown") return "unknown";
  if (notifications.state !== "known") return "no";
  return strongest(
    notifications.value.map((at) => {
      const of = (property: string) => ["notifications", at, property] as const;
      return weakest([
        holds(budget, of("comparisonOperator"), oneOf("GREATER_THAN", "EQUAL_TO")),
        // An amount in dollars is compared with the limit by who sets both; of percents, more than all comes too late.
        strongest([
          holds(budget, of("threshold"), (value) => typeof value === "number" && value > 0 && value <= 100),
          holds(budget, of("thresholdType"), oneOf("ABSOLUTE_VALUE")),
        ]),
        strongest([
          names(budget, of("subscriberSnsTopicArns")),
          names(budget, of("subscriberEmailAddresses")),
        ]),
      ]);
    }),
  );
}

function holds(budget: StackResource, path: Path, accepts: (value: unknown) => boolean): Verdict {
  const reading = read(budget.props, path);
  if (reading.state === "unknown") return "unknown";
  return reading.state === "known" && accepts(reading.value) ? "yes" : "no";
}

/** A subscriber whose name a preview does not know is one. */
function names(budget: StackResource, path: Path): Verdict {
  const subscribers = readIndices(budget.props, path);
  if (subscribers.state === "unknown") return "unknown";
  return subscribers.state === "known" && subscribers.value.length > 0 ? "yes" : "no";
}
