/** Ways to sources outside. */
import type { Settings } from "../../settings";
import { sourceOf, standsInNetwork } from "../../settings/connections";
import { Connection } from "../connection";
import type { AwsContext } from "../context";
import type { Network } from "../foundation/network";

/** By name: crawlers and jobs take them by it. */
export function createConnections(
  settings: Settings,
  context: AwsContext,
  network: Network | null,
): ReadonlyMap<string, Connection> {
  return new Map(
    settings.connections.map((setting) => [
      setting.name,
      new Connection(`connection-${setting.name}`, context, {
        source: sourceOf(setting),
        network: standsInNetwork(setting, settings) ? network : null,
        reaches: setting.reaches,
      }),
    ]),
  );
}
