import { createHash } from "node:crypto";
import type { CloudClients } from "../endpoints";
import {
  isImport,
  type Found,
  type Inputs,
  type Made,
  type ResourceType,
  type ResourceTypes,
} from "./resource-type";
import { differ, told } from "./told";

/**
 * MSK, as the one broker of the local cloud: whatever kind of cluster a program asks for, it is this one. Who may read
 * and write follows of the listener alone, which is on this machine only; rights of roles are asked by Firehose.
 * Configurations and cluster policies stay planned: the broker has settings of its own, and nobody comes from elsewhere.
 * A cluster is believed to be as it was asked for: the broker comes and goes with the local cloud.
 */
const clusterType: ResourceType = {
  create: async ({ clusterName }, cloud) => cluster(clusterName, cloud),
  read: async (id, state, cloud) => {
    const clusterName = /:cluster\/([^/]+)\//.exec(id)?.[1];
    if (clusterName === undefined) return undefined;
    const found = cluster(clusterName, cloud);
    if (found.id !== id) return undefined;
    await checkBroker(bootstrapOf(cloud));
    return { inputs: told(state, { clusterName }), outputs: found.outputs };
  },
  believed: (_state, _inputs, changed) => changed,
};

export const kafkaTypes: ResourceTypes = {
  "aws:msk/cluster:Cluster": clusterType,
  "aws:msk/serverlessCluster:ServerlessCluster": clusterType,
  "aws:msk/topic:Topic": {
    create: async ({ clusterArn, name, partitionCount, configs }, cloud) => {
      const { describeTopic, makeTopics } = kafka();
      const bootstrap = bootstrapOf(cloud);
      if ((await describeTopic(bootstrap, name)) !== undefined) {
        throw new Error(`a topic ${name} is there already; give it another name, or import this one`);
      }
      const settings = topicSettings(configs);
      await makeTopics(bootstrap, [{ name, partitions: partitionCount, settings }]);
      const arn = `${String(clusterArn).replace(":cluster/", ":topic/")}/${name}`;
      return { id: arn, outputs: { arn } };
    },
    read: (id, state, cloud) => readTopic(id, state, cloud),
    update: async (id, state, { partitionCount, configs }, cloud) => {
      const partitions = differ(state, { partitionCount }, "partitionCount") ? partitionCount : undefined;
      // What is no longer asked for stays as it was set, as with MSK (comment of `configsActual` in @pulumi/aws).
      const settings = topicSettings(configs);
      await kafka().changeTopic(bootstrapOf(cloud), topicName(id), { partitions, settings });
    },
    delete: (id, _state, cloud) => kafka().deleteTopic(bootstrapOf(cloud), topicName(id)),
    believed: ({ configs: before }, { configs }) =>
      [...OF_SEVERAL_BROKERS].filter((key) => given(before)[key] !== given(configs)[key]),
  },
};

/** Loaded by those who ask: most programs have no Kafka, and its client takes long. */
function kafka() {
  return require("../kafka") as typeof import("../kafka");
}

async function readTopic(id: string, state: Inputs, cloud: CloudClients): Promise<Found | undefined> {
  const name = topicName(id);
  const found = await kafka().describeTopic(bootstrapOf(cloud), name);
  if (found === undefined) return undefined;
  // Of settings that nobody asked for, the service's own and older ones may be there.
  const asked = isImport(state) ? found.set : given(state.configs);
  const held = Object.entries(asked).flatMap(([key, value]) => {
    const now = OF_SEVERAL_BROKERS.has(key) ? value : found.actual[key];
    return now === undefined ? [] : [[key, String(value) === now ? value : now] as const];
  });
  const configs = held.length === 0 ? undefined : JSON.stringify(Object.fromEntries(held));
  return {
    inputs: told(state, { name, partitionCount: found.partitions, configs }),
    outputs: { configsActual: JSON.stringify(found.actual) },
  };
}

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

/** The provider can't start it again: it is the local cloud's. */
async function checkBroker(bootstrap: string): Promise<void> {
  if (await kafka().brokerAnswers(bootstrap)) return;
  throw new Error(`the broker at ${bootstrap} does not answer; end the local platform and start it again`);
}

/** Numbers of copies are of more brokers than there are here: an event would wait for them for ever. */
const OF_SEVERAL_BROKERS: ReadonlySet<string> = new Set([
  "min.insync.replicas",
  "unclean.leader.election.enable",
]);

/** A topic's settings as text, from the JSON that MSK takes. */
export function topicSettings(configs: string | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given(configs)).flatMap(([key, value]) =>
      OF_SEVERAL_BROKERS.has(key) ? [] : [[key, String(value)]],
    ),
  );
}

function given(configs: string | undefined): Record<string, unknown> {
  return JSON.parse(configs ?? "{}") as Record<string, unknown>;
}
