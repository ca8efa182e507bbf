import {
  DataLake,
  EncryptionKeys,
  Kafka,
  Network,
  SparkCluster,
  StreamIngest,
  type KafkaDefinition,
} from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const network = new Network("network", context, { keys, zones: 3 });
const lake = new DataLake("lake", context, { contracts, keys });
const { transforms } = new StreamIngest("ingest", context, { lake, keys, network });
const spark = new SparkCluster("spark", context, { lake, keys, network });

const definition: KafkaDefinition = {
  cluster: "provisioned",
  topics: { "lms.requests": { partitions: 12, consumerGroups: ["recommender"] } },
};
const kafka = new Kafka("kafka", context, {
  lake,
  keys,
  network,
  definition,
  transforms,
  alarms: spark.nodes.alarms,
  zones: 3,
});

export const bootstrap = kafka.bootstrap;
