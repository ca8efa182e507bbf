/** What every delivery stream has, wherever it delivers: the transform in front, a log, and the way to read a stream. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { TRANSFORM_BATCH_MB } from "../../capacity/functions";
import type { AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { LambdaFunction } from "../foundation/lambda-function";
import { EncryptedLogGroup } from "../foundation/log-group";
import type { Statement } from "../foundation/service-role";
import { readShards } from "../foundation/stream-rights";

type Processing =
  aws.types.input.kinesis.FirehoseDeliveryStreamExtendedS3ConfigurationProcessingConfiguration;

/** Seconds that Firehose waits for a transform batch; its own default is 60, and shorter than the delivery's buffer. */
const TRANSFORM_BUFFER_SECONDS = 60;

/** Every record goes through the function. @param bufferSeconds of the delivery. */
export function transformProcessing(transform: LambdaFunction, bufferSeconds: number): Processing {
  const transformArn = pulumi.interpolate`${transform.function.arn}:$LATEST`;
  return {
    enabled: true,
    processors: [
      {
        type: "Lambda",
        parameters: [
          { parameterName: "LambdaArn", parameterValue: transformArn },
          { parameterName: "NumberOfRetries", parameterValue: "3" },
          { parameterName: "BufferSizeInMBs", parameterValue: String(TRANSFORM_BATCH_MB) },
          {
            parameterName: "BufferIntervalInSeconds",
            parameterValue: String(Math.min(bufferSeconds, TRANSFORM_BUFFER_SECONDS)),
          },
        ],
      },
    ],
  };
}

export function transformStatement(transform: LambdaFunction): Statement {
  return {
    Effect: "Allow",
    Action: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
    Resource: [transform.arn, `${transform.arn}:*`],
  };
}

/** Rights to read a stream, which lies under the key of the streams. */
export function readStreamStatements(streamArn: string, keys: EncryptionKeys): Statement[] {
  return [readShards(streamArn), { Effect: "Allow", Action: "kms:Decrypt", Resource: keys.arn("stream") }];
}

export interface DeliveryLog {
  /** As every destination takes it. */
  readonly options: {
    readonly enabled: true;
    readonly logGroupName: pulumi.Output<string>;
    readonly logStreamName: pulumi.Output<string>;
  };
  readonly writeStatement: Statement;
}

/** Where a delivery stream tells what went wrong. */
export function createDeliveryLog(
  name: string,
  context: AwsContext,
  { deliveryName, keys }: { readonly deliveryName: string; readonly keys: EncryptionKeys },
  parent: pulumi.Resource,
): DeliveryLog {
  const { group, writeStatement } = new EncryptedLogGroup(
    name,
    context,
    { logGroupName: `/aws/kinesisfirehose/${deliveryName}`, keys },
    { parent },
  );
  // Firehose puts into a log stream that must be there already.
  const { name: logStreamName } = new aws.cloudwatch.LogStream(
    name,
    { name: "delivery", logGroupName: group.name },
    { parent },
  );
  return { options: { enabled: true, logGroupName: group.name, logStreamName }, writeStatement };
}
