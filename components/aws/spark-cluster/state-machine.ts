/** The state machine that runs the jobs, with its role and its log. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, TAG, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { alarmTopicName } from "../foundation/key-policy";
import { EncryptedLogGroup } from "../foundation/log-group";
import { ServiceRole, type Statement } from "../foundation/service-role";
import type { JobCode } from "./job-code";
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
  /** Bucket of the reports, and what in it owners are told. */
  readonly notices: { readonly bucket: ZoneBucket; readonly key: string };
}

/** In the order in which they need each other. */
const JOBS = "curate,page_views,master_table";

export function createStateMachine(
  name: string,
  context: AwsContext,
  args: StateMachineArgs,
  parent: pulumi.Resource,
): aws.sfn.StateMachine {
  const machineName = context.names.of("stateMachine", "spark");
  const logs = new EncryptedLogGroup(
    `${name}-workflow`,
    context,
    { logGroupName: `/aws/vendedlogs/states/${machineName}`, keys: args.keys },
    { parent },
  );
  const role = new ServiceRole(
    `${name}-workflow`,
    context,
    {
      roleName: context.names.of("role", "spark-workflow"),
      assumedBy: "states.amazonaws.com",
      purpose: "workflow",
      statements: [
        ...runStatements(args),
        ...LOG_DELIVERY,
        ...runLockStatements(context, args.keys),
        ...noticeStatements(context, args),
      ],
    },
    { parent },
  );
  return new aws.sfn.StateMachine(
    `${name}-workflow`,
    {
      name: machineName,
      roleArn: role.readyArn,
      definition: pulumi.jsonStringify(definition(context, args)),
      // Inputs and outputs of the steps hold no data, but errors may quote some.
      loggingConfiguration: {
        level: "ERROR",
        includeExecutionData: false,
        logDestination: pulumi.interpolate`${logs.group.arn}:*`,
      },
      tags: { ...context.tags, [TAG.role]: "workflow" },
    },
    { parent },
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
        notices: { bucket: notices.bucket.name, key: notices.key, topicArn: topicArn(context) },
      }),
    );
}

/** By its name: the topic's alarms look at this machine, so the machine comes first. */
function topicArn({ identity, names }: AwsContext): string {
  return arnOf(identity, "sns", alarmTopicName(names));
}

/** Rights to read what a run leaves for owners, one object, and to publish it under the topic's key. */
function noticeStatements(context: AwsContext, { keys, notices }: StateMachineArgs): Statement[] {
  const { region } = context.identity;
  const through = (service: string) => ({
    StringEquals: { "kms:ViaService": `${service}.${region}.amazonaws.com` },
  });
  return [
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${notices.bucket.arn}/${notices.key}`,
    },
    { Effect: "Allow", Action: "kms:Decrypt", Resource: keys.arn("lake"), Condition: through("s3") },
    { Effect: "Allow", Action: "sns:Publish", Resource: topicArn(context) },
    {
      Effect: "Allow",
      // Decrypt: SNS verifies the data key that it has been given.
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: keys.arn("logs"),
      Condition: through("sns"),
    },
  ];
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

const LOG_DELIVERY: readonly Statement[] = [
  {
    // Log delivery has no resource-level rights (Step Functions, "Logging using CloudWatch Logs").
    Effect: "Allow",
    Action: [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    Resource: "*",
  },
];
