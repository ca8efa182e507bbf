/** VPC: what is billed by the hour. */
import { HOURS } from "../month";
import { depends, idle, type CostPart } from "../part";
import { inputAt, listAt, textAt, type PlannedResource } from "../planned-resource";

/** A gateway endpoint is free; an interface endpoint stands in each of its zones. */
export function vpcEndpoint(resource: PlannedResource): CostPart[] {
  const kind = textAt(resource, "vpcEndpointType") ?? "Gateway";
  if (kind === "Gateway") return [];
  const zones = zonesOf(resource);
  const data = depends("data through the endpoint", "how much goes through it", "vpc-endpoint-data");
  return zones === null
    ? [depends("hours", "its subnets, which the plan does not know", "vpc-endpoint"), data]
    : [idle(`${zones} zone(s)`, zones * HOURS, "vpc-endpoint"), data];
}

/** Subnets, also those that do not exist yet: the plan knows whose ids they will be. */
function zonesOf(resource: PlannedResource): number | null {
  const given = listAt(resource, "subnetIds").length;
  const planned = (resource.propertyDependencies.subnetIds ?? []).filter((urn) =>
    urn.includes("aws:ec2/subnet:Subnet::"),
  ).length;
  return Math.max(given, planned) || null;
}

export function natGateway(): CostPart[] {
  return [
    idle("gateway", HOURS, "nat-gateway"),
    depends("data through the gateway", "how much goes through it", "nat-gateway-data"),
  ];
}

export function publicAddress(): CostPart[] {
  return [idle("public address", HOURS, "public-address")];
}

export function flowLog(resource: PlannedResource): CostPart[] {
  const toLogs = inputAt(resource, "logDestinationType") !== "s3";
  return toLogs ? [depends("records", "how many connections there are", "vended-logs-in")] : [];
}
