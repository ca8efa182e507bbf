/** The Kafka cluster beside the streams. */
import type { Settings } from "../../settings";
import { zonesOf } from "../../settings/kafka";
import type { AwsContext } from "../context";
import { Network } from "../foundation/network";
import { Kafka } from "../kafka";
import { STANDS_IN, type Parts } from "./parts";

/** The stack's Kafka cluster; null where its settings name none. */
export function createKafka(settings: Settings, context: AwsContext, made: Parts): Kafka | null {
  if (settings.kafka === "none") return null;
  const { lake, keys, ingest, spark } = made;
  const isLocal = settings.stage === "local";
  return new Kafka("kafka", context, {
    ...{ lake, keys, definition: settings.kafka, transforms: ingest.transforms },
    // The settings ask for a network on AWS.
    network: isLocal ? new Network("kafka-network", context, { keys, existing: STANDS_IN }) : made.network!,
    zones: zonesOf(settings),
    alarms: spark.nodes.alarms,
    retentionHours: settings.streamRetentionHours,
    bufferSeconds: settings.deliveryBufferSeconds,
    bufferMegabytes: settings.deliveryBufferMegabytes,
  });
}
