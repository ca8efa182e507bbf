import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import { partsOf } from "../../cli/plan/parts";
import { COST_RULES, estimate, ruleOf } from "../../components/cost";
import { ROOT } from "../../local/paths";
import { recordProgram, type RecordedResource } from "../../local/recorder";

describe("cost of the plans", () => {
  let plans: Record<"dev" | "prod", readonly RecordedResource[]>;

  before(async () => {
    plans = {
      dev: (await recordProgram({ root: ROOT, stack: "dev" })).resources,
      prod: (await recordProgram({ root: ROOT, stack: "prod" })).resources,
    };
  });

  for (const stack of ["dev", "prod"] as const) {
    it(`has a row for each type of ${stack}: a price, nothing with its source, or why there is none`, () => {
      const types = plans[stack].filter(({ custom }) => custom).map(({ type }) => type);
      expect([...new Set(types)].filter((type) => !(type in COST_RULES))).to.deep.equal([]);
    });

    it(`leaves no part of ${stack}'s hours to what the plan does not know`, () => {
      const components = partsOf(plans[stack]).map(({ component, custom }) => ({
        name: component.name,
        resources: custom,
      }));
      const context = {
        streams: [],
        eventsPerRequest: null,
        resources: components.flatMap((part) => part.resources),
      };
      const { depends } = estimate(components, context);
      expect(depends.filter(({ on }) => on.includes("the plan does not know"))).to.deep.equal([]);
    });
  }

  it("reckons, or says what it depends on, whatever an input is", () => {
    const resources = plans.prod.filter(({ custom }) => custom);
    const streams = [{ id: "lms.requests", eventsPerSecond: 50, eventBytes: 400, consumed: false }];
    const context = { streams, eventsPerRequest: null, resources };
    const problems: string[] = [];
    let tried = 0;
    for (const resource of resources) {
      const rule = ruleOf(resource.type);
      if (rule.kind !== "priced") continue;
      for (const key of Object.keys(resource.inputs)) {
        for (const value of [unknownValue, undefined, null, 7, "x", [], ["x"], [{}], {}, true]) {
          const parts = rule.parts({ ...resource, inputs: { ...resource.inputs, [key]: value } }, context);
          const wrong = parts.filter(
            (part) => "quantity" in part && !(part.quantity >= 0 && part.quantity < Infinity),
          );
          problems.push(
            ...wrong.map(({ what }) => `${resource.type} ${key}=${JSON.stringify(value)}: ${what}`),
          );
          tried += 1;
        }
      }
    }
    expect(tried).to.be.greaterThan(1000);
    expect(problems).to.deep.equal([]);
  });

  it("says why a type is free, with AWS's page", () => {
    const free = Object.values(COST_RULES).flatMap((rule) => (rule.kind === "free" ? [rule] : []));
    expect(free.length).to.be.greaterThan(20);
    for (const { why, source } of free) {
      expect(why).to.not.equal("");
      expect(source).to.match(/^https:\/\/aws\.amazon\.com\//);
    }
  });
});
