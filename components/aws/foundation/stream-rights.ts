/** The right to read a stream of Kinesis by its shards' shared rates, as Firehose, Lambda and Glue do. */
import type { Statement } from "./service-role";

/**
 * Reading this stream and no other. Lambda's and Glue's developer guides ("Configure your function's permissions" for Kinesis, "Kinesis
 * connections") ask for the same five as Firehose's.
 */
export function readShards(streamArn: string): Statement {
  return {
    Effect: "Allow",
    Action: [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:ListShards",
      "kinesis:GetShardIterator",
      "kinesis:GetRecords",
    ],
    Resource: streamArn,
  };
}
