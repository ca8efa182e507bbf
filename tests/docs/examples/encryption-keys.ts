import { EncryptionKeys } from "../../../components/aws";
import { context } from "./context";

const keys = new EncryptionKeys("keys", context);

export const lakeKey = keys.arn("lake");
