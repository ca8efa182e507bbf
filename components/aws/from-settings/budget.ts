/** What a stack may cost. */
import type { Settings } from "../../settings";
import type { AwsContext } from "../context";
import { Budget } from "../foundation/budget";
import type { GlueEtl } from "../glue-etl";
import type { SparkCluster } from "../spark-cluster";

/** None where nobody said an amount. */
export function createBudget(
  { monthlyBudgetUsd }: Settings,
  context: AwsContext,
  spark: SparkCluster | GlueEtl,
): Budget | null {
  if (monthlyBudgetUsd === "none") return null;
  const args = { monthlyUsd: monthlyBudgetUsd, alarms: spark.nodes.alarms };
  // AWS asks the topic whether it may publish: its policy comes first.
  return new Budget("budget", context, args, { dependsOn: spark });
}
