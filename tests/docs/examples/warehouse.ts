import { DataLake, EncryptionKeys, Warehouse } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const warehouse = new Warehouse("warehouse", context, { lake });

export const statements = warehouse.statements;
