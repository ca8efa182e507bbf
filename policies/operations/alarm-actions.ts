import { examine } from "../model/expectation";
import { readIndices } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type Resource, type ResourceRule } from "../model/rule";
import { METRIC_ALARM } from "../model/types";

const FIX = "Name a topic in `alarmActions`, and leave `actionsEnabled` on.";

/** An alarm that tells nobody is none. */
export const alarmActions: ResourceRule = {
  name: "alarm-actions",
  group: "operations",
  scope: "resource",
  severity: "high",
  description: "Alarms tell somebody.",
  framework: fsbp("CloudWatch.15", "CloudWatch alarms have specified actions configured"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
  types: [METRIC_ALARM],
  check: (alarm) => [
    ...examine(alarm, {
      path: ["actionsEnabled"],
      accepts: (value) => value === true,
      absentIsRight: true,
      must: "must be true",
      fix: FIX,
    }),
    ...checkActions(alarm),
  ],
};

function checkActions(alarm: Resource): Finding[] {
  const actions = readIndices(alarm.props, ["alarmActions"]);
  if (actions.state === "unknown") return [undecided(alarm, "alarmActions", FIX)];
  return actions.state === "known" && actions.value.length > 0
    ? []
    : [violation(alarm, "alarmActions names nobody.", FIX)];
}
