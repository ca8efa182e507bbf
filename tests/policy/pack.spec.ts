/** The compiled pack as a process of its own, over real protobufs: what the engine would hear. */
import { expect } from "chai";
import { compilePolicies, checkStack, type CheckConfiguration } from "../../cli/check";
import { PackProcess } from "../../cli/check/pack-process";
import { examinePlan } from "../../cli/check/run-pack";
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import { RULES } from "../../policies/rules";
import { changed } from "../unit/policies/evaluation";
import { BROKEN } from "./broken-platforms";
import { goodPlan, UNKNOWN } from "./plan";

const STACK = { project: "plan", stack: "prod", preview: true } as const;

describe("the compiled policy pack", () => {
  let pack: PackProcess;
  const examine = (plan: readonly RecordedResource[], config?: CheckConfiguration) =>
    examinePlan(pack, plan, { ...STACK, config });

  before(async () => {
    pack = await PackProcess.start(await compilePolicies());
  });
  after(() => pack.stop());

  it("passes the good plan, and knows every rule", async () => {
    const result = await examine(goodPlan());
    expect(result.violations.concat(result.warnings, result.undecided)).to.deep.equal([]);
    expect(result).to.deep.include({
      ok: true,
      pack: { name: "naru-data-platform", version: "0.1.0", rules: RULES.length },
    });
  });

  it("is broken here in every rule's way", () => {
    expect(Object.keys(BROKEN)).to.have.members(RULES.map((rule) => rule.name));
  });

  for (const [rule, { title, at, plan }] of Object.entries(BROKEN)) {
    it(`refuses ${title}: ${rule} and nothing else`, async () => {
      const result = await examine(plan());
      expect(result.ok).to.equal(false);
      expect([...new Set(result.violations.map((each) => each.rule))]).to.deep.equal([rule]);
      for (const finding of result.violations) {
        expect(finding.resource).to.equal(at);
        expect(finding.urn).to.match(/^urn:pulumi:(prod|test)::plan::/);
        expect(finding.fix).to.have.length.greaterThan(10);
        expect(finding.reference).to.match(/^(PIPA|ISMS-P|FSBP|Naru) /);
      }
      expect(JSON.stringify(result)).to.not.contain("canary-9d2f");
    });
  }

  it("reports what a preview can't decide, without refusing or passing it silently", async () => {
    const result = await examine(changed(goodPlan(), "data", ["enableKeyRotation"], UNKNOWN));
    expect(result.ok).to.equal(true);
    expect(result.undecided.map(({ rule, resource }) => ({ rule, resource }))).to.deep.equal([
      { rule: "key-rotation", resource: "data" },
    ]);
  });

  it("refuses what is undecided when the configuration says so", async () => {
    const plan = changed(goodPlan(), "data", ["enableKeyRotation"], UNKNOWN);
    expect((await examine(plan, { groups: { undecided: "mandatory" } })).ok).to.equal(false);
  });

  it("goes by the levels and waivers of the configuration", async () => {
    const plan = BROKEN["key-rotation"].plan();
    const advisory = await examine(plan, { rules: { "key-rotation": "advisory" } });
    expect([advisory.ok, advisory.warnings.length, advisory.violations.length]).to.deep.equal([true, 1, 0]);
    const disabled = await examine(plan, { groups: { encryption: "disabled" } });
    expect([disabled.ok, disabled.warnings.length]).to.deep.equal([true, 0]);
    const waiver = { rule: "key-rotation", resource: "*::data", reason: "Imported key, replaced soon." };
    expect((await examine(plan, { waivers: [{ ...waiver, expires: "2999-12-31" }] })).ok).to.equal(true);
    const [ended] = (await examine(plan, { waivers: [{ ...waiver, expires: "2020-12-31" }] })).violations;
    expect(ended.problem).to.contain("Its waiver ended on 2020-12-31.");
  });

  it("refuses a configuration that names no rule", async () => {
    const error = await examine(goodPlan(), { rules: { "key-rotatoin": "advisory" } }).catch(
      (each: Error) => each,
    );
    expect(error).to.be.instanceOf(Error).with.property("message").that.contains("key-rotatoin");
  });
});

describe("checkStack", () => {
  const run = async (plan: readonly RecordedResource[], json: boolean) => {
    const written: string[] = [];
    const outcome = await checkStack(plan, { ...STACK, json, write: (text) => written.push(text) });
    return { outcome, text: written.join("") };
  };

  it("ends with 0 on a good plan", async () => {
    const { outcome, text } = await run(goodPlan(), false);
    expect(outcome.exitCode).to.equal(0);
    expect(text).to.match(/^PASSED plan\/prod: 0 violations/);
  });

  it("ends with 1 on a broken plan and writes JSON", async () => {
    const { outcome, text } = await run(BROKEN["bucket-encryption"].plan(), true);
    expect(outcome.exitCode).to.equal(1);
    const { rules: _rules, ...told } = outcome.result!;
    expect(JSON.parse(text)).to.deep.equal(told);
  });

  it("ends with 2 and the reason when the check could not be made", async () => {
    const errors: string[] = [];
    const config = { rules: { nothing: "advisory" } } as const;
    const outcome = await checkStack(goodPlan(), {
      ...STACK,
      config,
      writeError: (text) => errors.push(text),
    });
    expect(outcome).to.deep.equal({ exitCode: 2 });
    expect(errors.join("")).to.contain("nothing");
  });
});

describe("a pack that does not start", () => {
  it("is an error with the pack's own words", async () => {
    const error = await PackProcess.start(__dirname).catch((each: Error) => each);
    expect(error).to.be.instanceOf(Error).with.property("message").that.contains("does not start");
  });
});
