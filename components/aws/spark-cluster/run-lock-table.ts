/** The table behind the lock of the runs, and the workflow's rights on it. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Statement } from "../foundation/service-role";

/** One item: who runs, and which data sets wait for a run. On demand, so that it costs nothing while nothing is dropped. */
export function createRunLock(
  name: string,
  context: AwsContext,
  keys: EncryptionKeys,
  parent: pulumi.Resource,
): aws.dynamodb.Table {
  return new aws.dynamodb.Table(
    `${name}-runs`,
    {
      name: tableName(context),
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      serverSideEncryption: { enabled: true, kmsKeyArn: keys.arn("lake") },
      // One item, so that this costs next to nothing.
      ...(context.protectData && {
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: true,
      }),
      tags: { ...context.tags },
    },
    { parent },
  );
}

/** Rights to take and give back the lock, and to ask whether its holder still runs. */
export function runLockStatements(context: AwsContext, keys: EncryptionKeys): Statement[] {
  const { identity, names } = context;
  return [
    {
      Effect: "Allow",
      Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
      Resource: arnOf(identity, "dynamodb", `table/${tableName(context)}`),
    },
    {
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey"],
      Resource: keys.arn("lake"),
      Condition: { StringEquals: { "kms:ViaService": `dynamodb.${identity.region}.amazonaws.com` } },
    },
    {
      Effect: "Allow",
      Action: "states:DescribeExecution",
      Resource: arnOf(identity, "states", `execution:${names.of("stateMachine", "spark")}:*`),
    },
  ];
}

function tableName({ names }: AwsContext): string {
  return names.of("table", "spark-runs");
}
