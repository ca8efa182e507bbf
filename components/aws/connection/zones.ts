/** What a network must tell for connections to stand in it. */
import type { ArgumentProblem } from "../../arguments";
import type { Network } from "../foundation/network";

/** Glue asks for the zone of a subnet, and an existing network's are not known unless they are named. */
export function zonesProblem(network: Network | null): ArgumentProblem | undefined {
  return network === null || network.closedSubnets.length > 0
    ? undefined
    : "network: does not say in which zones its subnets stand; name them in existing.zones of the network";
}
