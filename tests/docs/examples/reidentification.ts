import {
  AuditTrail,
  DataLake,
  EncryptionKeys,
  Reidentification,
  SparkCluster,
} from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const audit = new AuditTrail("audit", context, { lake, keys });
const reidentification = new Reidentification("reidentification", context, {
  lake,
  keys,
  audit,
  people: ["arn:aws:iam::123456789012:role/privacy-officer"],
});
const spark = new SparkCluster("spark", context, { lake, keys, reidentification });

export const reidentifier = reidentification.role.readyArn;
export const workflow = spark.workflow;
