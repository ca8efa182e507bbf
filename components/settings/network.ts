/** What a stack's network settings say together. */
import {
  GLUE_ENDPOINTS,
  NEEDED_ENDPOINTS,
  networkOf,
  SECRET_ENDPOINT,
  type EndpointService,
} from "../network";
import { readsSecretsInNetwork, standsInNetwork } from "./connections";
import { databaseEndpoints } from "./database";
import { connectorEndpoints } from "./federated-sources";
import type { Given, SettingName } from "./fields";
import { kafkaEndpoints } from "./kafka";
import { webhookEndpoints } from "./webhooks";

/** Settings that shape a network of the stack's own, and mean nothing for another. */
const OWN = ["networkCidr", "networkZones", "networkNatGateways", "networkEndpoints"] as const;

/** Endpoints without which what the stack has in the closed subnets does not work. */
export function neededEndpoints(given: Partial<Given>): readonly EndpointService[] {
  const all = [
    ...NEEDED_ENDPOINTS,
    ...(given.etl === "glue" ? GLUE_ENDPOINTS : []),
    ...(readsSecretsInNetwork(given) ? [SECRET_ENDPOINT] : []),
    ...connectorEndpoints(given),
    ...databaseEndpoints(given),
    ...kafkaEndpoints(given),
    ...webhookEndpoints(given),
  ];
  return [...new Set(all)];
}

/** @param fix the line that sets a setting right. */
export function networkContradictions(
  given: Partial<Given>,
  namespace: string,
  fix: (name: SettingName) => string,
): string[] {
  const network = networkOf(given);
  const problem = (name: SettingName, what: string, cure: string) => `${namespace}:${name}: ${what}. ${cure}`;
  const remove = (name: SettingName) => `Remove it: pulumi config rm ${namespace}:${name}`;
  const isExisting = network !== "none" && network !== "own";
  const subnets = given.networkSubnetIds ?? [];
  const zones = given.networkSubnetZones ?? [];
  const needed = neededEndpoints(given);
  const missing = needed.filter((need) => !(given.networkEndpoints ?? needed).includes(need));
  const problems = OWN.filter((name) => network !== "own" && given[name] !== undefined).map((name) =>
    problem(
      name,
      `shapes a network of the stack's own, but ${namespace}:network is ${network}`,
      remove(name),
    ),
  );
  if (isExisting && subnets.length === 0) {
    problems.push(
      problem(
        "networkSubnetIds",
        `is empty, but ${namespace}:network is ${network}`,
        fix("networkSubnetIds"),
      ),
    );
  }
  if (!isExisting && subnets.length > 0) {
    problems.push(
      problem(
        "networkSubnetIds",
        `names subnets of a VPC that is there, but ${namespace}:network is ${network}`,
        remove("networkSubnetIds"),
      ),
    );
  }
  if (isExisting && subnets.length > 0 && zones.length !== subnets.length) {
    const wanted =
      zones.length > 0 ||
      given.etl === "glue" ||
      (given.connections ?? []).some((one) => standsInNetwork(one, given));
    const what = `has ${zones.length}, but Glue asks for the zone of each of the ${subnets.length} subnets, in their order`;
    if (wanted) problems.push(problem("networkSubnetZones", what, fix("networkSubnetZones")));
  }
  if (!isExisting && zones.length > 0) {
    problems.push(
      problem(
        "networkSubnetZones",
        `names zones of subnets that are there, but ${namespace}:network is ${network}`,
        remove("networkSubnetZones"),
      ),
    );
  }
  if (network === "own" && missing.length > 0) {
    const all = JSON.stringify([...given.networkEndpoints!, ...missing]);
    problems.push(
      problem(
        "networkEndpoints",
        `lacks ${missing.join(", ")}, which functions and Spark call from the closed subnets`,
        `Fix: pulumi config set ${namespace}:networkEndpoints '${all}'`,
      ),
    );
  }
  if ((given.landingEndpoints ?? []).length > 0 && !(given.landingInNetworkOnly ?? network === "own")) {
    problems.push(
      problem(
        "landingEndpoints",
        `names ways into a network, but ${namespace}:landingInNetworkOnly is false, so that landing is open to any way`,
        remove("landingEndpoints"),
      ),
    );
  }
  if (network === "none" && given.landingInNetworkOnly === true) {
    problems.push(
      problem("landingInNetworkOnly", `needs a network, but ${namespace}:network is none`, fix("network")),
    );
  }
  return problems;
}
