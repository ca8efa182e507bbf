import { DataLake, EncryptionKeys, Network, SparkCluster } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const network = new Network("network", context, { keys, zones: 3 });
const lake = new DataLake("lake", context, { contracts, keys, landingNetwork: network });
new SparkCluster("spark", context, { lake, keys, network });

export const closedSubnets = network.closed.subnetIds;
