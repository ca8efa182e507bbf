import { AthenaWorkgroup } from "../../../local/pipeline/athena";
import { readSparkReport, runSparkWorkflow } from "../../../local/pipeline/spark";
import type { CuratedSet } from "../../../local/pipeline/spark-report";
import { rebuildTables } from "../../../local/pipeline/warehouse";
import { refusals } from "../../../local/rights";
import type { Deployed, Step } from "../run";
import { exampleQueries } from "../example-queries";
import { formatRows } from "../format-rows";

export const runSpark: Step = {
  title: "Spark jobs: curate, page views, master table",
  run: async (run, { say, note }) => {
    const { clients, outputs } = run as Deployed;
    say("one Spark session for all jobs (about 30 s)");
    const begun = Date.now();
    const failure = await runSparkWorkflow(clients, outputs, () => refusals(begun)).then(
      () => undefined,
      (error: Error) => error,
    );
    // The report says more of a failed run than the workflow does.
    const report = await readSparkReport(clients, outputs).catch(() => undefined);
    run.report.spark = report;
    report?.curated.forEach((set) => note(curatedLine(set)));
    report?.tables.forEach(({ table, status, written }) =>
      note(`${table.padEnd(32)} ${status}, ${written} rows`),
    );
    if (failure !== undefined) throw new Error([failure.message, ...(report?.errors ?? [])].join("\n"));
  },
};

function curatedLine({ dataSet, status, read, bad, duplicates, written }: CuratedSet): string {
  if (status !== "written") return `${dataSet.padEnd(32)} ${status}`;
  const dropped = [bad > 0 ? `${bad} to quarantine` : "", duplicates > 0 ? `${duplicates} repeated` : ""];
  return [
    `${dataSet.padEnd(32)} ${read} read, ${written} written`,
    ...dropped.filter((text) => text !== ""),
  ].join(", ");
}

export const buildTables: Step = {
  title: "Athena CTAS as the transform role",
  run: async (run, { note }) => {
    const { clients, outputs } = run as Deployed;
    const transform = await clients.assume(outputs.roles.transform, "transform");
    run.report.tables = await rebuildTables(transform, outputs);
    run.report.tables.forEach(({ table, rows }) => note(`${table.padEnd(36)} ${rows} rows`));
  },
};

export const runQueries: Step = {
  title: "Athena SQL as the analyst role",
  run: async (run, { note }) => {
    const { clients, outputs, ownCsv } = run as Deployed;
    const analyst = await clients.assume(outputs.roles.analyst, "analyst");
    const workgroup = new AthenaWorkgroup(analyst.athena, outputs.workgroups.analysts);
    const shown = [];
    for (const { title, sql } of exampleQueries(outputs, ownCsv?.dataSet)) {
      const { columns, rows } = await workgroup.query(sql);
      if (rows.length === 0) throw new Error(`"${title}" answered no rows:\n${sql}`);
      const names = columns.map(({ name }) => name);
      shown.push({ title, sql, columns: names, rows });
      note([title, ...formatRows(names, rows)].join("\n"));
    }
    run.report.queries = shown;
  },
};
