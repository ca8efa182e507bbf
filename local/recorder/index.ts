/** Runs the Pulumi program in this process and records what the engine would be told. */
export { type ProgramRecord, recordProgram, type RecordOptions } from "./record-program";
export { readStackConfig, regionOf } from "./stack-config";
export type { RecordedResource, SourceLine } from "./recorded-resource";
