import { knownString, read, readIndices, readString, type Path } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { oncePerStack, type Stack, type StackResource } from "../model/stack";
import {
  CRAWLER,
  EVENT_RULE,
  EVENT_TARGET,
  GLUE_JOB,
  MACIE_ACCOUNT,
  METRIC_ALARM,
  STATE_MACHINE,
  TOPIC,
} from "../model/types";
import { strongest, type Verdict } from "../model/verdict";
import { matches, type Event } from "./event-pattern";

const FIX =
  "Send failures to a topic: an EventBridge rule on the state change (or Macie's findings) with the topic as its target, or, " +
  "for a state machine, a CloudWatch alarm on ExecutionsFailed with the topic in `alarmActions`.";

/** Whatever works unattended tells somebody when it fails, and Macie when it finds something. */
export const failureAlarm: StackRule = {
  name: "failure-alarm",
  group: "operations",
  scope: "stack",
  severity: "high",
  description:
    "Failures of state machines, Glue jobs and scheduled crawlers, and Macie's findings, go to a topic.",
  framework: ismsP("2.9.2", "Performance and failure management: failures are noticed, told and handled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html",
  check(stack) {
    return [
      ...stack
        .ofType(STATE_MACHINE)
        .flatMap((machine) =>
          judge(machine, [
            ...byAlarms(stack, machine),
            ...byRules(stack, machine, failureOfMachine(machine)),
          ]),
        ),
      ...stack.ofType(GLUE_JOB).flatMap((job) => judge(job, byRules(stack, job, failureOfJob(job)))),
      ...stack
        .ofType(CRAWLER)
        .filter((crawler) => read(crawler.props, ["schedule"]).state !== "absent")
        .flatMap((crawler) => judge(crawler, byRules(stack, crawler, failureOfCrawler(crawler)))),
      ...stack
        .ofType(MACIE_ACCOUNT)
        .filter((account) => knownString(account.props, ["status"]) !== "PAUSED")
        .flatMap((account) => judge(account, byRules(stack, account, FINDING_OF_MACIE))),
    ];
  },
};

/** Of the stack's buckets, where the account has others. */
const FINDING_OF_MACIE: Event = {
  source: "aws.macie",
  detailType: "Macie Finding",
  detail: {},
  narrowedBy: ["resourcesAffected"],
};

function failureOfMachine(machine: StackResource): Event {
  const name = knownString(machine.props, ["name"]);
  const arn = knownString(machine.props, ["arn"]);
  return {
    source: "aws.states",
    detailType: "Step Functions Execution Status Change",
    detail: {
      stateMachineArn: (written) =>
        written === arn || (name !== undefined && written.endsWith(`:stateMachine:${name}`)),
      status: (written) => written === "FAILED",
    },
  };
}

function failureOfJob(job: StackResource): Event {
  const name = knownString(job.props, ["name"]);
  return {
    source: "aws.glue",
    detailType: "Glue Job State Change",
    detail: { jobName: (written) => written === name, state: (written) => written === "FAILED" },
  };
}

function failureOfCrawler(crawler: StackResource): Event {
  const name = knownString(crawler.props, ["name"]);
  return {
    source: "aws.glue",
    detailType: "Glue Crawler State Change",
    detail: { crawlerName: (written) => written === name, state: (written) => written === "Failed" },
  };
}

function judge(watched: StackResource, told: readonly Verdict[]): Finding[] {
  switch (strongest(told)) {
    case "yes":
      return [];
    case "unknown":
      return [undecided(watched, "What is told of its failure", FIX)];
    case "no":
      return [violation(watched, "Nobody is told when it fails or finds something.", FIX)];
  }
}

function byRules(stack: Stack, watched: StackResource, event: Event): Verdict[] {
  return rulesToTopics(stack).map((rule) => {
    const found = matches(rule, event);
    // An ARN is not known before its resource is made; that the pattern comes from it says that it names it.
    return found === "unknown" && comesFrom(rule, "eventPattern", watched) ? "yes" : found;
  });
}

/** Rules that are on and tell a topic. */
const rulesToTopics = oncePerStack((stack) =>
  stack
    .ofType(EVENT_RULE)
    .filter((rule) => knownString(rule.props, ["state"]) !== "DISABLED" && reachesTopic(stack, rule)),
);

function reachesTopic(stack: Stack, rule: StackResource): boolean {
  return stack.attached(rule, EVENT_TARGET, "rule").some((target) => isTopic(stack, target, ["arn"]));
}

function isTopic(stack: Stack, from: StackResource, path: Path): boolean {
  const link = stack.link(from, path, TOPIC);
  if (link.state !== "absent" && link.resources.length > 0) return true;
  return knownString(from.props, path)?.startsWith("arn:aws:sns:") === true;
}

/** Metrics of Step Functions that count executions which failed. */
const FAILURES = ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"];

function byAlarms(stack: Stack, machine: StackResource): Verdict[] {
  return alarmsToTopics(stack).map(({ alarm, metrics }) =>
    strongest(metrics.map((metric) => counts(stack, alarm, metric, machine))),
  );
}

/** Alarms that tell a topic, with the places where each may say what it counts. */
const alarmsToTopics = oncePerStack((stack) =>
  stack
    .ofType(METRIC_ALARM)
    .filter((alarm) => alarmReachesTopic(stack, alarm))
    .map((alarm) => {
      const queries = readIndices(alarm.props, ["metricQueries"]);
      const inQueries: Path[] =
        queries.state === "known" ? queries.value.map((index) => ["metricQueries", index, "metric"]) : [];
      return { alarm, metrics: [[], ...inQueries] };
    }),
);

function alarmReachesTopic(stack: Stack, alarm: StackResource): boolean {
  const actions = readIndices(alarm.props, ["alarmActions"]);
  if (actions.state === "unknown") return stack.sources(alarm, "alarmActions", TOPIC).length > 0;
  return (
    actions.state === "known" && actions.value.some((index) => isTopic(stack, alarm, ["alarmActions", index]))
  );
}

function counts(stack: Stack, alarm: StackResource, metric: Path, machine: StackResource): Verdict {
  const counted = readString(alarm.props, [...metric, "metricName"]);
  if (counted.state === "unknown") return "unknown";
  if (counted.state !== "known" || !FAILURES.includes(counted.value)) return "no";
  const path: Path = [...metric, "dimensions", "StateMachineArn"];
  if (read(alarm.props, path).state === "unknown") {
    if (comesFrom(alarm, String(path[0]), machine)) return "yes";
    return stack.sources(alarm, String(path[0]), STATE_MACHINE).length > 0 ? "no" : "unknown";
  }
  const link = stack.link(alarm, path, STATE_MACHINE);
  return link.state !== "absent" && link.resources.some(({ urn }) => urn === machine.urn) ? "yes" : "no";
}

function comesFrom(resource: StackResource, property: string, source: StackResource): boolean {
  return (resource.propertyDependencies[property] ?? []).some(({ urn }) => urn === source.urn);
}
