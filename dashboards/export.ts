/** All dashboards as one HTML file that opens from disk, without a server or a network. */
import { ChartAnswers, eachChart, type Query, type ChartAnswer } from "./answers";
import type { Dashboard } from "./definition";
import { pageAssets } from "./page/assets";
import { pageModel, staticDocument } from "./page/document";
import type { PageMeta } from "./page/model";
import type { Databases } from "./sql";

export interface ExportDashboardsArgs {
  readonly dashboards: readonly Dashboard[];
  /** Glue database by `<zone>.<domain>`. */
  readonly databases: Databases;
  readonly query: Query;
  readonly meta: PageMeta;
}

/**
 * Runs every chart once and resolves with the file's text. A chart whose query fails shows its reason in its place.
 *
 * @throws Error when a dashboard names a database that `databases` lacks.
 */
export async function exportDashboards({
  dashboards,
  databases,
  query,
  meta,
}: ExportDashboardsArgs): Promise<string> {
  const answers = new ChartAnswers(dashboards, databases, query);
  const entries = await Promise.all(
    eachChart(dashboards).map(async ({ dashboard, chart }): Promise<[string, ChartAnswer | undefined]> => [
      `${dashboard.id}/${chart.id}`,
      await answers.answer(dashboard.id, chart.id, Infinity),
    ]),
  );
  const known = entries.filter((entry): entry is [string, ChartAnswer] => entry[1] !== undefined);
  return staticDocument(
    { ...pageModel(dashboards, answers, meta), answers: Object.fromEntries(known) },
    pageAssets(),
  );
}
