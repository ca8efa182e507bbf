import { EncryptionKeys } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const keys = new EncryptionKeys("keys", context, {
  contracts: loadContracts(["contracts"]),
  admins: ["arn:aws:iam::123456789012:role/deploy", "arn:aws:iam::123456789012:role/key-admin"],
});

export const lakeKey = keys.arn("lake");
