/**
 * The shape of a dashboard definition, neutral to what draws it: data sets are SQL with typed columns, charts are of the
 * few types that the local page, Superset and QuickSight all have, and aggregations are named, not spelt (a median is
 * written differently in each engine). `load.ts` reads files into these types; `sql.ts` turns a chart into Athena SQL.
 */
import { z } from "zod";
import { ToldError } from "../components/told-error";

/** Identifiers reach SQL and addresses, so they are kept to what needs no escaping anywhere. */
export const IDENTIFIER = /^[a-z][a-z0-9_]*$/;
/** Columns of the page's grid; widths in a layout row add up to this at most. */
export const GRID_COLUMNS = 12;
const SLUG = /^[a-z][a-z0-9-]*$/;

const identifier = z
  .string()
  .regex(IDENTIFIER, "is not a column name: use lower case letters, digits and underscores");
const slug = z.string().regex(SLUG, "is not an id: use lower case letters, digits and hyphens");
const text = z.string().trim().min(1, "is empty: write a text");

/** A text in English and, where readers want it, Korean. Without `ko` the English text is shown. */
const localisedSchema = z.strictObject({ en: text, ko: text.optional() });

/** Neutral column types; each target has its own word for them. */
const columnTypeSchema = z.enum(["string", "integer", "decimal", "boolean", "date", "datetime"]);

export const dataSetSchema = z.strictObject({
  sql: text,
  columns: z
    .record(identifier, columnTypeSchema)
    .refine(
      (columns) => Object.keys(columns).length > 0,
      "names no column: list each column that `sql` selects",
    ),
});

const measureSchema = z.strictObject({
  agg: z.enum(["count", "count_distinct", "sum", "avg", "median", "min", "max"]),
  column: identifier.optional(),
  unit: localisedSchema,
});

const chartBase = {
  id: slug,
  title: localisedSchema,
  note: localisedSchema.optional(),
  dataSet: identifier,
};
const limit = z.int("must be a whole number").min(1).max(10_000);

const kpiSchema = z.strictObject({ ...chartBase, type: z.literal("kpi"), value: measureSchema });

const barSchema = z.strictObject({
  ...chartBase,
  type: z.literal("bar"),
  category: identifier,
  value: measureSchema,
  limit: limit.default(15),
});

const lineSchema = z.strictObject({
  ...chartBase,
  type: z.literal("line"),
  time: identifier,
  grain: z.enum(["minute", "hour"]),
  series: identifier.optional(),
  value: measureSchema,
  limit: limit.default(2_000),
});

const tableSchema = z.strictObject({
  ...chartBase,
  type: z.literal("table"),
  columns: z
    .array(
      z.strictObject({
        column: identifier,
        title: localisedSchema,
        format: z.enum(["plain", "pseudonym", "status"]).default("plain"),
      }),
    )
    .min(1, "is empty: name at least one column"),
  orderBy: z
    .array(z.strictObject({ column: identifier, direction: z.enum(["asc", "desc"]) }))
    .min(1, "is empty: a limited table without an order shows other rows each time"),
  limit: limit.default(100),
});

export const chartSchema = z.discriminatedUnion("type", [kpiSchema, barSchema, lineSchema, tableSchema]);

/** The file without its data sets and charts, which are checked one by one so that one mistake does not hide the next. */
export const dashboardFrameSchema = z.strictObject({
  id: slug,
  order: z.int(),
  title: localisedSchema,
  description: localisedSchema,
  dataSets: z.record(identifier, z.unknown()),
  charts: z.array(z.unknown()).min(1, "is empty: a dashboard has at least one chart"),
  layout: z
    .array(z.record(slug, z.int().min(2).max(GRID_COLUMNS)))
    .min(1, "is empty: write one mapping of chart id to width for each row"),
});

/** A text in English and optionally Korean. */
export type Localised = z.infer<typeof localisedSchema>;
export type ColumnType = z.infer<typeof columnTypeSchema>;

/**
 * Rows that charts draw from. `sql` names databases as `${zone.domain}`; limits belong to charts, because a limit here
 * makes every sum wrong.
 */
export type DataSet = z.infer<typeof dataSetSchema>;

/** One number for each group: how it is aggregated, of which column (none for `count`), and its unit. */
export type Measure = z.infer<typeof measureSchema>;

/** One number. */
export type KpiChart = z.infer<typeof kpiSchema>;
/** The largest `limit` categories. @default limit 15 */
export type BarChart = z.infer<typeof barSchema>;
/**
 * A value over time, newest `limit` points. Grains are cut in UTC, in which timestamps are stored; a day is a day in the
 * contract's time zone only in the `dt` column, so there is no grain `day`. @default limit 2000
 */
export type LineChart = z.infer<typeof lineSchema>;
/** Rows as they are, the first `limit` by `orderBy`. @default limit 100 */
export type TableChart = z.infer<typeof tableSchema>;
export type Chart = z.infer<typeof chartSchema>;

/** One dashboard: one file. */
export interface Dashboard {
  readonly id: string;
  /** Place among the others, ascending. */
  readonly order: number;
  readonly title: Localised;
  readonly description: Localised;
  readonly dataSets: Readonly<Record<string, DataSet>>;
  readonly charts: readonly Chart[];
  /** Rows of chart id to width; a row has 12 columns. */
  readonly layout: readonly Readonly<Record<string, number>>[];
  /** The file it came from, for messages. */
  readonly file: string;
}

/** Everything that is wrong with the definitions, one line each: file, key, what is wrong and what to write. */
export class DashboardError extends ToldError {
  constructor(readonly problems: readonly string[]) {
    super(
      `${problems.length} problem(s) in dashboard definitions:\n${problems.map((line) => `  ${line}`).join("\n")}`,
    );
    this.name = "DashboardError";
  }
}
