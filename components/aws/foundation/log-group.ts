import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "../../arguments";
import { LOG_RETENTION_DAYS } from "../../limits";
import { arnOf, type AwsContext } from "../context";
import type { EncryptionKeys } from "./encryption-keys";
import type { Statement } from "./service-role";

export interface EncryptedLogGroupArgs {
  readonly logGroupName: string;
  readonly keys: EncryptionKeys;
}

/** A log group with retention and the platform's key. Idle cost: none but the bytes. */
export class EncryptedLogGroup extends pulumi.ComponentResource {
  readonly group: aws.cloudwatch.LogGroup;
  /** Known in a preview. */
  readonly arn: string;
  /** Lets a role write this group and no other. */
  readonly writeStatement: Statement;

  constructor(
    name: string,
    context: AwsContext,
    args: EncryptedLogGroupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:EncryptedLogGroup", `${name}-logs`, {}, opts);
    const days: readonly number[] = LOG_RETENTION_DAYS;
    checkArguments("EncryptedLogGroup", `${name}-logs`, [
      days.includes(context.logRetentionDays)
        ? undefined
        : `context.logRetentionDays: is ${context.logRetentionDays}; CloudWatch keeps logs for ${days.join(", ")} days`,
    ]);
    this.arn = arnOf(context.identity, "logs", `log-group:${args.logGroupName}`);
    this.group = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: args.logGroupName,
        retentionInDays: context.logRetentionDays,
        kmsKeyId: args.keys.arn("logs"),
        tags: { ...context.tags },
      },
      // What was recorded outlives the stack, until its days are over.
      { parent: this, retainOnDelete: context.protectData },
    );
    this.writeStatement = {
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      // Streams are created in the group, events put into a stream: two kinds of resource.
      Resource: [this.arn, `${this.arn}:*`],
    };
    this.registerOutputs({ arn: this.group.arn, name: this.group.name });
  }
}
