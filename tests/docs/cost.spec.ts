import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { cost } from "../../cli/cost";
import { toldCost, type CostReport } from "../../cli/cost/report";
import { costOf, HOURS, PRICES } from "../../components/cost";
import { ROOT } from "../../local/paths";
import { blocks, page } from "./pages";

const PAGE = page("docs/cost.md");

/** The command's own answer as data; a person's is told of the same. */
async function answer(): Promise<CostReport> {
  const said: string[] = [];
  const output = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
  expect(await cost({ stacks: ["dev"], json: true, output })).to.equal(0);
  return (JSON.parse(said.join("\n")) as CostReport[])[0]!;
}

/** What pages reckon from prices: six keys, four endpoints a month, half a DPU of Glue. */
const RECKONED = [
  6 * costOf("kms-key", 1),
  Math.round(costOf("vpc-endpoint", 4 * HOURS)),
  costOf("glue-dpu", 0.5),
];

/** Dollars that a text states, as they are written. */
const dollars = (text: string) => [...text.matchAll(/(\d[\d.]*) USD/g)].map(([, amount]) => Number(amount));

describe("docs/cost.md", () => {
  let report: CostReport;

  before(async () => {
    report = await answer();
  });

  it("shows the answer's start as it is", () => {
    const said = toldCost(report).join("\n");
    const start = said.slice(0, said.indexOf("\n\nOnly use tells"));
    expect(blocks(PAGE, "text")[0]).to.equal(`${start}\n`);
  });

  it("says of no price more than the file does, nor do the other pages and the components", () => {
    const components = readdirSync(join(ROOT, "components", "aws"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    const pages = ["docs/aws-resources.md", "docs/components.md"].map((path) => page(path).text);
    const known = PRICES.flatMap(({ usd }) => [usd, Math.round(usd * HOURS * 100) / 100]);
    const stated = [...components, ...pages].flatMap(dollars);
    expect(stated.length).to.be.greaterThan(30);
    expect(stated.filter((amount) => ![...known, ...RECKONED].includes(amount))).to.deep.equal([]);
  });

  it("agrees with what the READMEs say of dev", () => {
    for (const path of ["README.md", "README.ko.md"]) {
      expect(dollars(page(path).text), path).to.deep.equal([Math.round(report.total.idle)]);
    }
  });
});
