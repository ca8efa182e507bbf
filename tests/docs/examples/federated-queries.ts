import { DataLake, EncryptionKeys, FederatedQueries, Network } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const network = new Network("network", context, {
  keys,
  endpoints: ["kms", "kinesis-streams", "athena", "glue", "secretsmanager"],
});

const queries = new FederatedQueries("federated", context, {
  lake,
  keys,
  network,
  sources: [
    {
      name: "registry",
      engine: "postgresql",
      host: "registry.example.com",
      database: "registry",
      secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-views-a1B2c3",
      reaches: ["10.1.0.0/24"],
      // The secret's user sees views without personal columns, and nothing else.
      personalData: "none",
      readers: ["transform", "analyst"],
    },
  ],
});

export const catalogs = queries.catalogs;
