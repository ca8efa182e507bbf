/** The Kafka cluster beside the streams. */
import type { Settings } from "../../settings";
import { zonesOf } from "../../settings/kafka";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import type { GlueEtl } from "../glue-etl";
import { Kafka } from "../kafka";
import type { SparkCluster } from "../spark-cluster";
import type { StreamIngest } from "../stream-ingest";

/** The stack's Kafka cluster; null where its settings name none. */
export function createKafka(
  settings: Settings,
  context: AwsContext,
  made: {
    lake: DataLake;
    keys: EncryptionKeys;
    network: Network | null;
    ingest: StreamIngest;
    spark: SparkCluster | GlueEtl;
  },
): Kafka | null {
  if (settings.kafka === "none") return null;
  const { lake, keys, ingest, spark } = made;
  return new Kafka("kafka", context, {
    ...{ lake, keys, definition: settings.kafka, transforms: ingest.transforms },
    // The settings ask for a network.
    network: made.network!,
    zones: zonesOf(settings),
    alarms: spark.nodes.alarms,
    retentionHours: settings.streamRetentionHours,
    bufferSeconds: settings.deliveryBufferSeconds,
    bufferMegabytes: settings.deliveryBufferMegabytes,
  });
}
