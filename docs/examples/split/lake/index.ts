/** Network, keys and lake. What it exports is what other stacks may build on; change it as you would an API. */
import { join } from "node:path";
import { DataLake, EncryptionKeys, Network } from "../../../../components/aws";
import { loadContracts } from "../../../../components/contract";
import { context } from "../context";

const contracts = loadContracts([join(__dirname, "..", "..", "..", "..", "contracts")]);
const keys = new EncryptionKeys("keys", context, { contracts });
const network = new Network("network", context, { keys });
const lake = new DataLake("lake", context, { contracts, keys, landingNetwork: network });

export const vpcId = network.vpcId;
export const closedSubnetIds = network.closed.subnetIds;
export const databases = lake.databases();
export const analystsWorkgroup = lake.workgroups.analysts.name;
export const analystRole = lake.roles.analyst.readyArn;
