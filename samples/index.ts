export * from "./canaries";
export type { FileTotals, SampleFile } from "./files";
export type { Person } from "./people";
export type { PoisonRecord, SampleEvent } from "./requests";
export * from "./sample";
export * from "./write";
