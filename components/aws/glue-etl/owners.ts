/** What a curation found is told to the owners of the data sets, when Glue says that it has ended. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import { RULE_STATE } from "../event-rule";
import { alarmTopicArn } from "../foundation/alarm-topic";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole } from "../foundation/service-role";
import { createLoggedMachine } from "../spark-cluster/logged-machine";
import { noticeStatements, type NoticeObject } from "../spark-cluster/notice-rights";
import { ownersToldMachine } from "./owners-told";

export interface OwnersToldArgs {
  readonly keys: EncryptionKeys;
  /** Physical name of the job that curates; its runs leave notices under Glue's id of the run. */
  readonly job: string;
  readonly notices: NoticeObject;
}

/** Ends of a run that may have left notices: it writes them before it fails, and not where it is stopped. */
const ENDS = ["SUCCEEDED", "FAILED"];

/**
 * A state machine of its own, started by Glue's event of the run's end with the run's id. Neither of the others tells: a
 * workflow of Glue has jobs and crawlers only, and the job's role reads clear values, so it gets no way out of the lake but
 * tables. It also needs no endpoint of SNS in the job's network.
 *
 * What could not be told makes an execution fail, of which an alarm tells. Costs nothing between runs.
 */
export function createOwnersTold(
  name: string,
  context: AwsContext,
  { keys, job, notices }: OwnersToldArgs,
  parent: pulumi.Resource,
): aws.sfn.StateMachine {
  const { names, tags } = context;
  const machine = createLoggedMachine(
    `${name}-notices`,
    context,
    {
      ...{ part: "etl-notices", rolePart: "etl-notices", keys },
      statements: noticeStatements(context, keys, notices),
      definition: ownersToldMachine({
        bucket: notices.bucket.name,
        key: notices.key,
        topicArn: alarmTopicArn(context),
      }),
    },
    parent,
  );
  const starter = new ServiceRole(
    `${name}-notices-start`,
    context,
    {
      roleName: names.of("role", "etl-notices-start"),
      assumedBy: "events.amazonaws.com",
      purpose: "notices",
      statements: [{ Effect: "Allow", Action: "states:StartExecution", Resource: machine.arn }],
    },
    { parent },
  );
  const rule = new aws.cloudwatch.EventRule(
    `${name}-curated`,
    {
      name: names.of("rule", "etl-curated"),
      description: "A run of curation has ended, and may have something for owners",
      eventPattern: JSON.stringify({
        source: ["aws.glue"],
        "detail-type": ["Glue Job State Change"],
        detail: { jobName: [job], state: ENDS },
      }),
      state: RULE_STATE,
      tags: { ...tags },
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    `${name}-curated`,
    {
      rule: rule.name,
      targetId: "notices",
      arn: machine.arn,
      roleArn: starter.readyArn,
      // Not the message, which may quote a row.
      inputTransformer: {
        inputPaths: { run: "$.detail.jobRunId", state: "$.detail.state" },
        inputTemplate: '{"run": {"id": <run>, "state": <state>}}',
      },
    },
    { parent },
  );
  return machine;
}
