import { DataLake, EncryptionKeys } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const keys = new EncryptionKeys("keys", context, { contracts });
const lake = new DataLake("lake", context, { contracts, keys });
const courses = contracts.find(({ id }) => id === "lms.courses")!;

lake.grantRead("arn:aws:iam::123456789012:role/course-planner", courses);
lake.grantWrite("arn:aws:iam::123456789012:role/forecast", "curated");
