/** Who is told when a run fails, or an arrival could not start one. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { alarmTopicName } from "../foundation/key-policy";

export interface AlarmsArgs {
  readonly keys: EncryptionKeys;
  readonly machine: aws.sfn.StateMachine;
  readonly undelivered: aws.sqs.Queue;
  /** Addresses that the topic mails to; each must confirm once. */
  readonly emails: readonly string[];
}

/** Seconds of a period: failures are told within five minutes. */
const PERIOD = 300;

/**
 * Two alarms on one topic: executions that did not succeed, events that were not delivered. 0.10 USD a month and metric
 * (CloudWatch pricing, Seoul, 2026-11).
 */
export function createAlarms(
  name: string,
  context: AwsContext,
  { keys, machine, undelivered, emails }: AlarmsArgs,
  parent: pulumi.Resource,
): aws.sns.Topic {
  const { identity, names, tags } = context;
  const topicName = alarmTopicName(names);
  const topicArn = arnOf(identity, "sns", topicName);
  const topic = new aws.sns.Topic(
    `${name}-alarms`,
    { name: topicName, kmsMasterKeyId: keys.arn("logs"), tags: { ...tags } },
    { parent },
  );
  const policy = new aws.sns.TopicPolicy(
    `${name}-alarms`,
    {
      arn: topic.arn,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "AlarmsOfThisAccount",
            Effect: "Allow",
            Principal: { Service: "cloudwatch.amazonaws.com" },
            Action: "sns:Publish",
            Resource: topicArn,
            Condition: { StringEquals: { "aws:SourceAccount": identity.accountId } },
          },
        ],
      }),
    },
    { parent },
  );
  emails.forEach((endpoint, at) => {
    new aws.sns.TopicSubscription(
      `${name}-alarms-${at}`,
      { topic: topic.arn, protocol: "email", endpoint },
      { parent },
    );
  });
  const told = {
    threshold: 1,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: 1,
    // No run and no event is the usual state.
    treatMissingData: "notBreaching",
    alarmActions: [topic.arn],
    tags: { ...tags },
  };
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
      ...told,
    },
    child,
  );
  return topic;
}
