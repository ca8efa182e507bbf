import { examine } from "../model/expectation";
import { knownString, read, readIndices, type Path } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { tag, type Stack, type StackResource } from "../model/stack";
import { ZONE } from "../model/tags";
import { INTERNET_GATEWAY, ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION, SUBNET } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";
import { isWide } from "./ranges";

const FIX =
  "Give the closed subnet a route table of its own without routes to an internet gateway, a NAT gateway or everywhere, and " +
  "`mapPublicIpOnLaunch: false`; AWS services are reached by VPC endpoints.";

/** As `Route` and the routes inside a `RouteTable` call a destination. */
const DESTINATIONS = ["destinationCidrBlock", "destinationIpv6CidrBlock", "cidrBlock", "ipv6CidrBlock"];
/** Targets that lead to the internet whatever the destination. */
const WAYS_OUT = ["natGatewayId", "egressOnlyGatewayId"];

/** A subnet whose zone tag says closed has no way to the internet, and none from there. */
export const closedSubnetRoutes: StackRule = {
  name: "closed-subnet-routes",
  group: "network",
  scope: "stack",
  severity: "critical",
  description: "Closed subnets have no route to the internet and give no public address.",
  framework: ismsP(
    "2.6.1",
    "Network access: networks are separated by use, and paths between them controlled",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
  check(stack) {
    return stack.ofType(SUBNET).flatMap((subnet) => {
      const zone = tag(subnet, ZONE);
      if (zone.state === "unknown") return [undecided(subnet, `Its tag ${ZONE}`, FIX)];
      return zone.state === "known" && zone.value === "closed"
        ? [...publicAddresses(subnet), ...routesOut(stack, subnet)]
        : [];
    });
  },
};

function publicAddresses(subnet: StackResource): Finding[] {
  return examine(subnet, {
    path: ["mapPublicIpOnLaunch"],
    accepts: (value) => value === false,
    absentIsRight: true,
    must: "must be false",
    fix: FIX,
  });
}

function routesOut(stack: Stack, subnet: StackResource): Finding[] {
  const tables = tablesOf(stack, subnet);
  if (tables.length === 0) return [undecided(subnet, "The network's main route table, which rules it,", FIX)];
  switch (strongest(tables)) {
    case "yes":
      return [violation(subnet, "Its route table has a route to the internet.", FIX)];
    case "unknown":
      return [undecided(subnet, "A route of its route table", FIX)];
    case "no":
      return [];
  }
}

/** Whether each table that the subnet may have leads out. */
function tablesOf(stack: Stack, subnet: StackResource): Verdict[] {
  return stack.attached(subnet, ROUTE_TABLE_ASSOCIATION, "subnetId").map((association): Verdict => {
    const link = stack.link(association, ["routeTableId"], ROUTE_TABLE);
    // A table of somebody else's, or none that is known.
    if (link.state === "absent" || link.resources.length === 0) return "unknown";
    const found = strongest(link.resources.map((table) => leadsOut(stack, table)));
    return link.state === "possible" ? doubted(found) : found;
  });
}

function leadsOut(stack: Stack, table: StackResource): Verdict {
  return strongest([
    ...inlineRoutes(stack, table),
    ...stack.ofType(ROUTE).map((route): Verdict => {
      const link = stack.link(route, ["routeTableId"], ROUTE_TABLE);
      if (link.state === "absent" || !link.resources.some(({ urn }) => urn === table.urn)) return "no";
      const found = goesOut(stack, route, []);
      return link.state === "possible" ? doubted(found) : found;
    }),
  ]);
}

function inlineRoutes(stack: Stack, table: StackResource): Verdict[] {
  const routes = readIndices(table.props, ["routes"]);
  if (routes.state === "absent") return ["no"];
  if (routes.state !== "known") return ["unknown"];
  return routes.value.map((index) => goesOut(stack, table, ["routes", index]));
}

function goesOut(stack: Stack, resource: StackResource, route: Path): Verdict {
  const whole = read(resource.props, route);
  if (whole.state === "unknown") return "unknown";
  const isSet = (property: string) => {
    const reading = read(resource.props, [...route, property]);
    return reading.state !== "absent" && !(reading.state === "known" && reading.value === "");
  };
  if (WAYS_OUT.some(isSet)) return "yes";
  return strongest([
    byInternetGateway(stack, resource, [...route, "gatewayId"]),
    ...DESTINATIONS.map((property): Verdict => {
      const reading = read(resource.props, [...route, property]);
      if (reading.state === "absent") return "no";
      if (reading.state !== "known" || typeof reading.value !== "string") return "unknown";
      return isWide(reading.value) ? "yes" : "no";
    }),
  ]);
}

/** The property names virtual private gateways and `local` too, which lead to no stranger. */
function byInternetGateway(stack: Stack, resource: StackResource, path: Path): Verdict {
  const reading = read(resource.props, path);
  if (reading.state === "absent") return "no";
  if (reading.state === "known") {
    const link = stack.link(resource, path, INTERNET_GATEWAY);
    const isOfStack = link.state !== "absent" && link.resources.length > 0;
    return isOfStack || knownString(resource.props, path)?.startsWith("igw-") === true ? "yes" : "no";
  }
  return stack.sources(resource, String(path[0]), INTERNET_GATEWAY).length > 0 ? "yes" : "unknown";
}

function doubted(verdict: Verdict): Verdict {
  return verdict === "no" ? "no" : "unknown";
}
