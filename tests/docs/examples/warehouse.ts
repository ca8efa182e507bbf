import { DataLake, EncryptionKeys, Warehouse } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const keys = new EncryptionKeys("keys", context);
const lake = new DataLake("lake", context, { contracts: loadContracts(["contracts"]), keys });
const warehouse = new Warehouse("warehouse", context, { lake });

export const statements = warehouse.statements;
