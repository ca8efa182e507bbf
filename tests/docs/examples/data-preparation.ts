import { DataBrew, DataLake, EncryptionKeys, readPreparation, SparkCluster } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const spark = new SparkCluster("spark", context, { lake, keys });
const prep = new DataBrew("prep", context, {
  lake,
  keys,
  alarms: spark.nodes.alarms,
  preparations: [
    readPreparation("docs/examples/track-popularity.preparation.yaml"),
    {
      name: "course-titles",
      input: { dataSet: "lms.courses" },
      steps: [
        { action: "trim", column: "title" },
        { action: "remove-duplicates", column: "course_id" },
      ],
      output: "lms/course_titles/",
    },
  ],
});

export const jobs = prep.jobs;
