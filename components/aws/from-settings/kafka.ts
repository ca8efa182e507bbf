/** The Kafka cluster beside the streams. */
import type { Settings } from "../../settings";
import { zonesOf } from "../../settings/kafka";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { Network, type ExistingNetwork } from "../foundation/network";
import type { GlueEtl } from "../glue-etl";
import { Kafka } from "../kafka";
import type { SparkCluster } from "../spark-cluster";
import type { StreamIngest } from "../stream-ingest";

/** Of a local stack, whose broker stands in no network: what is planned of it names these, and the ids are nobody's. */
const STANDS_IN: ExistingNetwork = {
  vpcId: "vpc-00000000",
  closedSubnetIds: ["subnet-00000000", "subnet-00000001"],
};

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
