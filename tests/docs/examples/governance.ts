import { DataLake, EncryptionKeys, Governance, SparkCluster } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const spark = new SparkCluster("spark", context, { lake, keys });
const governance = new Governance("governance", context, {
  lake,
  keys,
  spark,
  engineers: ["arn:aws:iam::123456789012:role/data-engineer"],
});

export const engineer = governance.roles.engineer.readyArn;
export const steward = governance.roles.steward.readyArn;
