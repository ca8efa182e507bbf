/** Where streams' events go beside the lake. */
import type { Settings } from "../../settings";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { DeliveryDestinations } from "../delivery-destinations";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import type { GlueEtl } from "../glue-etl";
import type { SparkCluster } from "../spark-cluster";
import type { StreamIngest } from "../stream-ingest";

/** The stack's destinations; null where its settings name none. */
export function createDeliveryDestinations(
  { deliveryDestinations: destinations }: Settings,
  context: AwsContext,
  made: {
    lake: DataLake;
    keys: EncryptionKeys;
    network: Network | null;
    ingest: StreamIngest;
    spark: SparkCluster | GlueEtl;
  },
): DeliveryDestinations | null {
  if (destinations.length === 0) return null;
  const { lake, keys, network, ingest, spark } = made;
  return new DeliveryDestinations("destinations", context, {
    ...{ lake, keys, network, destinations },
    ...{ streams: ingest.streams, transforms: ingest.transforms, alarms: spark.nodes.alarms },
  });
}
