import {
  consumerArns,
  Database,
  DatabaseConsumers,
  DataLake,
  EncryptionKeys,
  Network,
  SparkCluster,
  StreamIngest,
  type DatabaseDefinition,
} from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const definition: DatabaseDefinition = { engine: "aurora-postgresql", readers: 1, proxy: true };
const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, {
  contracts,
  // They make pseudonyms of what they write.
  pseudonymisers: consumerArns(context, definition, contracts),
});
const network = new Network("network", context, {
  keys,
  endpoints: ["kms", "kinesis-streams", "secretsmanager"],
});
const lake = new DataLake("lake", context, { contracts, keys });
const { streams } = new StreamIngest("ingest", context, { lake, keys, network });
const spark = new SparkCluster("spark", context, { lake, keys, network });

const database = new Database("database", context, { keys, network, definition });
new DatabaseConsumers("to-database", context, {
  database,
  lake,
  keys,
  network,
  streams,
  pseudonymEpoch: 1,
  enhancedFanOut: false,
  alarms: spark.nodes.alarms,
});

export const host = database.host;
