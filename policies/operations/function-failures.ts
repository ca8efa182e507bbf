import { knownString, read, type Path } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import {
  EVENT_SOURCE_MAPPING,
  EVENT_TARGET,
  FUNCTION,
  FUNCTION_EVENT_INVOKE_CONFIG,
  FUNCTION_PERMISSION,
  QUEUE,
  SCHEDULE,
} from "../model/types";
import { strongest, type Verdict } from "../model/verdict";

const FIX =
  "Say where events go that a function can't work off: `destinationConfig.onFailure` of its event source mapping, or, where it is " +
  "called and nobody waits, `deadLetterConfig` or a `FunctionEventInvokeConfig` with `destinationConfig.onFailure`.";

/** Services that hand an event over and do not wait for the answer (Lambda developer guide, "Invoking asynchronously"). */
const ASYNCHRONOUS = ["events", "s3", "scheduler", "ses", "sns"].map((service) => `${service}.amazonaws.com`);

/** What a function could not work off is not lost. */
export const functionFailures: StackRule = {
  name: "function-failures",
  group: "operations",
  scope: "stack",
  severity: "medium",
  description: "Events that a function fails on go to a place for them.",
  framework: ismsP("2.9.2", "Performance and failure management: failures are noticed, told and handled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html",
  check(stack) {
    return [
      ...stack.ofType(EVENT_SOURCE_MAPPING).flatMap((mapping) => checkMapping(stack, mapping)),
      ...stack
        .ofType(FUNCTION)
        .filter((resource) => isCalledWithoutWaiting(stack, resource))
        .flatMap((resource) => checkFunction(stack, resource)),
    ];
  },
};

function checkMapping(stack: Stack, mapping: StackResource): Finding[] {
  // A queue keeps what is not worked off, and has a redrive policy of its own.
  if (/^arn:aws[a-z-]*:sqs:/.test(knownString(mapping.props, ["eventSourceArn"]) ?? "")) return [];
  const queue = stack.link(mapping, ["eventSourceArn"], QUEUE);
  if (queue.state !== "absent" && queue.resources.length > 0) return [];
  return judge(
    mapping,
    names(mapping, ["destinationConfig", "onFailure", "destinationArn"]),
    "destinationConfig",
    "destinationConfig.onFailure names no place for events that fail.",
  );
}

function isCalledWithoutWaiting(stack: Stack, resource: StackResource): boolean {
  const calledBy = (from: StackResource, path: Path) => {
    const link = stack.link(from, path, FUNCTION);
    return link.state !== "absent" && link.resources.some(({ urn }) => urn === resource.urn);
  };
  return (
    stack
      .ofType(FUNCTION_PERMISSION)
      .some(
        (permission) =>
          ASYNCHRONOUS.includes(knownString(permission.props, ["principal"]) ?? "") &&
          calledBy(permission, ["function"]),
      ) ||
    stack.ofType(EVENT_TARGET).some((target) => calledBy(target, ["arn"])) ||
    stack.ofType(SCHEDULE).some((schedule) => calledBy(schedule, ["target", "arn"]))
  );
}

function checkFunction(stack: Stack, resource: StackResource): Finding[] {
  const configurations = stack.attached(resource, FUNCTION_EVENT_INVOKE_CONFIG, "functionName");
  const named = strongest([
    names(resource, ["deadLetterConfig", "targetArn"]),
    ...configurations.map((each) => names(each, ["destinationConfig", "onFailure", "destination"])),
  ]);
  const problem = "It is called by who does not wait, and its failures go nowhere.";
  return judge(resource, named, "Where its failures go", problem);
}

/** An unknown destination is one: presence is enough; what it stands in must be known. */
function names(resource: StackResource, path: Path): Verdict {
  if (read(resource.props, path.slice(0, -1)).state === "unknown") return "unknown";
  return ["known", "unknown"].includes(read(resource.props, path).state) ? "yes" : "no";
}

function judge(resource: StackResource, named: Verdict, subject: string, problem: string): Finding[] {
  if (named === "yes") return [];
  return named === "unknown" ? [undecided(resource, subject, FIX)] : [violation(resource, problem, FIX)];
}
