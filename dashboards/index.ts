/** Dashboards as code: read definitions, then serve them live or export them as one file. */
export { ChartAnswers, type ChartAnswer, type Query, type QueryResult } from "./answers";
export { type Chart, type Dashboard, DashboardError, type Localised } from "./definition";
export { exportDashboards, type ExportDashboardsArgs } from "./export";
export { loadDashboards } from "./load";
export type { PageMeta } from "./page/model";
export { serveDashboards, type ServeDashboardsArgs, type ServedDashboards } from "./serve";
export { availableDashboards, chartSql, type Databases, requiredDatabases } from "./sql";
