/** Reads dashboard files and checks them: first each piece by its schema, then what the pieces say of one another. */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseDocument } from "yaml";
import type { z } from "zod";

import { placeholders } from "./sql";
import {
  type Chart,
  type ColumnType,
  type Dashboard,
  DashboardError,
  type DataSet,
  chartSchema,
  dashboardFrameSchema,
  dataSetSchema,
  GRID_COLUMNS,
  type Measure,
} from "./definition";

const NUMERIC: readonly ColumnType[] = ["integer", "decimal"];

/**
 * Every `*.yaml` of a folder, by `order` and then by id.
 *
 * @param directory Folder of definitions. @default the folder of this module
 * @throws DashboardError naming every problem of every file at once.
 */
export function loadDashboards(directory: string = __dirname): Dashboard[] {
  const problems: string[] = [];
  const files = readdirSync(directory).filter((name) => name.endsWith(".yaml"));
  if (files.length === 0) problems.push(`${directory}: holds no *.yaml; add a dashboard definition`);

  const dashboards: Dashboard[] = [];
  for (const name of files.sort()) {
    const result = parseDashboard(
      readFileSync(join(directory, name), "utf8"),
      `dashboards/${basename(name)}`,
    );
    problems.push(...result.problems);
    if (result.dashboard) dashboards.push(result.dashboard);
  }
  problems.push(...repeatedIds(dashboards));
  if (problems.length > 0) throw new DashboardError(problems);
  return dashboards.sort((a, b) => a.order - b.order || a.id.localeCompare(b.id));
}

/** One definition from its text. `dashboard` is set exactly when there are no problems. */
export function parseDashboard(yaml: string, file: string): { dashboard?: Dashboard; problems: string[] } {
  const document = parseDocument(yaml);
  if (document.errors.length > 0) {
    return {
      problems: document.errors.map((error) => `${file}: is not YAML: ${error.message.split("\n")[0]}`),
    };
  }
  const frame = dashboardFrameSchema.safeParse(document.toJS());
  if (!frame.success) return { problems: schemaProblems(file, [], frame.error) };

  const problems: string[] = [];
  const dataSets: Record<string, DataSet> = {};
  for (const [name, raw] of Object.entries(frame.data.dataSets)) {
    const parsed = dataSetSchema.safeParse(raw);
    if (parsed.success) dataSets[name] = parsed.data;
    else problems.push(...schemaProblems(file, ["dataSets", name], parsed.error));
  }
  const charts: Chart[] = [];
  frame.data.charts.forEach((raw, index) => {
    const parsed = chartSchema.safeParse(raw);
    if (parsed.success) charts.push(parsed.data);
    else problems.push(...schemaProblems(file, ["charts", index], parsed.error));
  });

  const known = Object.keys(frame.data.dataSets);
  problems.push(
    ...Object.entries(dataSets).flatMap(([name, dataSet]) =>
      sqlProblems(`${file}: dataSets.${name}.sql`, dataSet.sql),
    ),
    ...charts.flatMap((chart) => chartProblems(`${file}: chart ${chart.id}`, chart, dataSets, known)),
  );
  // A chart that could not be read has no id to place, so the layout is judged only when all could.
  if (charts.length === frame.data.charts.length)
    problems.push(...layoutProblems(file, charts, frame.data.layout));
  return problems.length > 0
    ? { problems }
    : { dashboard: { ...frame.data, dataSets, charts, file }, problems };
}

function schemaProblems(file: string, at: PropertyKey[], error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    const key = [...at, ...issue.path].map(String).join(".");
    return `${file}: ${key === "" ? "the file" : key}: ${issue.message}`;
  });
}

function sqlProblems(where: string, sql: string): string[] {
  const problems: string[] = [];
  if (!/^\s*(select|with)\b/i.test(sql))
    problems.push(`${where}: must be one query; start it with select or with`);
  if (sql.includes(";")) problems.push(`${where}: holds a semicolon; write one query without it`);
  for (const { text, key } of placeholders(sql)) {
    if (key === undefined) {
      problems.push(`${where}: ${text} is no database; write \${raw.<domain>} or \${curated.<domain>}`);
    }
  }
  return problems;
}

function chartProblems(
  where: string,
  chart: Chart,
  dataSets: Readonly<Record<string, DataSet>>,
  known: readonly string[],
): string[] {
  if (!known.includes(chart.dataSet)) {
    return [`${where}: dataSet "${chart.dataSet}" does not exist; use one of ${known.join(", ")}`];
  }
  const columns = dataSets[chart.dataSet]?.columns;
  if (columns === undefined) return []; // The data set's own problem has been told.

  const problems: string[] = [];
  const expect = (key: string, column: string, types?: readonly ColumnType[]): void => {
    const type = columns[column];
    if (type === undefined) {
      problems.push(
        `${where}: ${key}: data set ${chart.dataSet} has no column "${column}"; use one of ${Object.keys(columns).join(", ")}`,
      );
    } else if (types !== undefined && !types.includes(type)) {
      problems.push(
        `${where}: ${key}: column "${column}" is ${type}; use a column of type ${types.join(" or ")}`,
      );
    }
  };
  if (chart.type === "table") {
    chart.columns.forEach(({ column }) => expect("columns", column));
    chart.orderBy.forEach(({ column }) => expect("orderBy", column));
    return problems;
  }
  if (chart.type === "bar") expect("category", chart.category);
  if (chart.type === "line") {
    expect("time", chart.time, ["datetime"]);
    if (chart.series !== undefined) expect("series", chart.series);
  }
  problems.push(...measureProblems(where, chart.value));
  if (chart.value.column !== undefined) {
    expect("value.column", chart.value.column, chart.value.agg === "count_distinct" ? undefined : NUMERIC);
  }
  return problems;
}

function measureProblems(where: string, { agg, column }: Measure): string[] {
  if (agg === "count" && column !== undefined) {
    return [`${where}: value.column: count counts rows; leave column out, or use count_distinct`];
  }
  if (agg !== "count" && column === undefined)
    return [`${where}: value.column: is missing; ${agg} needs a column`];
  return [];
}

function layoutProblems(file: string, charts: readonly Chart[], layout: Dashboard["layout"]): string[] {
  const problems: string[] = [];
  const ids = charts.map((chart) => chart.id);
  const placed = layout.flatMap((row) => Object.keys(row));
  for (const id of new Set(ids)) {
    if (ids.filter((other) => other === id).length > 1) {
      problems.push(`${file}: charts: id "${id}" is used twice; give each chart its own`);
    }
    const times = placed.filter((other) => other === id).length;
    if (times !== 1) problems.push(`${file}: layout: chart "${id}" is placed ${times} times; place it once`);
  }
  for (const id of placed.filter((id) => !ids.includes(id))) {
    problems.push(`${file}: layout: there is no chart "${id}"; use one of ${ids.join(", ")}`);
  }
  layout.forEach((row, index) => {
    const width = Object.values(row).reduce((sum, columns) => sum + columns, 0);
    if (width > GRID_COLUMNS) {
      problems.push(`${file}: layout.${index}: is ${width} columns wide; a row has ${GRID_COLUMNS}`);
    }
  });
  return problems;
}

function repeatedIds(dashboards: readonly Dashboard[]): string[] {
  return dashboards
    .filter((dashboard, index) => dashboards.findIndex(({ id }) => id === dashboard.id) < index)
    .map(({ file, id }) => `${file}: id: "${id}" is another dashboard's; give this one its own`);
}
