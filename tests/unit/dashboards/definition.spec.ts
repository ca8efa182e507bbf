import { expect } from "chai";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { DashboardError, loadDashboards, requiredDatabases } from "../../../dashboards";
import { parseDashboard } from "../../../dashboards/load";

const GOOD = `
id: sales
order: 1
title: { en: Sales }
description: { en: What was sold }
dataSets:
  orders:
    sql: select shop, at, amount from \${curated.shop}.orders
    columns: { shop: string, at: datetime, amount: integer }
charts:
  - { id: total, type: kpi, title: { en: Total }, dataSet: orders, value: { agg: sum, column: amount, unit: { en: KRW } } }
  - { id: by-shop, type: bar, title: { en: By shop }, dataSet: orders, category: shop, value: { agg: count, unit: { en: orders } } }
layout:
  - { total: 4, by-shop: 8 }
`;

function problemsOf(change: (yaml: string) => string): string[] {
  const changed = change(GOOD);
  expect(changed, "the test's change").not.to.equal(GOOD);
  return parseDashboard(changed, "dashboards/sales.yaml").problems;
}

describe("dashboard definitions", () => {
  it("ships the four dashboards in reading order", () => {
    const ids = loadDashboards().map(({ id }) => id);
    expect(ids).to.deep.equal(["learning", "events", "music", "trust"]);
  });

  it("ships every title, note and unit in Korean too", () => {
    for (const { file, title, description, charts } of loadDashboards()) {
      const texts = charts.flatMap((chart) => [
        chart.title,
        ...(chart.note ? [chart.note] : []),
        ...("value" in chart ? [chart.value.unit] : chart.columns.map((column) => column.title)),
      ]);
      for (const text of [title, description, ...texts])
        expect(text.ko, `${file}: ${text.en}`).to.be.a("string");
    }
  });

  it("fills the documented limit of a bar chart", () => {
    const { dashboard } = parseDashboard(GOOD, "dashboards/sales.yaml");
    expect(dashboard?.charts[1]).to.include({ limit: 15 });
  });

  it("names file, key and fix of an unknown column", () => {
    expect(problemsOf((yaml) => yaml.replace("category: shop", "category: store"))).to.deep.equal([
      'dashboards/sales.yaml: chart by-shop: category: data set orders has no column "store"; use one of shop, at, amount',
    ]);
  });

  it("tells every problem of a file at once", () => {
    const problems = problemsOf((yaml) =>
      yaml
        .replace("type: kpi", "type: gauge")
        .replace("dataSet: orders, category", "dataSet: sales, category")
        .replace("amount: integer", "amount: money"),
    );
    expect(problems).to.have.length(3);
    expect(problems.join("\n"))
      .to.match(/charts\.0\.type/)
      .and.match(/dataSets\.orders\.columns\.amount/);
    expect(problems.join("\n")).to.contain('dataSet "sales" does not exist; use one of orders');
  });

  const mistakes: [name: string, from: string, to: string, expected: RegExp][] = [
    [
      "a sum of text",
      "column: amount",
      "column: shop",
      /value\.column: column "shop" is string; use .* integer or decimal/,
    ],
    [
      "a sum of nothing",
      "agg: sum, column: amount",
      "agg: sum",
      /value\.column: is missing; sum needs a column/,
    ],
    ["a count of a column", "agg: sum", "agg: count", /count counts rows; leave column out/],
    ["a second statement", "from ${curated.shop}.orders", "from x; drop table y", /holds a semicolon/],
    ["a statement that is no query", "select shop", "delete shop", /must be one query/],
    [
      "a zone that analysts cannot read",
      "${curated.shop}",
      "${landing.shop}",
      /\$\{landing\.shop\} is no database/,
    ],
    ["a row that is too wide", "by-shop: 8", "by-shop: 9", /layout\.0: is 13 columns wide; a row has 12/],
    ["a chart that is not placed", "total: 4, ", "", /chart "total" is placed 0 times; place it once/],
    [
      "a place without a chart",
      "total: 4",
      "totals: 4",
      /there is no chart "totals"; use one of total, by-shop/,
    ],
    ["a key that does not exist", "order: 1", "order: 1\ncolour: red", /[Uu]nrecognized key.*colour/],
    ["text that is not YAML", "order: 1", "order: [1", /is not YAML/],
  ];
  for (const [name, from, to, expected] of mistakes) {
    it(`refuses ${name}`, () => {
      expect(problemsOf((yaml) => yaml.replace(from, to)).join("\n")).to.match(expected);
    });
  }

  it("collects the problems of all files in one error, a repeated id among them", () => {
    const folder = mkdtempSync(join(tmpdir(), "naru-dashboards-"));
    try {
      writeFileSync(join(folder, "a.yaml"), GOOD);
      writeFileSync(join(folder, "b.yaml"), GOOD);
      writeFileSync(join(folder, "c.yaml"), "id: Broken Name");
      expect(() => loadDashboards(folder))
        .to.throw(DashboardError)
        .with.property("problems")
        .that.satisfies(
          (problems: string[]) =>
            problems.some((line) => line.startsWith('dashboards/b.yaml: id: "sales" is another')) &&
            problems.some((line) => line.startsWith("dashboards/c.yaml: id: is not an id")),
        );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("docs/dashboards.md", () => {
  const text = readFileSync(join(__dirname, "../../../docs/dashboards.md"), "utf8");

  it("shows a definition that loads", () => {
    const example = /```yaml\n(.*?)```/s.exec(text)?.[1] ?? "";
    const { dashboard, problems } = parseDashboard(example, "docs/dashboards.md");
    expect(problems).to.deep.equal([]);
    expect(dashboard?.id).to.equal("sales");
  });

  it("names every shipped dashboard and the databases it reads", () => {
    for (const dashboard of loadDashboards()) {
      const row = text.split("\n").find((line) => line.startsWith(`| \`${dashboard.id}\``));
      for (const database of requiredDatabases(dashboard)) expect(row, dashboard.id).to.contain(database);
    }
  });
});
