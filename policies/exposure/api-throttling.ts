import { show } from "../model/expectation";
import { knownString, read } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import { API_METHOD_SETTINGS, API_STAGE, HTTP_API_STAGE } from "../model/types";
import { strongest, weakest, type Verdict } from "../model/verdict";

const FIX =
  'Set `throttlingRateLimit` and `throttlingBurstLimit`: for a stage of a REST API in `MethodSettings` with `methodPath: "*/*"`, of an ' +
  "HTTP API in `defaultRouteSettings`.";

const LIMITS = ["throttlingRateLimit", "throttlingBurstLimit"] as const;

/** One caller takes neither the account's quota from others, nor the money. */
export const apiThrottling: StackRule = {
  name: "api-throttling",
  group: "exposure",
  scope: "stack",
  severity: "medium",
  description: "Stages of APIs bound how many requests they take.",
  framework: naru("throttling", "What is open to callers has a bound"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html",
  check(stack) {
    return [
      ...stack.ofType(API_STAGE).flatMap((stage) => judge(stage, settingsOf(stack, stage))),
      ...stack.ofType(HTTP_API_STAGE).flatMap((stage) => judge(stage, bounds(stage, "defaultRouteSettings"))),
    ];
  },
};

/** Settings of all methods; those of single ones narrow further. */
function settingsOf(stack: Stack, stage: StackResource): Verdict {
  return strongest(
    stack
      .ofType(API_METHOD_SETTINGS)
      .filter((each) => knownString(each.props, ["methodPath"]) === "*/*" && isOf(each, stage))
      .map((each) => bounds(each, "settings")),
  );
}

/** By what the settings come from, or, where all is known, by the names of API and stage. */
function isOf(settings: StackResource, stage: StackResource): boolean {
  if ((settings.propertyDependencies.stageName ?? []).some(({ urn }) => urn === stage.urn)) return true;
  return (["stageName", "restApi"] as const).every((property) => {
    const name = knownString(settings.props, [property]);
    return name !== undefined && name === knownString(stage.props, [property]);
  });
}

function bounds(resource: StackResource, settings: string): Verdict {
  return weakest(
    LIMITS.map((limit): Verdict => {
      const reading = read(resource.props, [settings, limit]);
      if (reading.state === "unknown") return "unknown";
      // 0 refuses every request; API Gateway takes -1 for no bound.
      return reading.state === "known" && typeof reading.value === "number" && reading.value >= 0
        ? "yes"
        : "no";
    }),
  );
}

function judge(stage: StackResource, bounded: Verdict): Finding[] {
  if (bounded === "yes") return [];
  const subject = `${show([LIMITS[0]])} and ${LIMITS[1]}`;
  return bounded === "unknown"
    ? [undecided(stage, subject, FIX)]
    : [violation(stage, `${subject} are not both set for all its methods.`, FIX)];
}
