import { DataLake, EncryptionKeys } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys, landingDays: 7 });

export const curated = lake.uri("curated");
export const analyst = lake.roles.analyst.readyArn;
