export * from "./bi";
export * from "./event-schema";
export * from "./function-spec";
export * from "./glue";
export { type ContractReading, loadContracts, parseContract, readContracts } from "./load";
export * from "./model";
export { ContractError, type ContractProblem, formatProblem } from "./problem";
export * from "./spark";
