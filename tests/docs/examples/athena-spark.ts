import { AthenaSpark, DataLake, EncryptionKeys } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const spark = new AthenaSpark("athena-spark", context, { lake, keys });

export const workgroup = spark.workgroup.name;
