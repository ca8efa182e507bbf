import { DataLake, EncryptionKeys } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { context } from "./context";

const contracts = loadContracts(["contracts"]);
const lakes = ["teaching", "research"].map((section) => {
  const own = { ...context, names: context.names.within(section) };
  const keys = new EncryptionKeys(`keys-${section}`, own, { contracts });
  return new DataLake(`lake-${section}`, own, { contracts, keys });
});

export const curated = lakes.map((lake) => lake.uri("curated"));
