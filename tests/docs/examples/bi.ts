import { BI, DataLake, EncryptionKeys } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { loadDashboards } from "../../../dashboards";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const bi = new BI("bi", context, { lake, dashboards: loadDashboards() });

export const dashboards = bi.dashboards;
