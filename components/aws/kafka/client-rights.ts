/**
 * What a client of the cluster may do (MSK developer guide, "IAM access control": semantics of actions and resources). The
 * cluster is named by its name: its last part, an id, is made with it, and nothing else in the account has the name.
 */
import { arnOf, type AwsContext } from "../context";
import type { Statement } from "../foundation/service-role";
import { clusterName } from "./cluster";

type Place = Pick<AwsContext, "identity" | "names">;

/** ARN pattern of the cluster, or of a topic or a group of consumers in it. */
export function kafkaArn(context: Place, kind: "cluster" | "topic" | "group", name?: string): string {
  const path = [kind, clusterName(context), "*", ...(name === undefined ? [] : [name])];
  return arnOf(context.identity, "kafka", path.join("/"));
}

/** Writes one topic, idempotently: what makes no repeats when a producer tries again. */
export function produceStatements(context: Place, topic: string): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: ["kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently"],
      Resource: kafkaArn(context, "cluster"),
    },
    {
      Effect: "Allow",
      Action: ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"],
      Resource: kafkaArn(context, "topic", topic),
    },
  ];
}

/** Reads one topic as one group of consumers. */
export function consumeStatements(context: Place, topic: string, group: string): Statement[] {
  return [
    { Effect: "Allow", Action: "kafka-cluster:Connect", Resource: kafkaArn(context, "cluster") },
    {
      Effect: "Allow",
      Action: ["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"],
      Resource: kafkaArn(context, "topic", topic),
    },
    {
      Effect: "Allow",
      // To alter a group is to join it and to commit.
      Action: ["kafka-cluster:DescribeGroup", "kafka-cluster:AlterGroup"],
      Resource: kafkaArn(context, "group", group),
    },
  ];
}

/** Firehose developer guide, "Allow Firehose to assume an IAM role", for a private MSK cluster. Its group it names itself. */
export function deliveryStatements(context: Place, topic: string): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: [
        "kafka:GetBootstrapBrokers",
        "kafka:DescribeCluster",
        "kafka:DescribeClusterV2",
        "kafka-cluster:Connect",
      ],
      Resource: kafkaArn(context, "cluster"),
    },
    {
      Effect: "Allow",
      Action: [
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:DescribeTopicDynamicConfiguration",
        "kafka-cluster:ReadData",
      ],
      Resource: kafkaArn(context, "topic", topic),
    },
    { Effect: "Allow", Action: "kafka-cluster:DescribeGroup", Resource: kafkaArn(context, "group", "*") },
  ];
}
