/** The stack's network: none, its own, or one that is there. */
import type { Settings } from "../../settings";
import type { AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { Network } from "../foundation/network";

export function createNetwork(settings: Settings, context: AwsContext, keys: EncryptionKeys): Network | null {
  if (settings.network === "none") return null;
  if (settings.network !== "own") {
    const existing = {
      vpcId: settings.network,
      closedSubnetIds: settings.networkSubnetIds,
      zones: settings.networkSubnetZones,
    };
    return new Network("network", context, { keys, existing });
  }
  return new Network("network", context, {
    keys,
    cidr: settings.networkCidr,
    zones: settings.networkZones,
    natGateways: settings.networkNatGateways,
    endpoints: settings.networkEndpoints,
  });
}
