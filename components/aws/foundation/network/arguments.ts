/** What is wrong with a network's arguments. */
import { checkNumber, checkText, type ArgumentProblem } from "../../../arguments";
import { LIMITS } from "../../../limits";
import {
  ENDPOINT_SERVICES,
  isNetworkCidr,
  isSubnetId,
  isVpcId,
  isZone,
  NAT_GATEWAYS,
  NEEDED_ENDPOINTS,
  NETWORK_CIDR_FORM,
  ZONE_FORM,
} from "../../../network";
import type { NetworkArgs } from "../network";

/** Arguments that shape a network of the stack's own. */
const OWN = ["cidr", "zones", "natGateways", "endpoints"] as const;

export function networkProblems(args: NetworkArgs): (ArgumentProblem | undefined)[] {
  return (args.existing ?? null) === null ? ownProblems(args) : existingProblems(args);
}

function ownProblems({ cidr, zones, natGateways, endpoints }: NetworkArgs): (ArgumentProblem | undefined)[] {
  const missing = endpoints === undefined ? [] : NEEDED_ENDPOINTS.filter((need) => !endpoints.includes(need));
  const oneOf = (known: readonly string[]) => (text: string) => known.includes(text);
  return [
    checkText("cidr", cidr, isNetworkCidr, NETWORK_CIDR_FORM),
    checkNumber("zones", zones, LIMITS.networkZones),
    checkText("natGateways", natGateways, oneOf(NAT_GATEWAYS), NAT_GATEWAYS.join(", ")),
    ...(endpoints ?? []).map((service, at) =>
      checkText(
        `endpoints[${at}]`,
        service,
        oneOf(ENDPOINT_SERVICES),
        `one of ${ENDPOINT_SERVICES.join(", ")}`,
      ),
    ),
    missing.length === 0
      ? undefined
      : `endpoints: lacks ${missing.join(", ")}, which functions and Spark call from the closed subnets; add it`,
  ];
}

function existingProblems(args: NetworkArgs): (ArgumentProblem | undefined)[] {
  const { vpcId, closedSubnetIds, zones = [] } = args.existing!;
  return [
    ...OWN.map((argument) =>
      args[argument] === undefined
        ? undefined
        : `${argument}: is given beside existing, whose owner decides it; leave one of the two out`,
    ),
    checkText("existing.vpcId", vpcId, isVpcId, "an id like vpc-0123456789abcdef0"),
    closedSubnetIds.length > 0
      ? undefined
      : "existing.closedSubnetIds: is empty; name the subnets for functions and Spark, best of two zones",
    ...closedSubnetIds.map((id, at) =>
      checkText(`existing.closedSubnetIds[${at}]`, id, isSubnetId, "an id like subnet-0123456789abcdef0"),
    ),
    ...zones.map((zone, at) => checkText(`existing.zones[${at}]`, zone, isZone, ZONE_FORM)),
    zones.length === 0 || zones.length === closedSubnetIds.length
      ? undefined
      : `existing.zones: has ${zones.length}; write the zone of each of the ${closedSubnetIds.length} subnets, in their order`,
  ];
}
