import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { RULES } from "../../policies/rules";
import { findingsOf } from "../unit/policies/evaluation";
import { page, sections, tableRows } from "./pages";

/** Settings that a section shows, as `pulumi config set naru:<name> '<value>'`. */
function shown(section: string): Record<string, string> {
  const lines = [...section.matchAll(/^pulumi config set (naru:\w+) '(.*)'$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name!, value!]));
}

describe("the connection that docs/crawlers.md sets", () => {
  const text = sections(page("docs/crawlers.md"), "##");
  let prod: ProgramRecord;

  before(async function () {
    this.timeout(60_000);
    prod = await recordProgram({ root: ROOT, stack: "prod", config: shown(text.get("Connections")!) });
  });

  it("makes a stack that the policies pass, with a crawler that reads over it from the network", () => {
    expect(RULES.flatMap((rule) => findingsOf(rule, prod.resources))).to.deep.equal([]);
    const crawler = prod.resources.find(({ type }) => type === "aws:glue/crawler:Crawler")!;
    expect(crawler.inputs.jdbcTargets).to.deep.equal([
      { connectionName: "naru-prod-connection-music", path: "music/public/%", exclusions: [] },
    ]);
    const connection = prod.resources.find(({ type }) => type === "aws:glue/connection:Connection")!;
    expect(connection.propertyDependencies.physicalConnectionRequirements!.join()).to.include(
      "network-closed",
    );
    const endpoints = prod.resources.filter(({ type }) => type === "aws:ec2/vpcEndpoint:VpcEndpoint");
    expect(endpoints.map(({ name }) => name)).to.include("network-secretsmanager");
  });

  it("has no credentials in its plan", () => {
    const connection = prod.resources.find(({ type }) => type === "aws:glue/connection:Connection")!;
    const properties = JSON.stringify(connection.inputs.connectionProperties);
    expect(properties).to.match(/"SECRET_ID":"arn:aws:secretsmanager:[^"]+:secret:music-/);
    expect(properties).not.to.match(/password|username/i);
  });

  it("stands among the types of the page", () => {
    const types = tableRows(text.get("What it makes on AWS")!).map(([type]) => type);
    const made = prod.resources.filter(
      ({ custom, urn }) =>
        custom && /\$naru:aws:(Connection|Crawlers)\$|naru:aws:(Connection|Crawlers)\$/.test(urn),
    );
    expect(made.length).to.be.greaterThan(5);
    for (const { type } of made) expect(types).to.include(type);
  });
});
