import { Budget, DataLake, EncryptionKeys, SparkCluster } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const spark = new SparkCluster("spark", context, { lake, keys, alarmEmails: ["data-team@example.com"] });

new Budget("budget", context, { monthlyUsd: 300, alarms: spark.nodes.alarms }, { dependsOn: spark });
