/** Managed policies that a team attaches to its producers' and consumers' own roles. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { TopicPlan } from "../../kafka-topics";
import type { AwsContext } from "../context";
import type { Statement } from "../foundation/service-role";
import { consumeStatements, produceStatements } from "./client-rights";

/** ARNs of a topic's policies. */
export interface TopicPolicies {
  readonly produce: pulumi.Output<string>;
  /** By group of consumers. */
  readonly consume: Readonly<Record<string, pulumi.Output<string>>>;
}

/** Cost nothing, attached or not. */
export function createClientPolicies(
  name: string,
  context: AwsContext,
  { dataSet, topic, consumerGroups }: TopicPlan,
  parent: pulumi.Resource,
): TopicPolicies {
  const policy = (way: string, description: string, parts: string[], statements: Statement[]) =>
    new aws.iam.Policy(
      [name, way, ...parts].join("-"),
      {
        name: context.names.of("policy", "kafka", way, dataSet.domain, dataSet.name, ...parts),
        description,
        policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
        tags: { ...context.tags },
      },
      { parent },
    ).arn;
  return {
    produce: policy("produce", `Writes the topic ${topic}`, [], produceStatements(context, topic)),
    consume: Object.fromEntries(
      consumerGroups.map((group) => [
        group,
        policy(
          "consume",
          `Reads the topic ${topic} as ${group}`,
          [group],
          consumeStatements(context, topic, group),
        ),
      ]),
    ),
  };
}
