import { expect } from "chai";
import { blownUp } from "../../../bench/policies/timing";
import { goodPlan } from "../../policy/plan";

describe("the large plan of the bench", () => {
  it("holds platforms that share neither a resource nor a link", () => {
    const plan = goodPlan();
    const many = blownUp(plan, 3);
    expect(many).to.have.length(3 * plan.length);
    expect(new Set(many.map(({ urn }) => urn)).size).to.equal(many.length);
    const known = new Set(many.map(({ urn }) => urn));
    for (const { urn, propertyDependencies } of many) {
      const copy = urn.slice(urn.lastIndexOf("-"));
      for (const source of Object.values(propertyDependencies).flat()) {
        expect(known.has(source), source).to.equal(true);
        expect(source.slice(source.lastIndexOf("-"))).to.equal(copy);
      }
    }
  });

  it("names buckets of the stack by platform", () => {
    const bucket = {
      ...goodPlan()[0]!,
      inputs: { bucket: "naru-prod-raw", arn: "arn:aws:s3:::naru-prod-raw/*" },
    };
    expect(blownUp([bucket], 2).map(({ inputs }) => inputs)).to.deep.equal([
      { bucket: "naru-prod-0-raw", arn: "arn:aws:s3:::naru-prod-0-raw/*" },
      { bucket: "naru-prod-1-raw", arn: "arn:aws:s3:::naru-prod-1-raw/*" },
    ]);
  });
});
