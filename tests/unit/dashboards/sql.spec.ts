import { expect } from "chai";

import {
  availableDashboards,
  chartSql,
  type Dashboard,
  loadDashboards,
  requiredDatabases,
  type Chart,
} from "../../../dashboards";

const DATABASES = {
  "curated.lms": "naru_local_curated_lms",
  "curated.music": "naru_local_curated_music",
  "curated.ops": "naru_local_curated_ops",
};

const unit = { en: "rows" };
const base = { id: "chart", title: { en: "Chart" }, dataSet: "views" };
const dashboard: Dashboard = {
  id: "test",
  order: 1,
  title: { en: "Test" },
  description: { en: "Test" },
  dataSets: {
    views: {
      sql: "select * from ${curated.lms}.views",
      columns: { hour: "datetime", course: "string", rows: "integer" },
    },
  },
  charts: [],
  layout: [],
  file: "dashboards/test.yaml",
};
const sqlOf = (chart: Chart): string => chartSql(dashboard, chart, DATABASES).replace(/\s+/g, " ");
const SOURCE = "from ( select * from naru_local_curated_lms.views ) as source";

describe("chart to Athena SQL", () => {
  it("makes one complete statement of every shipped chart", () => {
    for (const shipped of loadDashboards()) {
      for (const chart of shipped.charts) {
        const sql = chartSql(shipped, chart, DATABASES);
        expect(sql, `${shipped.id}/${chart.id}`).to.match(/^select .* as source/s);
        expect(sql).not.to.contain("${");
        expect(sql).to.contain("naru_local_curated_");
      }
    }
  });

  it("writes a median as Athena has it", () => {
    const value = { agg: "median" as const, column: "rows", unit };
    expect(sqlOf({ ...base, type: "kpi", value })).to.equal(
      `select approx_percentile("rows", 0.5) as "value" ${SOURCE}`,
    );
  });

  it("orders bars by value, then by name, so that equal bars keep their places", () => {
    const value = { agg: "count_distinct" as const, column: "course", unit };
    expect(sqlOf({ ...base, type: "bar", category: "course", value, limit: 5 })).to.equal(
      `select "course" as "category", count(distinct "course") as "value" ${SOURCE} ` +
        `where "course" is not null group by 1 order by 2 desc nulls last, 1 limit 5`,
    );
  });

  it("groups lines by time and series, newest first", () => {
    const value = { agg: "count" as const, unit };
    expect(
      sqlOf({ ...base, type: "line", time: "hour", grain: "hour", series: "course", value, limit: 9 }),
    ).to.equal(
      `select date_trunc('hour', "hour") as "time", "course" as "series", count(*) as "value" ${SOURCE} ` +
        `where "hour" is not null group by 1, 2 order by 1 desc limit 9`,
    );
  });

  it("limits a table outside its data set, after ordering", () => {
    const columns = [{ column: "course", title: { en: "Course" }, format: "plain" as const }];
    const orderBy = [{ column: "rows", direction: "desc" as const }];
    expect(sqlOf({ ...base, type: "table", columns, orderBy, limit: 3 })).to.equal(
      `select "course" ${SOURCE} order by "rows" desc nulls last limit 3`,
    );
  });

  it("names file and placeholder of a database that the stack lacks", () => {
    const chart: Chart = { ...base, type: "kpi", value: { agg: "count", unit } };
    expect(() => chartSql(dashboard, chart, { "curated.sis": "x" })).to.throw(
      "dashboards/test.yaml: ${curated.lms} has no database in this stack; it has curated.sis",
    );
  });

  it("refuses a database name that could change the statement", () => {
    const chart: Chart = { ...base, type: "kpi", value: { agg: "count", unit } };
    expect(() => chartSql(dashboard, chart, { "curated.lms": "x; drop table y" })).to.throw(
      "no Glue database name",
    );
  });

  it("sets aside dashboards whose databases the stack lacks, and says which", () => {
    const { available, unavailable } = availableDashboards(loadDashboards(), { "curated.lms": "db" });
    expect(available.map(({ id }) => id)).to.deep.equal(["learning", "events"]);
    expect(unavailable.map(({ dashboard: { id }, missing }) => [id, missing])).to.deep.equal([
      ["music", ["curated.music"]],
      ["trust", ["curated.ops"]],
    ]);
  });

  it("lists a dashboard's databases once", () => {
    expect(requiredDatabases(dashboard)).to.deep.equal(["curated.lms"]);
  });
});
