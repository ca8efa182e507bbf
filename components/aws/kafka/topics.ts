/** Topics, one for each stream. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { KafkaDefinition } from "../../kafka";
import { isExpress } from "../../kafka-brokers";
import type { TopicPlan } from "../../kafka-topics";
import type { AwsContext } from "../context";

const HOUR_MS = 3_600_000;

/** What a topic is told, as Kafka names it. What Express fixes, it refuses to be told. */
export function topicConfigs(
  definition: KafkaDefinition,
  { retentionHours, minInSyncReplicas }: TopicPlan,
): Readonly<Record<string, string>> {
  return {
    "cleanup.policy": "delete",
    "retention.ms": String(retentionHours * HOUR_MS),
    ...(definition.cluster === "provisioned" &&
      !isExpress(definition) && {
        "min.insync.replicas": String(minInSyncReplicas),
        "unclean.leader.election.enable": "false",
      }),
  };
}

/**
 * By name of the topic. Of a serverless cluster none: its topics are made by a client (MSK developer guide, "Topic operations":
 * "not available for MSK Serverless clusters").
 */
export function createTopics(
  name: string,
  context: AwsContext,
  definition: KafkaDefinition,
  clusterArn: pulumi.Output<string>,
  plans: readonly TopicPlan[],
  parent: pulumi.Resource,
): ReadonlyMap<string, aws.msk.Topic> {
  if (definition.cluster === "serverless") return new Map();
  return new Map(
    plans.map((plan) => [
      plan.topic,
      new aws.msk.Topic(
        `${name}-${plan.topic.replaceAll(".", "-")}`,
        {
          clusterArn,
          name: plan.topic,
          partitionCount: plan.partitions,
          replicationFactor: plan.replication,
          configs: JSON.stringify(topicConfigs(definition, plan)),
        },
        { parent, protect: context.protectData, retainOnDelete: context.protectData },
      ),
    ]),
  );
}
