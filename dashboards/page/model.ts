/** What the document hands to the script in it. Both sides import these types and nothing else of each other. */
import type { ChartAnswer } from "../answers";
import type { Chart, ColumnType, Localised } from "../definition";

/** What the page says about the stack. */
export interface PageMeta {
  /** Name of the stack, for example `local`. */
  readonly stack: string;
  /** IANA zone in which times are shown; they are stored in UTC. @default "Asia/Seoul" */
  readonly timeZone?: string;
  /** Language that the page opens in; the reader can switch. @default the browser's, Korean or else English */
  readonly language?: "en" | "ko";
  /** Where the numbers come from, in the footer. @default Parquet/Snappy in the curated zone, read through Athena as the analyst role */
  readonly source?: Localised;
}

/** A chart with what the page needs beside its definition. */
export type PageChart = Chart & {
  /** The query as it is run, for readers who want to know how a number came about. */
  readonly sql: string;
  /** Columns of the page's twelve. */
  readonly width: number;
  /** Neutral types of the data set's columns. */
  readonly types: Readonly<Record<string, ColumnType>>;
};

export interface PageDashboard {
  readonly id: string;
  readonly title: Localised;
  readonly description: Localised;
  readonly charts: readonly PageChart[];
}

export interface PageModel {
  readonly meta: Required<Omit<PageMeta, "language">> & Pick<PageMeta, "language">;
  readonly dashboards: readonly PageDashboard[];
  /** Seconds between refreshes of a live page; absent in a static file. */
  readonly refreshSeconds?: number;
  /** Answers by `<dashboard>/<chart>`, in a static file only. */
  readonly answers?: Readonly<Record<string, ChartAnswer>>;
}

/** Id of the element that holds the model as JSON. */
export const MODEL_ELEMENT = "naru-model";
