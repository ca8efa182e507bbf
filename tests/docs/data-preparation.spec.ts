import { readFileSync } from "node:fs";
import { expect } from "chai";
import { STEP_WORDS } from "../../components/aws/data-prep/steps";
import { mocked } from "../unit/components/mocks";
import { GOOD, makeBrew } from "../unit/components/preparations";
import { page, sections, tableRows } from "./pages";

const rows = tableRows(sections(page("docs/data-preparation.md"), "##").get("A preparation")!);
const source = readFileSync("components/aws/data-prep/preparation.ts", "utf8");
/** Words of a preparation, with the default that the source states. */
const words = [
  ...source
    .split("export interface Preparation {")[1]!
    .split("\n}")[0]!
    .matchAll(/\/\*\*(.+?)\*\/\s*readonly (\w+)(\??):/gs),
].map(([, comment, name]) => [name!, /@default (\S+)/.exec(comment!)?.[1] ?? "required"]);

describe("docs/data-preparation.md", () => {
  it("lists each word of a preparation with its default", () => {
    const documented = rows.filter(([name]) => words.some(([word]) => word === name));
    expect(documented.map(([name, text]) => [name, text])).to.have.deep.members(words);
  });

  it("lists each action with the words that it needs", () => {
    const documented = rows.filter(([actions]) => actions!.split(", ")[0]! in STEP_WORDS);
    const needed = documented.flatMap(([actions, said]) =>
      actions!.split(", ").map((action) => [action, STEP_WORDS[action as keyof typeof STEP_WORDS], said]),
    );
    expect(needed.map(([action]) => action)).to.have.members(Object.keys(STEP_WORDS));
    for (const [action, wanted, said] of needed) {
      for (const word of wanted as string[])
        expect(said, String(action)).to.match(new RegExp(`\\b${word}\\b`));
    }
  });

  it("tells the defaults as they are", async () => {
    const stack = await mocked(() => makeBrew([GOOD]));
    const [{ inputs }] = stack.of("aws:cloudformation/stack:Stack") as [(typeof stack.resources)[number]];
    const { Job, Profile, Project, Schedule } = JSON.parse(inputs.templateBody).Resources;
    expect(Object.fromEntries(words.filter(([, text]) => text !== "required"))).to.deep.equal({
      partitionBy: JSON.stringify(Job.Properties.Outputs[0].PartitionColumns ?? []),
      schedule: JSON.stringify(Schedule ?? null),
      profileRows: String(Profile.Properties.JobSample.Size),
      project: String(Project !== undefined),
      sampleRows: String(Project.Properties.Sample.Size),
      maxNodes: String(Job.Properties.MaxCapacity),
      timeoutMinutes: String(Job.Properties.Timeout),
      retries: String(Job.Properties.MaxRetries),
    });
  });
});
