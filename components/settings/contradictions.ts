/** Settings that are each right, and wrong together. */
import { connectionContradictions } from "./connections";
import { crawlerContradictions } from "./crawlers";
import { databaseContradictions } from "./database";
import { destinationContradictions } from "./delivery-destinations";
import { etlContradictions } from "./etl";
import { fix, NAMESPACE } from "./examples";
import { federationContradictions } from "./federated-sources";
import type { Given } from "./fields";
import { glueJobContradictions } from "./glue-jobs";
import { kafkaContradictions } from "./kafka";
import { networkContradictions } from "./network";
import { tableContradictions } from "./tables";
import { collectorContradictions } from "./webhooks";

/** Values that are each allowed, but not together. */
export function contradictions(given: Partial<Given>): string[] {
  const problems: string[] = [];
  if (given.apiAccess === "private" && (given.apiVpcEndpoints ?? []).length === 0) {
    problems.push(
      `${NAMESPACE}:apiVpcEndpoints: is empty, but a private collector is reached only through endpoints. ` +
        fix("apiVpcEndpoints"),
    );
  }
  if ((given.oldestPseudonymEpoch ?? 1) > (given.pseudonymEpoch ?? 1)) {
    problems.push(
      `${NAMESPACE}:oldestPseudonymEpoch: is later than ${NAMESPACE}:pseudonymEpoch (${given.pseudonymEpoch ?? 1}). ` +
        `Fix: pulumi config set ${NAMESPACE}:oldestPseudonymEpoch ${given.pseudonymEpoch ?? 1}`,
    );
  }
  if (given.accountGovernance === true && (given.lakeAdmins ?? []).length === 0) {
    problems.push(
      `${NAMESPACE}:lakeAdmins: is empty, but Lake Formation takes grants from its administrators only. ` +
        `Name the role that deploys. ${fix("lakeAdmins")}`,
    );
  }
  if (given.accountGovernance === true && given.stage === "local") {
    problems.push(
      `${NAMESPACE}:accountGovernance: is on in a local stack, where there is neither Lake Formation nor Macie. ` +
        `Remove it: pulumi config rm ${NAMESPACE}:accountGovernance`,
    );
  }
  if (given.athenaSpark === true && (given.stage === "local" || given.accountGovernance === true)) {
    problems.push(
      `${NAMESPACE}:athenaSpark: is on ` +
        (given.stage === "local"
          ? "in a local stack, where Athena has no Spark. "
          : `beside ${NAMESPACE}:accountGovernance, whose grants its sessions would read past. `) +
        `Remove it: pulumi config rm ${NAMESPACE}:athenaSpark`,
    );
  }
  if (given.stage === "local" && (given.monthlyBudgetUsd ?? "none") !== "none") {
    problems.push(
      `${NAMESPACE}:monthlyBudgetUsd: is set in a local stack, where nothing costs. ` +
        `Remove it: pulumi config rm ${NAMESPACE}:monthlyBudgetUsd`,
    );
  }
  if (given.enhancedFanOut === true && (given.stage === "local" || (given.database ?? "none") === "none")) {
    problems.push(
      `${NAMESPACE}:enhancedFanOut: is on ` +
        (given.stage === "local"
          ? "in a local stack, whose Kinesis has no readers with a rate of their own. "
          : `without ${NAMESPACE}:database, whose consumers it is for: Firehose shares what a shard gives. `) +
        `Remove it: pulumi config rm ${NAMESPACE}:enhancedFanOut`,
    );
  }
  if (given.stage === "prod" && given.protectData === false && given.allowDataRemoval !== true) {
    problems.push(
      `${NAMESPACE}:protectData: is off in prod. To remove data on purpose, say it twice: pulumi config set ` +
        `${NAMESPACE}:allowDataRemoval true`,
    );
  }
  return [
    ...problems,
    ...collectorContradictions(given, NAMESPACE),
    ...destinationContradictions(given, NAMESPACE),
    ...networkContradictions(given, NAMESPACE, fix),
    ...etlContradictions(given, NAMESPACE),
    ...connectionContradictions(given, NAMESPACE),
    ...crawlerContradictions(given, NAMESPACE),
    ...federationContradictions(given, NAMESPACE),
    ...databaseContradictions(given, NAMESPACE),
    ...kafkaContradictions(given, NAMESPACE),
    ...glueJobContradictions(given, NAMESPACE),
    ...tableContradictions(given, NAMESPACE),
  ];
}
