import { DataLake, EncryptionKeys, GlueEtl } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const etl = new GlueEtl("etl", context, { lake, keys, execution: "flex", workers: 10 });

export const workflow = etl.workflow;
