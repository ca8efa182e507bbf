import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { mermaid } from "../../cli/plan/mermaid";
import { partsOf } from "../../cli/plan/parts";
import { ROOT } from "../../local/paths";
import { EMULATED_TYPES } from "../../local/provider";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { ADDING, examples } from "../setting-examples";
import { blocks, page, sections, tableRows } from "./pages";

const RESOURCES = page("docs/aws-resources.md");
const ARCHITECTURE = page("docs/architecture.md");

/** First column of the tables in a section, types of AWS only. */
function typesIn(section: string): string[] {
  return tableRows(section)
    .map(([first]) => first!)
    .filter((type) => type.startsWith("aws:"));
}

/** `lake: DataLake` -> the types of its resources, sorted. */
function typesByComponent({ resources }: ProgramRecord): Record<string, readonly string[]> {
  const all = partsOf(resources).map(({ component, custom }) => [
    `${component.name}: ${component.type.split(":").at(-1)}`,
    [...new Set(custom.map(({ type }) => type))].sort(),
  ]);
  return Object.fromEntries(all) as Record<string, readonly string[]>;
}

describe("pages about the plan", () => {
  let plan: ProgramRecord;
  /** The prod stack has a network, which dev does without. */
  let prod: ProgramRecord;
  /** With every setting that adds a component, Glue instead of EMR Serverless. */
  let withSettings: ProgramRecord;

  before(async () => {
    plan = await recordProgram({ root: ROOT, stack: "dev" });
    prod = await recordProgram({ root: ROOT, stack: "prod" });
    const config = examples(ADDING);
    withSettings = await recordProgram({ root: ROOT, stack: "prod", config });
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
    // What the prod stack has as it comes is told of that; the rest of what settings add.
    const planned = { ...typesByComponent(withSettings), ...typesByComponent(prod) };
    expect(Object.fromEntries(documented)).to.deep.equal(planned);
  });

  it("docs/aws-resources.md names what governing an account adds", async () => {
    const config = { "naru:accountGovernance": "true", ...examples(["lakeAdmins"]) };
    const governing = await recordProgram({ root: ROOT, stack: "prod", config });
    const [key] = Object.keys(typesByComponent(prod)).filter((name) => name.startsWith("governance"));
    const added = typesByComponent(governing)[key!]!.filter((type) =>
      /lakeformation|macie|ssm|kms/.test(type),
    );
    expect(added).to.have.length.greaterThan(8);
    for (const type of added) expect(sections(RESOURCES, "##").get(key!)).to.contain(`\`${type}\``);
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
