/** How a consumer reads its stream: with all others of the stream, or at a rate of its own. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { Statement } from "../foundation/service-role";
import { readShards } from "../foundation/stream-rights";

export interface StreamReaderArgs {
  /** ARN of the stream, once it is there. */
  readonly stream: pulumi.Output<string>;
  /** The same, known in a preview. */
  readonly streamArn: string;
  /** Name that the reader has among those of its stream. */
  readonly consumer: string;
  /** Whether it has 2 MB a second of each shard for itself. */
  readonly enhanced: boolean;
}

export interface StreamReader {
  /** What Lambda's mapping names as its source. */
  readonly source: pulumi.Output<string>;
  readonly statements: readonly Statement[];
}

/**
 * Idle cost: none; with a rate of its own 0.015 USD an hour and shard, and 0.013 USD for each GB read (Kinesis pricing, example of
 * us-east-1, 2026-11; of an on-demand stream for each GB only).
 */
export function streamReader(
  name: string,
  { tags }: AwsContext,
  { stream, streamArn, consumer, enhanced }: StreamReaderArgs,
  parent: pulumi.Resource,
): StreamReader {
  const read = readShards(streamArn);
  if (!enhanced) return { source: stream, statements: [read] };
  const registered = new aws.kinesis.StreamConsumer(
    name,
    { name: consumer, streamArn: stream, tags: { ...tags } },
    { parent },
  );
  const own: Statement = {
    Effect: "Allow",
    Action: ["kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"],
    // Kinesis ends the ARN with the moment of registration.
    Resource: `${streamArn}/consumer/${consumer}:*`,
  };
  return { source: registered.arn, statements: [read, own] };
}
