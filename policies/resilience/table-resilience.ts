import { examine } from "../model/expectation";
import { isProduction, PRODUCTION_STACKS } from "../model/production";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { DYNAMO_TABLE } from "../model/types";

const FIX =
  "Set `pointInTimeRecovery: { enabled: true }` and `deletionProtectionEnabled: true` in production.";

/** A table of production is not gone by one call, and can be had back as it was. */
export const tableResilience: ResourceRule = {
  name: "table-resilience",
  group: "resilience",
  scope: "resource",
  severity: "medium",
  description:
    "DynamoDB tables of production can be restored to a point in time and are protected from deletion.",
  framework: fsbp("DynamoDB.2", "DynamoDB tables have point-in-time recovery enabled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html",
  types: [DYNAMO_TABLE],
  settings: [PRODUCTION_STACKS],
  check(table, configuration) {
    if (!isProduction(table, configuration)) return [];
    return [["pointInTimeRecovery", "enabled"], ["deletionProtectionEnabled"]].flatMap((path) =>
      examine(table, { path, accepts: (value) => value === true, must: "must be true", fix: FIX }),
    );
  },
};
