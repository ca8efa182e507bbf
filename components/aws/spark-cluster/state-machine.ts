/** The state machine that runs the jobs, with what its steps need. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { alarmTopicArn } from "../foundation/alarm-topic";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { ServiceRole, Statement } from "../foundation/service-role";
import type { JobCode } from "./job-code";
import { createLoggedMachine } from "./logged-machine";
import { noticeStatements, type NoticeObject } from "./notice-rights";
import type { RunLock } from "./run-lock";
import { runLockStatements } from "./run-lock-table";
import { sparkWorkflow } from "./workflow";

export interface StateMachineArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly application: aws.emrserverless.Application;
  /** Role that the jobs run under. */
  readonly jobRole: ServiceRole;
  readonly code: JobCode;
  readonly lock: aws.dynamodb.Table;
  /** Seconds between two looks at a running job. */
  readonly pollSeconds: number;
  /** Seconds that a drop waits for others. */
  readonly dropSeconds: number;
  /** Where runs leave their reports. */
  readonly reports: RunLock["reports"];
  /** Where runs leave what owners are told. */
  readonly notices: NoticeObject;
}

/** In the order in which they need each other. */
const JOBS = "curate,page_views,master_table";

export function createStateMachine(
  name: string,
  context: AwsContext,
  args: StateMachineArgs,
  parent: pulumi.Resource,
): aws.sfn.StateMachine {
  return createLoggedMachine(
    `${name}-workflow`,
    context,
    {
      ...{ part: "spark", rolePart: "spark-workflow", keys: args.keys },
      statements: [
        ...runStatements(args),
        ...runLockStatements(context, args.keys),
        ...noticeStatements(context, args.keys, args.notices),
      ],
      definition: definition(context, args),
    },
    parent,
  );
}

function definition(context: AwsContext, args: StateMachineArgs): pulumi.Output<Record<string, unknown>> {
  const { application, jobRole, code, lake, keys, lock, pollSeconds, dropSeconds, reports, notices } = args;
  return pulumi
    .output({
      applicationId: application.id,
      executionRoleArn: jobRole.readyArn,
      entryPoint: code.entryPoint,
      packageUri: code.packageUri,
      configUri: code.configUri,
      landing: lake.uri("landing"),
      logKeyArn: keys.arn("landing"),
      table: lock.name,
    })
    .apply(({ packageUri, configUri, landing, table, ...run }) =>
      sparkWorkflow({
        ...run,
        name: "spark-jobs",
        arguments: ["--jobs", JOBS, "--config", configUri],
        sparkSubmitParameters: `--py-files ${packageUri}`,
        logUri: `${landing}logs/spark/`,
        pollSeconds,
        lock: { table, collectSeconds: dropSeconds, pollSeconds, reports },
        notices: { bucket: notices.bucket.name, key: notices.key, topicArn: alarmTopicArn(context) },
      }),
    );
}

function runStatements({ application, jobRole, keys }: StateMachineArgs): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: ["emr-serverless:StartJobRun", "emr-serverless:GetJobRun", "emr-serverless:CancelJobRun"],
      Resource: [application.arn, pulumi.interpolate`${application.arn}/jobruns/*`],
    },
    {
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: jobRole.arn,
      Condition: { StringEquals: { "iam:PassedToService": "emr-serverless.amazonaws.com" } },
    },
    {
      // A run is refused whose starter may not use its logs' key (EMR Serverless User Guide, "Encrypting logs"); the
      // starter has no right on any object.
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: keys.arn("landing"),
    },
  ];
}
