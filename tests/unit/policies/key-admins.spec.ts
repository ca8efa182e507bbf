import { expect } from "chai";
import { evaluate } from "../../../policies/model/pack";
import { KEY } from "../../../policies/model/types";
import { resource, secret, UNKNOWN } from "../../policy/plan";
import { outcomeOf, ruleNamed, stackOf, type Outcome } from "./evaluation";

const ROLE = "arn:aws:iam::123456789012:role/";
const ROOT = "arn:aws:iam::123456789012:root";

function judge(...statements: object[]): Outcome {
  return judged({ policy: { Statement: statements.map((each) => ({ Effect: "Allow", ...each })) } });
}

function judged(inputs: Record<string, unknown>): Outcome {
  const [key] = stackOf([resource(KEY, "one", inputs)]).resources;
  return outcomeOf(evaluate(ruleNamed("key-admins-apart"), key!));
}

const managed = (AWS: unknown, Action: unknown = "kms:PutKeyPolicy") => ({ Principal: { AWS }, Action });
const used = (AWS: unknown, Action: unknown = ["kms:Encrypt", "kms:Decrypt"]) => ({
  ...{ Principal: { AWS }, Action },
});

describe("key-admins-apart", () => {
  it("takes other people for other work", () => {
    expect(judge(managed(`${ROLE}admin`), used(`${ROLE}reader`))).to.equal("pass");
    expect(judge(managed(`${ROLE}admin`), used(`${ROLE}admin`, "kms:DescribeKey"))).to.equal("pass");
    const service = { Principal: { Service: "logs.amazonaws.com" }, Action: "kms:*" };
    expect(judge(managed(`${ROLE}admin`), service)).to.equal("pass");
  });

  it("refuses both to one, in one statement or in two, by patterns too", () => {
    expect(judge(managed(`${ROLE}admin`, "kms:*"))).to.equal("violation");
    expect(judge(managed(`${ROLE}admin`), used([`${ROLE}reader`, `${ROLE}admin`]))).to.equal("violation");
    expect(judge(managed(`${ROLE}admin`), used(`${ROLE}admin`, "kms:CreateGrant"))).to.equal("violation");
    expect(judge(managed(`${ROLE}admin`), used(`${ROLE}admin`, "kms:GenerateMac"))).to.equal("violation");
    const allBut = (...NotAction: string[]) => judge({ Principal: { AWS: `${ROLE}admin` }, NotAction });
    expect(allBut("kms:Sign")).to.equal("violation");
    expect(allBut("kms:Put*", "kms:S*", "kms:D*")).to.equal("pass");
  });

  it("leaves the account to IAM, but not those whom a condition names", () => {
    expect(judge(managed(ROOT, "kms:*"))).to.equal("pass");
    const named = { ...used(ROOT), Condition: { ArnEquals: { "aws:PrincipalArn": [`${ROLE}admin`] } } };
    expect(judge(managed(`${ROLE}admin`), named)).to.equal("violation");
    expect(judge(managed(`${ROLE}other`), named)).to.equal("pass");
  });

  it("counts no denial in anybody's favour, and none as a grant", () => {
    expect(judge(managed(`${ROLE}admin`), { ...used(`${ROLE}admin`), Effect: "Deny" })).to.equal("pass");
    expect(judge(managed(`${ROLE}admin`, "kms:*"), { ...used("*"), Effect: "Deny" })).to.equal("violation");
  });

  it("is undecided where a preview does not know who, or what", () => {
    expect(judge(managed(`${ROLE}admin`), used(UNKNOWN))).to.equal("undecided");
    expect(judge(managed(`${ROLE}admin`), used(`${ROLE}admin`, UNKNOWN))).to.equal("undecided");
    expect(judge({ ...managed(`${ROLE}admin`, "kms:*"), Effect: UNKNOWN })).to.equal("undecided");
    expect(judged({ policy: UNKNOWN })).to.equal("undecided");
  });

  it("reads a secret policy, and takes none and no document for no grant", () => {
    const both = JSON.stringify({ Statement: { Effect: "Allow", ...managed(`${ROLE}admin`, "kms:*") } });
    expect(judged({ policy: secret(both) })).to.equal("violation");
    expect(judged({})).to.equal("pass");
    expect(judged({ policy: 42 })).to.equal("pass");
  });
});
