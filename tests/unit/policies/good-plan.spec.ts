import { expect } from "chai";
import { RULES } from "../../../policies/rules";
import { goodPlan } from "../../policy/plan";
import { findingsOf } from "./evaluation";

describe("the good plan", () => {
  for (const rule of RULES) {
    it(`passes ${rule.name}`, () => {
      expect(findingsOf(rule, goodPlan())).to.deep.equal([]);
    });
  }
});
