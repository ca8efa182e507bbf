/** A file's arrival in landing starts the workflow: rules of EventBridge, and what becomes of events that can't. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, TAG, type AwsContext } from "../context";
import { RULE_STATE } from "../event-rule";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { undeliveredQueueName } from "../foundation/key-policy";
import { ServiceRole, type Statement } from "../foundation/service-role";
import { tlsOnly } from "../foundation/tls-only";

export interface DropRulesArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly target: DropTarget;
}

/** What a drop starts. */
export interface DropTarget {
  readonly id: string;
  readonly arn: pulumi.Input<string>;
  /** The right to start it, and nothing else. */
  readonly start: Statement;
  /** What it is told instead of the event; absent where it takes no word. */
  readonly input?: (dataSet: string) => string;
}

/** EventBridge tries for a day by default; a drop of yesterday is what the nightly run finds anyway. */
const RETRY_HOURS = 4;

/** SQS's longest: 14 days to look at what was not delivered. */
const KEEP_DAYS = 14;

/**
 * One rule a CSV data set, with the set's id as the target's input: an object's key, which may name a person, never
 * reaches the history of a state machine. (One rule for all would also outgrow the 2,048 characters of a pattern; an
 * event bus takes 300 rules, which can be raised.)
 *
 * @returns the queue of events that could not be delivered: closed, as they hold object keys.
 */
export function createDropRules(
  name: string,
  context: AwsContext,
  args: DropRulesArgs,
  parent: pulumi.Resource,
): aws.sqs.Queue {
  const { lake, keys, target } = args;
  const queue = createQueue(name, context, keys, parent);
  const role = new ServiceRole(
    `${name}-drops`,
    context,
    {
      roleName: context.names.of("role", "spark-drops"),
      assumedBy: "events.amazonaws.com",
      purpose: "drops",
      statements: [target.start],
    },
    { parent },
  );
  for (const { id, domain, name: set, ingestion } of lake.contracts) {
    if (ingestion !== "csv") continue;
    const rule = new aws.cloudwatch.EventRule(
      `${name}-${id}`,
      {
        name: context.names.of("rule", "drop", domain, set),
        description: `A file of ${id} has arrived in landing`,
        eventPattern: JSON.stringify({
          source: ["aws.s3"],
          "detail-type": ["Object Created"],
          detail: {
            bucket: { name: [lake.nodes.buckets.landing.name] },
            object: { key: [{ prefix: `${domain}/${set}/` }] },
          },
        }),
        state: RULE_STATE,
        tags: { ...context.tags },
      },
      { parent },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-${id}`,
      {
        rule: rule.name,
        targetId: target.id,
        arn: target.arn,
        roleArn: role.readyArn,
        ...(target.input !== undefined && { input: target.input(id) }),
        retryPolicy: { maximumEventAgeInSeconds: RETRY_HOURS * 3600, maximumRetryAttempts: 100 },
        deadLetterConfig: { arn: queue.arn },
      },
      { parent },
    );
  }
  return queue;
}

function createQueue(
  name: string,
  context: AwsContext,
  keys: EncryptionKeys,
  parent: pulumi.Resource,
): aws.sqs.Queue {
  const { identity, names, tags } = context;
  const queueName = undeliveredQueueName(names);
  const queue = new aws.sqs.Queue(
    `${name}-undelivered`,
    {
      name: queueName,
      kmsMasterKeyId: keys.arn("landing"),
      messageRetentionSeconds: KEEP_DAYS * 86_400,
      tags: { ...tags, [TAG.zone]: "closed" },
    },
    { parent },
  );
  new aws.sqs.QueuePolicy(
    `${name}-undelivered`,
    {
      queueUrl: queue.url,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "RulesOfThisStack",
            Effect: "Allow",
            Principal: { Service: "events.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: arnOf(identity, "sqs", queueName),
            Condition: {
              ArnLike: { "aws:SourceArn": arnOf(identity, "events", `rule/${names.of("rule", "drop")}-*`) },
            },
          },
          tlsOnly("sqs:*", arnOf(identity, "sqs", queueName)),
        ],
      }),
    },
    { parent },
  );
  return queue;
}
