import { writeFileSync } from "node:fs";
import { relative } from "node:path";
import { availableDashboards, exportDashboards, loadDashboards, serveDashboards } from "../../../dashboards";
import { AthenaWorkgroup } from "../../../local/pipeline/athena";
import { PATHS, ROOT } from "../../../local/paths";
import { freePort } from "../../../local/ports";
import type { Deployed, Step } from "../run";

const DASHBOARD_PORT = 8080;

/** Sessions of an assumed role end after an hour; the page takes a new one before that. */
const SESSION_MS = 30 * 60_000;

export const showDashboards: Step = {
  title: "Dashboards",
  run: async (run, { say, note }) => {
    const { outputs } = run as Deployed;
    const { available } = availableDashboards(loadDashboards(), outputs.databases);
    const arguments_ = {
      dashboards: available,
      databases: outputs.databases,
      query: analystQuery(run as Deployed),
      meta: { stack: "local" },
    };
    say("drawing the static page");
    const html = await exportDashboards(arguments_);
    writeFileSync(PATHS.dashboard, html);
    const file = relative(ROOT, PATHS.dashboard);
    const charts = available.reduce((sum, dashboard) => sum + dashboard.charts.length, 0);
    if (run.options.once !== true) {
      run.dashboard = await serveDashboards({ ...arguments_, port: await freePort(DASHBOARD_PORT) });
    }
    run.report.dashboard = { url: run.dashboard?.url, file, charts };
    note(`${charts} charts over Athena, as one file: ${file}`);
    if (run.dashboard !== undefined) note(`live: ${run.dashboard.url}`);
  },
};

/** Queries as the analyst role, with a session that is renewed while the page stays up. */
function analystQuery({ clients, outputs }: Deployed) {
  let session: Promise<AthenaWorkgroup> | undefined;
  let since = 0;
  return async (sql: string) => {
    if (session === undefined || Date.now() - since > SESSION_MS) {
      since = Date.now();
      session = clients
        .assume(outputs.roles.analyst, "dashboard")
        .then(({ athena }) => new AthenaWorkgroup(athena, outputs.workgroups.analysts));
      // A refusal is not kept: the next chart asks again.
      session.catch(() => (session = undefined));
    }
    return (await session).query(sql);
  };
}
