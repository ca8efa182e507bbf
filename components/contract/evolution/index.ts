export type {
  ChangeKind,
  ContractChange,
  ContractComparison,
  DataSetComparison,
  Party,
  VersionStep,
} from "./change";
export { compareContracts } from "./compare";
export { majorOf } from "./version";
