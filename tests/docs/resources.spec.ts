import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { mermaid } from "../../cli/plan/mermaid";
import { partsOf } from "../../cli/plan/parts";
import { ROOT } from "../../local/paths";
import { EMULATED_TYPES } from "../../local/provider";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { blocks, page, sections, tableRows } from "./pages";

const RESOURCES = page("docs/aws-resources.md");
const ARCHITECTURE = page("docs/architecture.md");

/** First column of the tables in a section, types of AWS only. */
function typesIn(section: string): string[] {
  return tableRows(section)
    .map(([first]) => first!)
    .filter((type) => type.startsWith("aws:"));
}

describe("pages about the plan", () => {
  let plan: ProgramRecord;
  /** The prod stack has a network, which dev does without. */
  let prod: ProgramRecord;

  before(async () => {
    plan = await recordProgram({ root: ROOT, stack: "dev" });
    prod = await recordProgram({ root: ROOT, stack: "prod" });
  });

  it("prod's plan, which the pages list, has every component and type of dev's", () => {
    const named = ({ resources }: ProgramRecord) =>
      partsOf(resources).flatMap(({ component, custom }) =>
        custom.map(({ type }) => `${component.name} ${type}`),
      );
    expect(named(prod)).to.include.members(named(plan));
  });

  it("docs/aws-resources.md lists each component's resource types, and no other", () => {
    const documented = [...sections(RESOURCES, "##")].map(([title, text]) => [title, typesIn(text).sort()]);
    const planned = partsOf(prod.resources).map(({ component, custom }) => [
      `${component.name}: ${component.type.split(":").at(-1)}`,
      [...new Set(custom.map(({ type }) => type))].sort(),
    ]);
    expect(Object.fromEntries(documented)).to.deep.equal(Object.fromEntries(planned));
  });

  it("docs/aws-resources.md states only prices that stand in the code", () => {
    const sources = readdirSync(join(ROOT, "components", "aws"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"));
    const prices = (text: string) => [...text.matchAll(/([\d.]+) USD/g)].map(([, price]) => price!);
    expect(prices(RESOURCES.text).length).to.be.greaterThan(5);
    expect(sources.flatMap(prices)).to.include.members(prices(RESOURCES.text));
  });

  it("docs/proven.md names every type that has no engine here", () => {
    const without = prod.resources.filter(({ custom, type }) => custom && !EMULATED_TYPES.includes(type));
    const section = sections(page("docs/proven.md"), "##").get("Planned, not emulated")!;
    expect(typesIn(section)).to.have.members([...new Set(without.map(({ type }) => type))]);
  });

  it("docs/architecture.md shows the diagram of the plan", () => {
    const diagram = mermaid(plan);
    expect(readFileSync(join(ROOT, "docs", "architecture.mmd"), "utf8")).to.equal(diagram);
    expect(blocks(ARCHITECTURE, "mermaid")[0]).to.equal(diagram);
  });

  it("docs/architecture.md names every role and component", () => {
    const roles = prod.resources
      .filter(({ type }) => type === "aws:iam/role:Role")
      .map(({ inputs }) => String(inputs.name).replace(/^naru-prod-/, ""));
    const known = sections(ARCHITECTURE, "##").get("Who may do what")!;
    const documented = tableRows(known).map(([role]) => role!.replace("<domain>-<name>", "lms-requests"));
    expect(documented).to.have.members(roles);
    const components = tableRows(sections(ARCHITECTURE, "##").get("The program")!).map(([name]) => name);
    const made = partsOf(prod.resources).map(({ component }) => component.type.split(":").at(-1));
    expect(components).to.have.members(made);
  });
});
