import { expect } from "chai";
import { withoutSessionArns, withSessionArns } from "../../../local/provider/principal-arns";

const ROLE = "arn:aws:iam::000000000000:role/naru-local-reidentifier";
const SESSIONS = "arn:aws:sts::000000000000:assumed-role/naru-local-reidentifier/*";

describe("policies on the emulator", () => {
  const conditionOf = (Condition: object) => {
    const statement = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*", Condition };
    const { Version, Statement } = withSessionArns({ Version: "2012-10-17", Statement: [statement] });
    expect(Version).to.equal("2012-10-17");
    expect(Statement[0]).to.deep.include({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" });
    return Statement[0].Condition;
  };

  it("name the sessions of a role beside the role", () => {
    for (const value of [ROLE, [ROLE]]) {
      expect(conditionOf({ ArnNotEquals: { "aws:PrincipalArn": value } })).to.deep.equal({
        ArnNotEquals: { "aws:PrincipalArn": [ROLE, SESSIONS] },
      });
    }
  });

  it("leave users, and every other key, as they are", () => {
    const user = "arn:aws:iam::000000000000:user/kim";
    const others = {
      ArnEquals: { "aws:PrincipalArn": [user], "aws:SourceArn": ROLE },
      Bool: { "aws:x": "true" },
    };
    expect(conditionOf(others)).to.deep.equal(others);
  });

  it("are left as they are without a condition, and may have one statement without a list", () => {
    const Statement = { Effect: "Allow", Action: "kms:*" };
    const expected = { Version: "2012-10-17", Statement: [Statement] };
    expect(withSessionArns({ Version: "2012-10-17", Statement })).to.deep.equal(expected);
  });

  it("are found again without what was added", () => {
    const condition = { ArnNotEquals: { "aws:PrincipalArn": [ROLE] } };
    const policy = { Statement: [{ Effect: "Deny", Action: "s3:*", Condition: condition }] };
    expect(withoutSessionArns(withSessionArns(policy))).to.deep.equal(policy);
  });
});
