/** What becomes of a run: each change of its state on record, and an alarm for one that failed. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import { RULE_STATE } from "../event-rule";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { EncryptedLogGroup } from "../foundation/log-group";
import { PreparationNames } from "./template";

export interface RunEventsArgs {
  readonly keys: EncryptionKeys;
  /** Topic that is told of failed runs; null: nobody is. */
  readonly alarms: aws.sns.Topic | null;
}

/** States that are no success (JobRun of the DataBrew API reference). */
const FAILED = ["FAILED", "TIMEOUT", "STOPPED"];

/** Seconds of a period: failures are told within five minutes. */
const PERIOD = 300;

export interface RunEvents {
  /** Every change of a run's state, its end among them: for targets that go on from there. */
  readonly changed: aws.cloudwatch.EventRule;
  readonly failed: aws.cloudwatch.EventRule;
}

/** Two rules for all jobs of the stack, a log group for their events, and the alarm: 0.10 USD a month (CloudWatch, Seoul, 2026-11). */
export function createRunEvents(
  name: string,
  context: AwsContext,
  { keys, alarms }: RunEventsArgs,
  parent: pulumi.Resource,
): RunEvents {
  const { identity, names, tags } = context;
  const logGroupName = `/aws/events/${names.of("rule", "prep")}`;
  const logs = new EncryptedLogGroup(`${name}-runs`, context, { logGroupName, keys }, { parent });
  const ruleArn = (part: string) => arnOf(identity, "events", `rule/${names.of("rule", "prep", part)}`);
  const policy = new aws.cloudwatch.LogResourcePolicy(
    `${name}-runs`,
    {
      policyName: names.of("rule", "prep"),
      policyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "RulesOfThisStack",
            Effect: "Allow",
            Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: `${logs.arn}:*`,
            Condition: { ArnEquals: { "aws:SourceArn": [ruleArn("changed"), ruleArn("failed")] } },
          },
        ],
      }),
    },
    { parent },
  );
  const rule = (part: "changed" | "failed", description: string, detail: Record<string, unknown>) => {
    const made = new aws.cloudwatch.EventRule(
      `${name}-${part}`,
      {
        name: names.of("rule", "prep", part),
        description,
        eventPattern: JSON.stringify({
          source: ["aws.databrew"],
          "detail-type": ["DataBrew Job State Change"],
          detail: { jobName: [{ prefix: PreparationNames.prefix(context) }], ...detail },
        }),
        state: RULE_STATE,
        tags: { ...tags },
      },
      { parent },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-${part}`,
      { rule: made.name, targetId: "log", arn: logs.group.arn },
      { parent, dependsOn: policy },
    );
    return made;
  };
  const events = {
    changed: rule("changed", "A run of a data preparation has changed its state", {}),
    failed: rule("failed", "A run of a data preparation has failed", { state: FAILED }),
  };
  if (alarms !== null) {
    new aws.cloudwatch.MetricAlarm(
      `${name}-failed`,
      {
        name: names.of("alarm", "prep-failed"),
        alarmDescription: `A run of a data preparation failed; its events lie in ${logGroupName}`,
        namespace: "AWS/Events",
        metricName: "Invocations",
        dimensions: { RuleName: events.failed.name },
        period: PERIOD,
        statistic: "Sum",
        threshold: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 1,
        // No run is the usual state.
        treatMissingData: "notBreaching",
        alarmActions: [alarms.arn],
        tags: { ...tags },
      },
      { parent },
    );
  }
  return events;
}
