import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { RULES } from "../../policies/rules";
import { findingsOf } from "../unit/policies/evaluation";
import { page, sections } from "./pages";

describe("the stream that docs/spark-jobs.md sets", () => {
  let prod: ProgramRecord;

  before(async function () {
    this.timeout(60_000);
    const section = sections(page("docs/spark-jobs.md"), "##").get("Jobs of your own")!;
    const set = [...section.matchAll(/^pulumi config set (naru:\w+) '?(.*?)'?$/gm)];
    const config = Object.fromEntries(set.map(([, name, value]) => [name!, value!]));
    expect(Object.keys(config)).to.have.members(["naru:etl", "naru:glueJobs"]);
    prod = await recordProgram({ root: ROOT, stack: "prod", config });
  });

  it("passes the policies", () => {
    expect(RULES.flatMap((rule) => findingsOf(rule, prod.resources))).to.deep.equal([]);
  });

  it("streams on quarter workers in the network, and brings the script that is tested", () => {
    const job = prod.resources.find(({ type, name }) => type === "aws:glue/job:Job" && name === "etl-live")!;
    expect(job.inputs).to.deep.include({
      ...{ workerType: "G.025X", numberOfWorkers: 2 },
      connections: ["naru-prod-etl-zone-1", "naru-prod-etl-zone-2"],
    });
    const names = prod.resources.map(({ name }) => name);
    expect(names).to.include("etl-live-live/live_page_views.py");
  });
});
