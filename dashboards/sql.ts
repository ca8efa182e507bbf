/** A chart as Athena SQL (engine version 3, Trino's dialect). Other targets get their own module beside this one. */
import { type Chart, type Dashboard, IDENTIFIER, type Measure } from "./definition";

/** Glue database by `<zone>.<domain>`, for example `{"curated.lms": "naru_local_curated_lms"}`. */
export type Databases = Readonly<Record<string, string>>;

const PLACEHOLDER = /\$\{([^}]*)\}/g;
const DATABASE_KEY = /^(raw|curated)\.[a-z][a-z0-9_]*$/;

/** The `${…}` of a query; `key` is absent where what stands in it does not name a database. */
export function placeholders(sql: string): { text: string; key?: string }[] {
  return [...sql.matchAll(PLACEHOLDER)].map(([text, key]) =>
    key !== undefined && DATABASE_KEY.test(key) ? { text, key } : { text },
  );
}

/** Databases that a dashboard reads, as `<zone>.<domain>`, without repetition. */
export function requiredDatabases(dashboard: Dashboard): string[] {
  const keys = Object.values(dashboard.dataSets).flatMap(({ sql }) =>
    placeholders(sql).map(({ key }) => key),
  );
  return [...new Set(keys.filter((key) => key !== undefined))].sort();
}

/**
 * Splits dashboards by whether the stack has every database they read: a stack without the music contracts has no use
 * for the music dashboard, and that is not an error.
 */
export function availableDashboards(
  dashboards: readonly Dashboard[],
  databases: Databases,
): { available: Dashboard[]; unavailable: { dashboard: Dashboard; missing: string[] }[] } {
  const split = dashboards.map((dashboard) => ({
    dashboard,
    missing: requiredDatabases(dashboard).filter((key) => !Object.hasOwn(databases, key)),
  }));
  return {
    available: split.filter(({ missing }) => missing.length === 0).map(({ dashboard }) => dashboard),
    unavailable: split.filter(({ missing }) => missing.length > 0),
  };
}

/**
 * The one query behind a chart. Result columns are `value` for a KPI; `category`, `value` for bars; `time`, `series`
 * (where the chart has one), `value` for lines, newest first; the columns' own names for tables.
 *
 * @throws Error when the dashboard names a database that `databases` lacks, or a name is not a Glue database's.
 */
export function chartSql(dashboard: Dashboard, chart: Chart, databases: Databases): string {
  const dataSet = dashboard.dataSets[chart.dataSet];
  if (dataSet === undefined) {
    throw new Error(`${dashboard.file}: chart ${chart.id}: dataSet "${chart.dataSet}" does not exist`);
  }
  const source = `from (\n${resolve(dashboard, dataSet.sql, databases)}\n) as source`;

  switch (chart.type) {
    case "kpi":
      return `select ${aggregate(chart.value)} as "value"\n${source}`;
    case "bar":
      return [
        `select ${quoted(chart.category)} as "category", ${aggregate(chart.value)} as "value"`,
        source,
        `where ${quoted(chart.category)} is not null`,
        `group by 1 order by 2 desc nulls last, 1 limit ${chart.limit}`,
      ].join("\n");
    case "line": {
      const series = chart.series === undefined ? [] : [`${quoted(chart.series)} as "series"`];
      const keys = [`date_trunc('${chart.grain}', ${quoted(chart.time)}) as "time"`, ...series];
      return [
        `select ${[...keys, `${aggregate(chart.value)} as "value"`].join(", ")}`,
        source,
        `where ${quoted(chart.time)} is not null`,
        `group by ${keys.map((_, index) => index + 1).join(", ")} order by 1 desc limit ${chart.limit}`,
      ].join("\n");
    }
    case "table":
      return [
        `select ${chart.columns.map(({ column }) => quoted(column)).join(", ")}`,
        source,
        `order by ${chart.orderBy.map(({ column, direction }) => `${quoted(column)} ${direction} nulls last`).join(", ")}`,
        `limit ${chart.limit}`,
      ].join("\n");
  }
}

function resolve(dashboard: Dashboard, sql: string, databases: Databases): string {
  return sql.trim().replace(PLACEHOLDER, (text, key: string) => {
    const database = Object.hasOwn(databases, key) ? databases[key] : undefined;
    if (database === undefined) {
      throw new Error(
        `${dashboard.file}: ${text} has no database in this stack; it has ${Object.keys(databases).sort().join(", ")}`,
      );
    }
    if (!IDENTIFIER.test(database)) {
      throw new Error(
        `${dashboard.file}: ${text} is "${database}", which is no Glue database name of this platform`,
      );
    }
    return database;
  });
}

function aggregate({ agg, column }: Measure): string {
  const of = column === undefined ? "*" : quoted(column);
  switch (agg) {
    case "count":
      return "count(*)";
    case "count_distinct":
      return `count(distinct ${of})`;
    case "median":
      return `approx_percentile(${of}, 0.5)`;
    default:
      return `${agg}(${of})`;
  }
}

/** Quoted, because `hour`, `rows` and the like are words of the language as well as columns. */
function quoted(identifier: string): string {
  return `"${identifier}"`;
}
