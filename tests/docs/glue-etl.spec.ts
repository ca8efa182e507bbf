import { expect } from "chai";
import { partsOf } from "../../cli/plan/parts";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import { page, sections, tableRows } from "./pages";

const GLUE = { "naru:etl": "glue", "naru:glueExecution": "flex" };

describe("the jobs on AWS Glue", () => {
  it("stand in docs/spark-jobs.md with every type of the plan, and no other", async () => {
    const { resources } = await recordProgram({ root: ROOT, stack: "prod", config: GLUE });
    const parts = partsOf(resources);
    const etl = parts.find(({ component }) => component.type === "naru:aws:GlueEtl")!;
    const section = sections(page("docs/spark-jobs.md"), "##").get("On AWS Glue")!;
    const types = tableRows(section)
      .map(([first]) => first!)
      .filter((type) => type.startsWith("aws:"));
    expect(types).to.have.members([...new Set(etl.custom.map(({ type }) => type))]);
    // One engine to a stack.
    expect(parts.map(({ component }) => component.type)).not.to.include("naru:aws:SparkCluster");
  });
});
