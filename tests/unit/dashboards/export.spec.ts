import { expect } from "chai";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { exportDashboards, loadDashboards } from "../../../dashboards";
import { MODEL_ELEMENT, type PageModel } from "../../../dashboards/page/model";
import { cannedQuery, DATABASES, HOSTILE } from "./canned";

const sha256 = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

describe("the page as one file", () => {
  let html: string;
  before(async () => {
    html = await exportDashboards({
      dashboards: loadDashboards(),
      databases: DATABASES,
      query: cannedQuery,
      meta: { stack: "test" },
    });
  });
  const modelText = (): string =>
    new RegExp(`id="${MODEL_ELEMENT}">(.*?)</script>`, "s").exec(html)?.[1] ?? "no model in the file";

  it("holds the answer of every chart", () => {
    const model = JSON.parse(modelText()) as PageModel;
    const charts = model.dashboards.flatMap(({ id, charts: own }) => own.map((chart) => `${id}/${chart.id}`));
    expect(Object.keys(model.answers ?? {})).to.have.members(charts);
    expect(charts).to.include("learning/by-course-and-hour").and.include("trust/pseudonym-status");
    expect(model.refreshSeconds).to.equal(undefined);
  });

  it("keeps hostile text inside the data", () => {
    expect(html).not.to.contain(HOSTILE);
    expect(modelText()).not.to.contain("<");
    const model = JSON.parse(modelText()) as PageModel;
    expect(model.answers?.["learning/by-course"])
      .to.have.property("rows")
      .that.deep.equals([[HOSTILE, "1234567"]]);
  });

  it("loads nothing from anywhere", () => {
    const markup = html.replace(/<script>.*<\/script>/s, "");
    expect(markup).not.to.match(/(src|href)="(?!data:)/);
    expect(markup).not.to.match(/@import|url\(/);
    expect(html).to.contain("default-src 'none'");
    expect(html).not.to.match(/connect-src|unsafe-inline/);
  });

  it("allows exactly its own script and style", () => {
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? "";
    const script = /<script>(.*)<\/script>/s.exec(html)?.[1] ?? "";
    expect(script.length).to.be.greaterThan(100_000);
    expect(script).not.to.match(/<\/script/i);
    expect(html)
      .to.contain(`script-src ${sha256(script)}`)
      .and.contain(`style-src ${sha256(style)}`);
  });

  it("makes elements only from text", () => {
    const folder = join(__dirname, "../../../dashboards/page/browser");
    for (const name of readdirSync(folder)) {
      const source = readFileSync(join(folder, name), "utf8");
      expect(source, name).not.to.match(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b/);
    }
  });
});
