import { AuditTrail, DataLake, EncryptionKeys } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const audit = new AuditTrail("audit", context, { lake, keys, trail: false });

export const records = audit.bucket.ready;
