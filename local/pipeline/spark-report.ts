/** The report that the Spark jobs leave: counts, reasons and quality results, never a value (docs/spark-jobs.md). */
export interface SparkReport {
  readonly version: 1;
  readonly status: "succeeded" | "failed";
  readonly curated: readonly CuratedSet[];
  readonly tables: readonly DerivedTable[];
  readonly errors: readonly string[];
}

export interface CuratedSet {
  readonly dataSet: string;
  /** Waiting: in a run of what has changed, files that were not published before for the reason in `earlierError`. */
  readonly status: "written" | "no input" | "refused" | "failed" | "waiting";
  readonly read: number;
  readonly good: number;
  /** Rows in quarantine. */
  readonly bad: number;
  readonly badByReason: Readonly<Record<string, number>>;
  readonly duplicates: number;
  readonly written: number;
  /** Rows of what turns its pseudonyms back. */
  readonly sourceKeys: number;
  readonly days: readonly string[];
  readonly error: string | null;
  readonly earlierError: string | null;
  readonly seconds: number;
}

export interface DerivedTable {
  readonly table: string;
  readonly status: "written" | "no input" | "skipped" | "failed";
  readonly written: number;
  readonly error: string | null;
  readonly seconds: number;
}
