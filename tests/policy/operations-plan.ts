/** What tells of failures in the good plan, and what measures its table. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import * as type from "../../policies/model/types";
import { resource, UNKNOWN } from "./resource";

const TOPIC = [type.TOPIC, "topic"] as const;

export function operations(): RecordedResource[] {
  return [
    resource(type.STATE_MACHINE, "workflow", {
      name: "plan-workflow",
      loggingConfiguration: { level: "ERROR", logDestination: UNKNOWN },
    }),
    resource(
      type.SECRET_ROTATION,
      "rotation",
      { secretId: UNKNOWN, rotationRules: { automaticallyAfterDays: 30 } },
      { secretId: [[type.SECRET, "secret"]] },
    ),
    resource(
      type.METRIC_ALARM,
      "workflow-failed",
      {
        metricName: "ExecutionsFailed",
        dimensions: { StateMachineArn: UNKNOWN },
        alarmActions: [UNKNOWN],
      },
      { dimensions: [[type.STATE_MACHINE, "workflow"]], alarmActions: [TOPIC] },
    ),
    ...told("job-failed", {
      source: ["aws.glue"],
      "detail-type": ["Glue Job State Change"],
      detail: { jobName: ["plan-job"], state: ["FAILED", "TIMEOUT"] },
    }),
    resource(type.MACIE_ACCOUNT, "macie", { status: "ENABLED" }),
    ...told("findings", { source: ["aws.macie"], "detail-type": ["Macie Finding"] }),
    resource(type.QUALITY_RULESET, "ruleset", {
      targetTable: { databaseName: "plan_curated_lms", tableName: "requests" },
    }),
  ];
}

/** A rule of EventBridge that sends what it matches to the topic. */
export function told(name: string, pattern: object): RecordedResource[] {
  return [
    resource(type.EVENT_RULE, name, { name: `plan-${name}`, eventPattern: JSON.stringify(pattern) }),
    resource(
      type.EVENT_TARGET,
      `${name}-target`,
      { rule: `plan-${name}`, arn: UNKNOWN },
      { arn: [TOPIC], rule: [[type.EVENT_RULE, name]] },
    ),
  ];
}
