import { examine } from "../model/expectation";
import { knownString, readString } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import { FUNCTION, LOG_GROUP } from "../model/types";

const FIX =
  "Make a log group for the function with `retentionInDays` and the platform's key, and name it in `loggingConfig.logGroup`: " +
  "the one that Lambda makes by itself has neither key nor end.";

/** What a function writes is encrypted with the platform's key, which `kms-encryption` asks of each group, and has an end. */
export const functionLogs: StackRule = {
  name: "function-logs",
  group: "exposure",
  scope: "stack",
  severity: "medium",
  description: "Each function writes to a log group of the stack that ends.",
  framework: fsbp("CloudWatch.16", "CloudWatch log groups are retained for a specified time period"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html",
  check(stack) {
    return stack.ofType(FUNCTION).flatMap((resource): Finding[] => {
      const groups = groupsOf(stack, resource);
      if (groups === "unknown") return [undecided(resource, "The function's log group", FIX)];
      if (groups.length === 0) return [violation(resource, "It has no log group of the stack.", FIX)];
      return groups.flatMap((group) =>
        examine(group, {
          path: ["retentionInDays"],
          // 0 means for ever.
          accepts: (value) => typeof value === "number" && value > 0,
          must: "must be a number of days above 0",
          fix: FIX,
        }),
      );
    });
  },
};

function groupsOf(stack: Stack, resource: StackResource): readonly StackResource[] | "unknown" {
  const link = stack.link(resource, ["loggingConfig", "logGroup"], LOG_GROUP);
  if (link.state !== "absent") {
    return link.state === "possible" && link.resources.length === 0 ? "unknown" : link.resources;
  }
  const name = readString(resource.props, ["name"]);
  if (name.state === "unknown") return "unknown";
  return name.state === "known"
    ? stack
        .ofType(LOG_GROUP)
        .filter((group) => knownString(group.props, ["name"]) === `/aws/lambda/${name.value}`)
    : [];
}
