/** `naru check STACK`: the policy packs over a plan, offline. */
export { checkStack, EXIT_CODES } from "./check-stack";
export { compilePolicies } from "./compile-policies";
export { CheckConfigurationError, type CheckConfiguration } from "./check-configuration";
export { readCheckConfiguration } from "./configuration-file";
export type { CheckFinding, CheckResult } from "./findings";
export { formatReport } from "./report";
export { runPack } from "./run-pack";
