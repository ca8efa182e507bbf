/** Who is told when a Glue job fails, or a table breaks its rules. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Contracts } from "../../contract/model";
import type { AwsContext } from "../context";
import { RULE_STATE } from "../event-rule";
import { createAlarmTopic } from "../foundation/alarm-topic";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { alarmOnUndelivered } from "../spark-cluster/alarms";
import { subscribeOwners } from "../spark-cluster/owners";

export interface GlueAlarmsArgs {
  readonly keys: EncryptionKeys;
  /** Physical names. */
  readonly jobs: readonly string[];
  /** Names of crawlers that run before them. */
  readonly crawlers: readonly pulumi.Input<string>[];
  readonly undelivered: aws.sqs.Queue;
  /** What tells owners. */
  readonly notices: aws.sfn.StateMachine;
  /** Sets whose contacts are told of what runs find in them. */
  readonly contracts: Contracts;
  readonly emails: readonly string[];
}

/**
 * Rules of EventBridge for Glue's own events, which cost nothing, and an alarm on arrivals that were not delivered. What is
 * told are names and states: messages of errors may quote rows.
 */
export function createGlueAlarms(
  name: string,
  context: AwsContext,
  { keys, jobs, crawlers, undelivered, notices, contracts, emails }: GlueAlarmsArgs,
  parent: pulumi.Resource,
): aws.sns.Topic {
  const { names, tags } = context;
  const failed = names.of("rule", "etl-failed");
  const broken = names.of("rule", "etl-quality");
  const untold = names.of("rule", "etl-notices");
  const uncrawled = names.of("rule", "etl-crawlers");
  const rules = [failed, broken, untold, ...(crawlers.length > 0 ? [uncrawled] : [])];
  const alarms = createAlarmTopic(name, context, { keys, emails, rules }, parent);
  subscribeOwners(name, alarms, contracts, emails, parent);
  const tell = (
    part: string,
    rule: { readonly name: string; readonly description: string; readonly pattern: pulumi.Input<object> },
    inputTransformer: { readonly inputPaths: Record<string, string>; readonly inputTemplate: string },
  ) => {
    const made = new aws.cloudwatch.EventRule(
      `${name}-${part}`,
      {
        name: rule.name,
        description: rule.description,
        eventPattern: pulumi.jsonStringify(rule.pattern),
        state: RULE_STATE,
        tags: { ...tags },
      },
      { parent },
    );
    new aws.cloudwatch.EventTarget(
      `${name}-${part}`,
      { rule: made.name, targetId: "alarms", arn: alarms.topic.arn, inputTransformer },
      { parent, dependsOn: alarms.policy },
    );
  };
  tell(
    "failed",
    {
      name: failed,
      description: "A Glue job of the stack did not succeed",
      pattern: {
        source: ["aws.glue"],
        "detail-type": ["Glue Job State Change"],
        detail: { jobName: [...jobs], state: ["FAILED", "TIMEOUT", "STOPPED", "ERROR"] },
      },
    },
    {
      inputPaths: { job: "$.detail.jobName", state: "$.detail.state", run: "$.detail.jobRunId" },
      inputTemplate: '"Glue job <job> ended as <state>, run <run>. Its log: /aws-glue/<job>/error"',
    },
  );
  tell(
    "quality",
    {
      name: broken,
      description: "A curated table broke rules of its contract",
      pattern: {
        source: ["aws.glue-dataquality"],
        "detail-type": ["Data Quality Evaluation Results Available"],
        detail: { context: { jobName: [...jobs] }, numRulesFailed: [{ numeric: [">", 0] }] },
      },
    },
    {
      inputPaths: {
        job: "$.detail.context.jobName",
        set: "$.detail.context.evaluationContext",
        failed: "$.detail.numRulesFailed",
      },
      inputTemplate: '"<set>: <failed> rule(s) of the contract failed on the curated table (Glue job <job>)"',
    },
  );
  tell(
    "notices",
    {
      name: untold,
      description: "Owners could not be told what a curation found",
      pattern: {
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: { stateMachineArn: [notices.arn], status: ["FAILED", "TIMED_OUT", "ABORTED"] },
      },
    },
    {
      inputPaths: { execution: "$.detail.executionArn" },
      inputTemplate: '"Owners of data sets were not told what a curation found: <execution>"',
    },
  );
  // Without it nobody would know why nothing is curated: the jobs wait for every crawler.
  if (crawlers.length > 0) {
    tell(
      "crawlers",
      {
        name: uncrawled,
        description: "A crawler failed that curation waits for",
        pattern: {
          source: ["aws.glue"],
          "detail-type": ["Glue Crawler State Change"],
          detail: { crawlerName: [...crawlers], state: ["Failed"] },
        },
      },
      {
        inputPaths: { crawler: "$.detail.crawlerName" },
        inputTemplate: '"Glue crawler <crawler> failed, so the jobs behind it did not start"',
      },
    );
  }
  alarmOnUndelivered(name, context, { undelivered, ...alarms }, parent);
  return alarms.topic;
}
