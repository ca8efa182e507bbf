import { DataLake, EncryptionKeys, StreamIngest } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const ingest = new StreamIngest("ingest", context, { lake, keys, capacity: 1, requestsPerSecond: 100 });

export const eventsUrl = ingest.eventsUrl;
export const apiKey = ingest.apiKey;
