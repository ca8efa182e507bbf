import { examine } from "../model/expectation";
import { knownString } from "../model/reading";
import { naru } from "../model/references";
import type { Resource, ResourceRule } from "../model/rule";
import { GLUE_JOB } from "../model/types";
import { LIMITS, LIMIT_SETTINGS, type Limit } from "./limits";

const FIX =
  "Set the property within the bound, or raise the bound in the rule's settings of this stack, where a review sees it.";

/** Nothing grows dear by one wrong number: each size, time and count that costs has a bound that a stack may set. */
export const spendingLimits: ResourceRule = {
  name: "spending-limits",
  group: "cost",
  scope: "resource",
  severity: "medium",
  description: "Sizes, counts and times that cost are within the stack's bounds, and set.",
  framework: naru("cost bounds", "What a stack can cost at most is agreed before it is built"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/welcome.html",
  types: [...new Set(LIMITS.map(({ type }) => type))],
  settings: LIMIT_SETTINGS,
  check(resource, configuration) {
    return LIMITS.filter((limit) => limit.type === resource.type && concerns(limit, resource)).flatMap(
      ({ accepts, ...limit }) =>
        examine(resource, { ...limit, accepts: (value) => accepts(value, configuration), fix: FIX }),
    );
  },
};

/** Streaming jobs of Glue run until somebody stops them: they have no timeout. */
function concerns({ type, path }: Limit, resource: Resource): boolean {
  const isTimeout = type === GLUE_JOB && path[0] === "timeout";
  return !isTimeout || knownString(resource.props, ["command", "name"]) !== "gluestreaming";
}
