/** What brokers are told, beside what topics are. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { DEFAULT_MIN_IN_SYNC, DEFAULT_REPLICATION, type KafkaDefinition } from "../../kafka";
import { isExpress } from "../../kafka-brokers";
import type { AwsContext } from "../context";

/**
 * No topic comes of a typing mistake; and a broker that has not kept up never leads, as what the others had taken would be lost.
 * Express brokers have the latter, and the copies, from themselves, and refuse to be told (MSK developer guide, "Express broker
 * configurations").
 */
export function serverProperties(definition: KafkaDefinition): Readonly<Record<string, string>> {
  return {
    "auto.create.topics.enable": "false",
    ...(!isExpress(definition) && {
      "default.replication.factor": String(DEFAULT_REPLICATION),
      "min.insync.replicas": String(DEFAULT_MIN_IN_SYNC),
      "unclean.leader.election.enable": "false",
    }),
  };
}

export function createConfiguration(
  name: string,
  { names }: AwsContext,
  definition: KafkaDefinition,
  parent: pulumi.Resource,
): aws.msk.Configuration {
  return new aws.msk.Configuration(
    name,
    {
      name: names.of("kafka", "events"),
      description: "No topic by itself, no leader that lags",
      serverProperties: Object.entries(serverProperties(definition))
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
    },
    { parent },
  );
}
