import { expect } from "chai";
import { findingChange, type StackComparison } from "../../../cli/check/comparison";
import { formatComparison } from "../../../cli/check/comparison-report";
import { costDifference, type ComparableCost } from "../../../cli/cost/difference";
import { planDifference } from "../../../cli/plan/difference";
import { printOf } from "../../../cli/plan/print";
import { resource } from "../../policy/resource";
import { finding, judged } from "./judged";

const NOTHING = { violations: [], warnings: [], undecided: [] };
const result = (rest = {}) => judged({ ...NOTHING, ...rest }).result;

describe("what a change broke and mended", () => {
  it("is new, gone, or stood before", () => {
    const [old, mended, fresh] = ["old", "mended", "fresh"].map((urn) => finding({ urn }));
    const base = result({ violations: [old, mended] });
    const change = findingChange(result({ violations: [old, fresh] }), { judged: base, judgedNow: base });
    expect(change.broken.violations).to.deep.equal([fresh]);
    expect(change.mended).to.deep.equal([mended]);
    expect(change.silenced).to.deep.equal([]);
    expect(change.remaining).to.equal(1);
  });

  it("counts what only a rule, a level or a waiver took away as silenced, not as mended", () => {
    const change = findingChange(result(), {
      judged: result({ violations: [finding()] }),
      judgedNow: result(),
    });
    expect(change.mended).to.deep.equal([]);
    expect(change.silenced).to.deep.equal([finding()]);
  });

  it("counts a violation that a configuration made a warning as silenced, and the warning as new", () => {
    const advisory = finding({ level: "advisory" });
    const change = findingChange(result({ warnings: [advisory] }), {
      judged: result({ violations: [finding()] }),
      judgedNow: result({ warnings: [advisory] }),
    });
    expect(change.silenced).to.deep.equal([finding()]);
    expect(change.broken.warnings).to.deep.equal([advisory]);
  });

  it("holds a new rule against the change that brings it", () => {
    const now = result({ violations: [finding()] });
    expect(findingChange(now, { judged: result(), judgedNow: now }).broken.violations).to.have.length(1);
  });

  it("goes by the rules of now where the base could not judge", () => {
    const now = result({ violations: [finding()] });
    expect(findingChange(now, { judged: null, judgedNow: now })).to.deep.include({
      remaining: 1,
      mended: [],
    });
  });
});

function cost(components: Record<string, number>, types: string[] = []): ComparableCost {
  const sums = (idle: number) => ({ idle, usage: 1, usageAfterRetention: 1 });
  return {
    components: Object.entries(components).map(([name, idle]) => ({ name, ...sums(idle) })),
    total: sums(Object.values(components).reduce((sum, idle) => sum + idle, 0)),
    notPriced: types.map((type) => ({ type, what: null, count: 1, why: "no price" })),
    krwPerUsd: { rate: 1400, date: null, source: "test" },
  } as ComparableCost;
}

describe("what a change adds to the cost", () => {
  it("is told by component, the largest difference first, without roundings", () => {
    const found = costDifference(cost({ a: 1, b: 10, c: 5 }), cost({ a: 1.001, b: 30, d: 7 }, ["aws:x"]));
    expect(found.components).to.deep.equal([
      { component: "b", before: 11, after: 31 },
      { component: "d", before: 0, after: 8 },
      { component: "c", before: 6, after: 0 },
    ]);
    expect(found.newlyNotPriced).to.deep.equal(["aws:x"]);
  });
});

describe("a comparison as text", () => {
  const BUCKET = "aws:s3/bucket:Bucket";
  const comparison = (rest: Partial<StackComparison> = {}): StackComparison => ({
    stack: "dev",
    base: { reference: "main", commit: "0123456789abcdef" },
    findings: { broken: NOTHING, mended: [], silenced: [], remaining: 0 },
    plan: planDifference(
      printOf([resource(BUCKET, "data", { bucket: "one" }), resource("aws:x/y:Y", "y", { a: 1 })]),
      printOf([resource(BUCKET, "data", { bucket: "two" }), resource("aws:x/y:Y", "y", { a: 2 })]),
    ),
    cost: costDifference(cost({ a: 1 }), cost({ a: 3 })),
    remarks: [],
    ...rest,
  });

  it("tells first what would be lost", () => {
    const text = formatComparison(comparison());
    expect(text).to.match(
      /^dev beside main \(0123456789ab\)\n\nLOST WITH THIS CHANGE \(1\)\n  ! data \(aws s3.Bucket\) is replaced by bucket:/,
    );
    expect(text).to.contain("  Replaced: the inputs named ").and.contain("tests/baseline/dev.losses.yaml");
    expect(text).to.contain("Plan: 1 replaced, 0 deleted, 1 changed, 0 created, 0 as before");
    expect(text).to.contain("Cost: 2.00 -> 4.00 USD a month (+2.00 USD, 2,800 KRW)");
    expect(text).to.contain("PASSED dev: this change broke 0 rules");
  });

  it("fails by what this change broke only", () => {
    const broken = { violations: [finding()], warnings: [], undecided: [] };
    const text = formatComparison(
      comparison({ cost: null, findings: { broken, mended: [finding()], silenced: [], remaining: 3 } }),
    );
    expect(text).to.contain("Broken by this change (1)");
    expect(text).to.contain("Mended by this change (1)");
    expect(text).to.contain("FAILED dev: this change broke 1 rule");
    expect(text).to.contain("3 stood before");
    expect(text).not.to.contain("Cost");
  });
});
