import { Connection, Crawlers, DataLake, EncryptionKeys, Network } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const network = new Network("network", context, { keys });
const music = new Connection("music", context, {
  source: {
    kind: "JDBC",
    url: "jdbc:postgresql://music.example.com:5432/music",
    secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:music-a1B2c3",
  },
  network,
  reaches: ["10.1.0.0/16"],
});

new Crawlers("crawlers", context, {
  lake,
  keys,
  crawlers: [{ name: "music", target: { connection: music, path: "music/public/%" } }],
});
