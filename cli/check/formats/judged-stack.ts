import type { CheckResult } from "../findings";
import type { Locate } from "../location";

/** What the formats for machines are made of: a stack's findings, and where they stand. */
export interface JudgedStack {
  readonly result: CheckResult;
  readonly locate: Locate;
}
