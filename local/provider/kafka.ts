import { createHash } from "node:crypto";
import type { CloudClients } from "../endpoints";
import type { Made, ResourceTypes } from "./resource-type";
import { differ, told } from "./told";

/**
 * MSK, as the one broker of the local cloud: whatever kind of cluster a program asks for, it is this one. Who may read
 * and write follows of the listener alone, which is on this machine only; rights of roles are asked by Firehose.
 * Configurations and cluster policies stay planned: the broker has settings of its own, and nobody comes from elsewhere.
 * A cluster's state is believed: the broker comes and goes with the local cloud. So are a topic's settings.
 */
export const kafkaTypes: ResourceTypes = {
  "aws:msk/cluster:Cluster": { create: async ({ clusterName }, cloud) => cluster(clusterName, cloud) },
  "aws:msk/serverlessCluster:ServerlessCluster": {
    create: async ({ clusterName }, cloud) => cluster(clusterName, cloud),
  },
  "aws:msk/topic:Topic": {
    create: async ({ clusterArn, name, partitionCount, configs }, cloud) => {
      const { makeTopics } = require("../kafka") as typeof import("../kafka");
      const settings = topicSettings(configs);
      await makeTopics(bootstrapOf(cloud), [{ name, partitions: partitionCount, settings }]);
      const arn = `${String(clusterArn).replace(":cluster/", ":topic/")}/${name}`;
      return { id: arn, outputs: { arn } };
    },
    read: async (id, state, cloud) => {
      const { topicPartitions } = require("../kafka") as typeof import("../kafka");
      const name = topicName(id);
      const partitionCount = await topicPartitions(bootstrapOf(cloud), name);
      return partitionCount === undefined ? undefined : { inputs: told(state, { name, partitionCount }) };
    },
    update: async (id, state, inputs) => {
      if (!differ(state, inputs, "partitionCount", "configs")) return;
      throw new Error(
        `topic ${topicName(id)}: the local broker keeps the partitions and settings that a topic was made with; ` +
          "end the local platform and start it again",
      );
    },
    delete: async (id, _state, cloud) => {
      const { deleteTopic } = require("../kafka") as typeof import("../kafka");
      await deleteTopic(bootstrapOf(cloud), topicName(id));
    },
  },
};

/** Of its ARN, which is its id. */
function topicName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function cluster(name: string, cloud: CloudClients): Made {
  const { region, accountId } = cloud.endpoints;
  // MSK makes up an id, and ends it with a number; here the same name has the same in each run.
  const id = createHash("sha256").update(name).digest("hex");
  const uuid = [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20, 32)].join(
    "-",
  );
  const arn = `arn:aws:kafka:${region}:${accountId}:cluster/${name}/${uuid}-1`;
  const bootstrap = bootstrapOf(cloud);
  return {
    id: arn,
    outputs: {
      arn,
      clusterUuid: `${uuid}-1`,
      bootstrapBrokers: bootstrap,
      bootstrapBrokersSaslIam: bootstrap,
    },
  };
}

/** @throws Error when the local cloud was started without a broker. */
function bootstrapOf({ endpoints }: CloudClients): string {
  if (endpoints.kafka !== undefined) return endpoints.kafka;
  throw new Error(
    "No Kafka is up; end the local platform and start it again with naru:kafka set, or by --kafka",
  );
}

/** Numbers of copies are of more brokers than there are here: an event would wait for them for ever. */
const OF_SEVERAL_BROKERS = new Set(["min.insync.replicas", "unclean.leader.election.enable"]);

/** A topic's settings as text, from the JSON that MSK takes. */
export function topicSettings(configs: string | undefined): Record<string, string> {
  const given = JSON.parse(configs ?? "{}") as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) =>
      OF_SEVERAL_BROKERS.has(key) ? [] : [[key, String(value)]],
    ),
  );
}
