import { Crawlers, DataLake, EncryptionKeys } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const crawlers = new Crawlers("crawlers", context, {
  lake,
  keys,
  crawlers: [
    {
      name: "ratings",
      target: { zone: "curated", folder: "partner/ratings/" },
      classifiers: [
        { format: "csv", delimiter: ";", columns: ["course", "stars"] },
        { format: "json", jsonPath: "$.rows[*]" },
      ],
      mode: "events",
      schedule: "cron(0 18 * * ? *)",
      onChange: "add",
    },
  ],
});

export const databases = crawlers.databases;
