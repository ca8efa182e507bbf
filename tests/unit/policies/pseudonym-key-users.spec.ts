import { expect } from "chai";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, type Outcome } from "./evaluation";

const RULE = ruleNamed("pseudonym-key-users");
const ROLE = "arn:aws:iam::123456789012:role/plan-curation";

const deny = (changes: object = {}) => ({
  Effect: "Deny",
  Principal: "*",
  Action: ["kms:GenerateMac", "kms:VerifyMac", "kms:CreateGrant"],
  Resource: "*",
  Condition: { ArnNotEquals: { "aws:PrincipalArn": ROLE } },
  ...changes,
});

function judge(...statements: object[]): Outcome {
  const policy = JSON.stringify({ Statement: statements });
  return outcomeOf(findingsOf(RULE, changed(goodPlan(), "pseudonym", ["policy"], policy)));
}

describe("pseudonym-key-users", () => {
  for (const [what, statement] of Object.entries({
    "one role": deny(),
    "one role, by the other operators": deny({
      Condition: { StringNotLike: { "AWS:principalarn": [ROLE, `${ROLE}-2`] } },
    }),
    "nobody at all": deny({ Condition: undefined }),
    "every action of KMS": deny({ Action: "kms:*" }),
  })) {
    it(`takes a denial that spares ${what}`, () => expect(judge(statement)).to.equal("pass"));
  }

  for (const [what, statement] of Object.entries({
    "spares a pattern of roles": deny({
      Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/*" } },
    }),
    "is for one principal": deny({ Principal: { AWS: ROLE } }),
    "leaves VerifyMac": deny({ Action: ["kms:GenerateMac", "kms:CreateGrant"] }),
    "leaves grants": deny({ Action: ["kms:GenerateMac", "kms:VerifyMac"] }),
    "holds under another condition too": deny({
      Condition: { ArnNotEquals: { "aws:PrincipalArn": ROLE }, Bool: { "aws:ViaAWSService": "false" } },
    }),
    "asks for something else": deny({ Condition: { ArnNotEquals: { "aws:SourceArn": ROLE } } }),
    allows: deny({ Effect: "Allow" }),
    "spares all but some actions": deny({ Action: undefined, NotAction: "kms:Describe*" }),
  })) {
    it(`refuses one that ${what}`, () => expect(judge(statement)).to.equal("violation"));
  }

  it("is no pass where a role is not known yet", () => {
    expect(judge(deny({ Condition: { ArnNotEquals: { "aws:PrincipalArn": [ROLE, UNKNOWN] } } }))).to.equal(
      "undecided",
    );
  });

  it("goes by a policy beside the key, where there is one", () => {
    const bare = changed(goodPlan(), "pseudonym", ["policy"], ABSENT);
    const beside = (statement: object) =>
      resource(
        "aws:kms/keyPolicy:KeyPolicy",
        "pseudonym-policy",
        { keyId: UNKNOWN, policy: JSON.stringify({ Statement: [statement] }) },
        { keyId: [["aws:kms/key:Key", "pseudonym"]] },
      );
    expect(outcomeOf(findingsOf(RULE, [...bare, beside(deny())]))).to.equal("pass");
    expect(outcomeOf(findingsOf(RULE, [...bare, beside(deny({ Action: "kms:GenerateMac" }))]))).to.equal(
      "violation",
    );
  });

  it("asks of the key of re-identification that it reads for named roles only", () => {
    const judged = (Action: unknown) =>
      outcomeOf(
        findingsOf(
          RULE,
          changed(goodPlan(), "reidentification", ["policy"], { Statement: [deny({ Action })] }),
        ),
      );
    const actions = [
      "kms:Encrypt",
      "kms:Decrypt",
      "kms:ReEncrypt*",
      "kms:GenerateDataKey*",
      "kms:CreateGrant",
    ];
    expect(judged(actions)).to.equal("pass");
    for (const left of actions) {
      expect(judged(actions.filter((each) => each !== left)), left).to.equal("violation");
    }
  });

  it("leaves keys that make no codes alone", () => {
    expect(outcomeOf(findingsOf(RULE, changed(goodPlan(), "data", ["policy"], ABSENT)))).to.equal("pass");
  });
});
