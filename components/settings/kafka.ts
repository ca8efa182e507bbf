/** The setting `naru:kafka`: a Kafka cluster beside the streams, and which of them have a topic. */
import { z } from "zod";
import {
  KAFKA_CLUSTERS,
  KAFKA_FORMS,
  kafkaPlacementProblems,
  kafkaProblems,
  type KafkaDefinition,
} from "../kafka";
import { networkOf, type EndpointService } from "../network";
import type { Given } from "./fields";
import { objectSetting } from "./list";

const topic = z.strictObject({
  partitions: z.number().optional(),
  retentionHours: z.number().optional(),
  minInSyncReplicas: z.number().optional(),
  replication: z.number().optional(),
  consumerGroups: z.array(z.string()).optional(),
});

const connect = z.strictObject({
  streams: z.array(z.string()),
  pluginArn: z.string().optional(),
  pluginRevision: z.number().optional(),
  pluginBucket: z.string().optional(),
  pluginKey: z.string().optional(),
  workers: z.number().optional(),
});

const definition: z.ZodType<KafkaDefinition> = z.strictObject({
  cluster: z.enum(KAFKA_CLUSTERS),
  version: z.string().optional(),
  instance: z.string().optional(),
  brokers: z.number().optional(),
  storageGb: z.number().optional(),
  storageLimitGb: z.number().optional(),
  streams: z.array(z.string()).optional(),
  topics: z.record(z.string(), topic).optional(),
  awsKey: z.boolean().optional(),
  connect: connect.optional(),
});

const WHOLE =
  "none, or an object with cluster and, where wanted, " + Object.keys(KAFKA_FORMS).slice(1).join(", ");

/** `none`, or the JSON of a {@link KafkaDefinition}; each wrong key is told at its place. */
export const kafkaSetting = objectSetting(
  { item: definition, forms: KAFKA_FORMS, check: kafkaProblems },
  WHOLE,
);

/** A local stack's broker stands in none; its plan is judged as if it stood in so many. */
const LOCAL_ZONES = 2;

/** Zones of the network's closed subnets. */
export function zonesOf({
  network,
  stage,
  networkZones,
  networkSubnetIds = [],
}: Partial<Pick<Given, "network" | "stage" | "networkZones" | "networkSubnetIds">>): number {
  if (stage === "local") return LOCAL_ZONES;
  return networkOf({ network, stage }) === "own" ? (networkZones ?? 2) : networkSubnetIds.length;
}

/** A connector of MSK Connect asks the schema registry how an event is written. */
export function kafkaEndpoints({ kafka = "none" }: Partial<Given>): readonly EndpointService[] {
  return kafka !== "none" && kafka.connect !== undefined ? ["glue"] : [];
}

/** What the setting says beside others. */
export function kafkaContradictions(given: Partial<Given>, namespace: string): string[] {
  const { kafka = "none" } = given;
  if (kafka === "none") return [];
  const whole = `${namespace}:kafka: `;
  if (given.stage === "local") return localProblems(kafka as KafkaDefinition).map((what) => whole + what);
  if (networkOf(given) === "none") {
    return [
      `${whole}names a cluster, which stands in a network, but ${namespace}:network is none. Fix: pulumi config set ` +
        `${namespace}:network own`,
    ];
  }
  return kafkaPlacementProblems(kafka, zonesOf(given)).flatMap((problem) =>
    problem === undefined ? [] : [`${namespace}:kafka.${problem}`],
  );
}

/** A local stack has one real broker, in no network, and no MSK Connect. */
function localProblems({ cluster, connect }: KafkaDefinition): string[] {
  return [
    ...(cluster === "serverless"
      ? ['cluster is "serverless", of which no program makes topics; write provisioned in a local stack']
      : []),
    ...(connect === undefined
      ? []
      : ["connect asks for MSK Connect, which a local stack has not; leave it out"]),
  ];
}
