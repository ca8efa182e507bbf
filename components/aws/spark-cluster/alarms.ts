/** Who is told when a run fails, or an arrival could not start one. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Contracts } from "../../contract/model";
import type { AwsContext } from "../context";
import { createAlarmTopic, type AlarmTopic } from "../foundation/alarm-topic";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { subscribeOwners } from "./owners";

export interface AlarmsArgs {
  readonly keys: EncryptionKeys;
  readonly machine: aws.sfn.StateMachine;
  readonly undelivered: aws.sqs.Queue;
  /** Addresses that the topic mails to; each must confirm once. */
  readonly emails: readonly string[];
  /** Sets whose contacts are told of what runs find in them. */
  readonly contracts: Contracts;
}

/** Seconds of a period: failures are told within five minutes. */
const PERIOD = 300;

const TOLD = {
  threshold: 1,
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  evaluationPeriods: 1,
  // No run and no event is the usual state.
  treatMissingData: "notBreaching",
} as const;

/**
 * Two alarms on one topic: executions that did not succeed, events that were not delivered. 0.10 USD a month and metric
 * (CloudWatch pricing, Seoul, 2026-11).
 */
export function createAlarms(
  name: string,
  context: AwsContext,
  { keys, machine, undelivered, emails, contracts }: AlarmsArgs,
  parent: pulumi.Resource,
): aws.sns.Topic {
  const { names, tags } = context;
  const { topic, policy } = createAlarmTopic(name, context, { keys, emails, rules: [] }, parent);
  subscribeOwners(name, { topic, policy }, contracts, emails, parent);
  const told = { ...TOLD, alarmActions: [topic.arn], tags: { ...tags } };
  const child = { parent, dependsOn: policy };
  const failed = (metric: string) => ({
    id: metric.toLowerCase(),
    metric: {
      namespace: "AWS/States",
      metricName: metric,
      dimensions: { StateMachineArn: machine.arn },
      period: PERIOD,
      stat: "Sum",
    },
  });
  const metrics = ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"].map(failed);
  new aws.cloudwatch.MetricAlarm(
    `${name}-failed`,
    {
      name: names.of("alarm", "spark-failed"),
      alarmDescription: "A run of the Spark jobs failed; its log lies in landing, logs/spark/",
      metricQueries: [
        { id: "all", expression: metrics.map(({ id }) => id).join(" + "), label: "Failed", returnData: true },
        ...metrics,
      ],
      ...told,
    },
    child,
  );
  alarmOnUndelivered(name, context, { undelivered, topic, policy }, parent);
  return topic;
}

export interface UndeliveredArgs extends AlarmTopic {
  readonly undelivered: aws.sqs.Queue;
}

/** Tells of arrivals that could not start a run. */
export function alarmOnUndelivered(
  name: string,
  { names, tags }: AwsContext,
  { undelivered, topic, policy }: UndeliveredArgs,
  parent: pulumi.Resource,
): void {
  new aws.cloudwatch.MetricAlarm(
    `${name}-undelivered`,
    {
      name: names.of("alarm", "spark-undelivered"),
      alarmDescription: "A file's arrival could not start a run; the nightly run curates it",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: undelivered.name },
      period: PERIOD,
      statistic: "Maximum",
      ...TOLD,
      alarmActions: [topic.arn],
      tags: { ...tags },
    },
    { parent, dependsOn: policy },
  );
}
