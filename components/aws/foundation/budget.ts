import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber } from "../../arguments";
import { LIMITS } from "../../limits";
import { TAG, type AwsContext } from "../context";

export interface BudgetArgs {
  /** Dollars that the stack may cost in a calendar month, as AWS bills it. */
  readonly monthlyUsd: number;
  /** Topic that is told, whose policy lets `budgets.amazonaws.com` publish: the alarms' of `SparkCluster` or `GlueEtl`. */
  readonly alarms: aws.sns.Topic;
}

/** Percent of the month's amount, and of what: the first leaves time to act, the last comes before the money is spent. */
const TOLD_AT = [
  { notificationType: "ACTUAL", threshold: 80 },
  { notificationType: "ACTUAL", threshold: 100 },
  { notificationType: "FORECASTED", threshold: 100 },
] as const;

/**
 * A budget for what carries the stack's tag: tells the alarms' topic at 80 % and 100 % of a month's amount, and when AWS
 * forecasts 100 %. It stops nothing.
 *
 * AWS counts by a tag only once it is a cost allocation tag: activate `naru:stack` in the payer account's Billing console,
 * a day after the first deployment; until then the budget sees 0. What takes no tags is not in it.
 * Idle cost: none; budgets without actions are free (AWS Budgets pricing, 2026-11).
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Budget extends pulumi.ComponentResource {
  readonly budget: aws.budgets.Budget;

  constructor(name: string, context: AwsContext, args: BudgetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("naru:aws:Budget", name, {}, opts);
    checkArguments("Budget", name, [checkNumber("monthlyUsd", args.monthlyUsd, LIMITS.monthlyBudget)]);
    const { names, tags } = context;
    this.budget = new aws.budgets.Budget(
      name,
      {
        name: names.of("budget", "monthly"),
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: String(args.monthlyUsd),
        limitUnit: "USD",
        // As the Budgets API writes a tag of one's own: `user:<key>$<value>`.
        costFilters: [{ name: "TagKeyValue", values: [`user:${TAG.stack}$${tags[TAG.stack]}`] }],
        notifications: TOLD_AT.map((told) => ({
          ...told,
          comparisonOperator: "GREATER_THAN",
          thresholdType: "PERCENTAGE",
          subscriberSnsTopicArns: [args.alarms.arn],
        })),
        tags: { ...tags },
      },
      { parent: this },
    );
    this.registerOutputs({ budget: this.budget.name });
  }
}
