/** `.naru/report.json`: what a run measured. */
import type { EventTotals } from "./pipeline/events";
import type { SparkReport } from "./pipeline/spark-report";
import type { BuiltTable } from "./pipeline/warehouse";
import type { ZoneFacts } from "./proof/lake";
import type { LeakSearch } from "./proof/leaks";

/** Raised by one whenever a reader would have to change. */
export const REPORT_VERSION = 1;

export interface RunReport {
  readonly version: typeof REPORT_VERSION;
  readonly startedAt: string;
  status: "running" | "succeeded" | "failed";
  /** Why it failed; absent when it did not. */
  reason?: string;
  /** Seconds of each step, in order. */
  readonly steps: { readonly title: string; readonly seconds: number }[];
  /** Who made the resources: `naru`, in its own process, or Pulumi's engine with its version. */
  deployedBy?: string;
  /** Resources by component. */
  deployment?: readonly ComponentCount[];
  /** Where the stack asks for a broker. */
  kafka?: KafkaAccounting;
  policies?: { readonly rules: number; readonly resources: number; readonly violations: number };
  events?: EventAccounting;
  spark?: SparkReport;
  tables?: readonly BuiltTable[];
  queries?: readonly QueryShown[];
  zones?: Readonly<Record<string, ZoneFacts>>;
  leaks?: LeakSearch;
  sockets?: { readonly listening: number; readonly exposed: readonly string[] };
  /** What the program's roles did under IAM: rights are pairs of role and action, and none may have been refused. */
  rights?: { readonly roles: number; readonly used: number; readonly refused: readonly string[] };
  /** Every sum that must agree. */
  sums?: readonly Sum[];
  dashboard?: { readonly url?: string; readonly file: string; readonly charts: number };
}

export interface ComponentCount {
  readonly component: string;
  readonly created: number;
  /** No engine here: recorded, not pretended. */
  readonly planned: number;
  /** Types of the planned ones. */
  readonly plannedTypes: readonly string[];
}

export interface EventAccounting extends EventTotals {
  /** Put on the stream past the collector. */
  readonly direct: number;
  readonly landed: number;
  readonly failed: number;
  /** Rows of the stack's database; absent where there is none. */
  readonly inDatabase?: number;
  readonly landedByDate: Readonly<Record<string, number>>;
}

export interface KafkaAccounting {
  /** `127.0.0.1:PORT` */
  readonly bootstrap: string;
  /** Valid events of the sample, written to the topic once more: curation removes them by their ids. */
  readonly repeated: number;
  /** Broken records of the sample, written to the topic once more. */
  readonly broken: number;
  /** Rows in the raw table that came by the topic. */
  readonly landed: number;
  /** Records of the topic in the error output. */
  readonly failed: number;
}

export interface QueryShown {
  readonly title: string;
  readonly sql: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface Sum {
  readonly name: string;
  readonly left: number;
  readonly right: number;
}
