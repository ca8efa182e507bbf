import { expect } from "chai";
import { MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const GOOD = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };

function stackWith(statement: Record<string, unknown>): MockedStack {
  const inputs = { policy: { Statement: [{ ...GOOD, ...statement }] } };
  const options = { parent: "", protect: false, retainOnDelete: false, dependencies: [] };
  return new MockedStack([
    { type: "aws:iam/rolePolicy:RolePolicy", name: "policy", custom: true, ...options, inputs },
  ]);
}

describe("wideRights", () => {
  const bounded = {
    Action: "iam:PassRole",
    Resource: "arn:aws:iam::123456789012:role/one",
    Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
  };

  it("finds nothing in a right for one purpose, nor in a denial", () => {
    expect(wideRights(stackWith({}))).to.deep.equal([]);
    expect(wideRights(stackWith(bounded))).to.deep.equal([]);
    expect(wideRights(stackWith({ Effect: "Deny", Action: "s3:*", Resource: "*" }))).to.deep.equal([]);
  });

  for (const [what, statement] of Object.entries({
    "action s3:*": { Action: ["s3:GetObject", "s3:*"] },
    "any resource for s3:GetObject": { Resource: ["*"] },
    "iam:PassRole unbounded": { ...bounded, Condition: undefined },
    "no resource": { Resource: [] },
  })) {
    it(`finds: ${what}`, () => {
      expect(wideRights(stackWith(statement))).to.deep.equal([`policy: ${what}`]);
    });
  }

  it("lets a role list names where IAM knows no resource, but nothing beside", () => {
    const names = { Action: ["athena:ListWorkGroups", "athena:ListDataCatalogs"], Resource: "*" };
    expect(wideRights(stackWith(names))).to.deep.equal([]);
    const more = { ...names, Action: [...names.Action, "athena:GetWorkGroup"] };
    expect(wideRights(stackWith(more))).to.deep.equal([
      "policy: any resource for athena:ListWorkGroups, athena:ListDataCatalogs, athena:GetWorkGroup",
    ]);
  });

  it("finds a role passed by pattern", () => {
    const pattern = { ...bounded, Resource: "arn:aws:iam::123456789012:role/naru-*" };
    expect(wideRights(stackWith(pattern))).to.deep.equal(["policy: iam:PassRole unbounded"]);
  });
});
