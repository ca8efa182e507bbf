import {
  DataLake,
  DeliveryDestinations,
  EncryptionKeys,
  SparkCluster,
  StreamIngest,
  type DeliveryDestination,
} from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const { streams, transforms } = new StreamIngest("ingest", context, { lake, keys });
const spark = new SparkCluster("spark", context, { lake, keys });

const search: DeliveryDestination = {
  name: "search",
  stream: "lms.requests",
  kind: "opensearch",
  domainArn: "arn:aws:es:ap-northeast-2:123456789012:domain/search",
  index: "requests",
};
const destinations = new DeliveryDestinations("destinations", context, {
  lake,
  keys,
  streams,
  transforms,
  destinations: [search],
  alarms: spark.nodes.alarms,
});

export const made = destinations.made;
