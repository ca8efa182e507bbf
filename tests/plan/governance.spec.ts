import { expect } from "chai";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { ROOT } from "../../local/paths";
import { RULES } from "../../policies/rules";
import { findingsOf } from "../unit/policies/evaluation";

const ACCOUNT = {
  "naru:accountGovernance": "true",
  "naru:lakeAdmins": '["arn:aws:iam::123456789012:role/deploy"]',
};

describe("a stack that governs its account", () => {
  const plans: Record<string, ProgramRecord> = {};

  before(async () => {
    for (const stack of ["dev", "prod"])
      plans[stack] = await recordProgram({ root: ROOT, stack, config: ACCOUNT });
  });

  for (const stack of ["dev", "prod"]) {
    it(`passes the policies in ${stack}`, () => {
      const found = RULES.flatMap((rule) => findingsOf(rule, plans[stack]!.resources));
      expect(found).to.deep.equal([]);
    });
  }

  it("has Lake Formation and Macie, once, behind the claim", () => {
    const types = plans.dev!.resources.map(({ type }) => type);
    const times = (type: string) => types.filter((each) => each === type).length;
    expect(times("aws:ssm/parameter:Parameter")).to.equal(1);
    expect(times("aws:lakeformation/dataLakeSettings:DataLakeSettings")).to.equal(1);
    expect(times("aws:macie2/account:Account")).to.equal(1);
    expect(times("aws:lakeformation/permissions:Permissions")).to.be.greaterThan(10);
  });
});
