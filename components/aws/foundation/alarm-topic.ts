/** Who is told when something fails: the stack's topic of alarms. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { EncryptionKeys } from "./encryption-keys";
import { alarmTopicName, ofBudgets } from "./key-policy";
import type { Statement } from "./service-role";
import { tlsOnly } from "./tls-only";

export interface AlarmTopicArgs {
  readonly keys: EncryptionKeys;
  /** Addresses that the topic mails to; each must confirm once. */
  readonly emails: readonly string[];
  /** Names of the rules of EventBridge that may publish, beside the alarms of CloudWatch and the rules about crawlers. */
  readonly rules: readonly string[];
}

export interface AlarmTopic {
  readonly topic: aws.sns.Topic;
  /** What publishes waits for it. */
  readonly policy: aws.sns.TopicPolicy;
}

/** By its name: what publishes may come before the topic, whose alarms look at it. */
export function alarmTopicArn({ identity, names }: AwsContext): string {
  return arnOf(identity, "sns", alarmTopicName(names));
}

/** Rule of EventBridge about the failures of a crawler. */
export function crawlerRuleName({ names }: AwsContext, crawler: string): string {
  return names.of("rule", CRAWLERS, crawler);
}

const CRAWLERS = "crawler";

/** One a stack: it is encrypted with the key of the logs, whose policy names it. Costs nothing until it tells something. */
export function createAlarmTopic(
  name: string,
  context: AwsContext,
  { keys, emails, rules }: AlarmTopicArgs,
  parent: pulumi.Resource,
): AlarmTopic {
  const { identity, names, tags } = context;
  const topicArn = alarmTopicArn(context);
  const topic = new aws.sns.Topic(
    `${name}-alarms`,
    { name: alarmTopicName(names), kmsMasterKeyId: keys.arn("logs"), tags: { ...tags } },
    { parent },
  );
  const publish = (Sid: string, Service: string, Condition: Statement["Condition"]) => ({
    Sid,
    Effect: "Allow",
    Principal: { Service },
    Action: "sns:Publish",
    Resource: topicArn,
    Condition,
  });
  const policy = new aws.sns.TopicPolicy(
    `${name}-alarms`,
    {
      arn: topic.arn,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          publish("AlarmsOfThisAccount", "cloudwatch.amazonaws.com", {
            StringEquals: { "aws:SourceAccount": identity.accountId },
          }),
          publish("BudgetsOfThisAccount", "budgets.amazonaws.com", ofBudgets(identity)),
          publish("RulesOfThisStack", "events.amazonaws.com", {
            ArnLike: {
              // Crawlers are made before the topic, and by whoever makes them.
              "aws:SourceArn": [...rules, `${names.of("rule", CRAWLERS)}-*`].map((rule) =>
                arnOf(identity, "events", `rule/${rule}`),
              ),
            },
          }),
          tlsOnly("sns:Publish", topicArn),
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
  return { topic, policy };
}
