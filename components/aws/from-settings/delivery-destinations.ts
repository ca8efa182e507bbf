/** Where streams' events go beside the lake. */
import type { Settings } from "../../settings";
import type { AwsContext } from "../context";
import { DeliveryDestinations } from "../delivery-destinations";
import type { Parts } from "./parts";

/** The stack's destinations; null where its settings name none. */
export function createDeliveryDestinations(
  { deliveryDestinations: destinations }: Settings,
  context: AwsContext,
  made: Parts,
): DeliveryDestinations | null {
  if (destinations.length === 0) return null;
  const { lake, keys, network, ingest, spark } = made;
  return new DeliveryDestinations("destinations", context, {
    ...{ lake, keys, network, destinations },
    ...{ streams: ingest.streams, transforms: ingest.transforms, alarms: spark.nodes.alarms },
  });
}
