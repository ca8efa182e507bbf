import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { findingsOf, outcomeOf, ruleNamed, type Outcome } from "./evaluation";

const judge = (rule: string, ...more: RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), [...goodPlan(), ...more]));
const allow = (more: object) => ({ Effect: "Allow", Resource: "*", ...more });

describe("iam-actions", () => {
  const CASES: readonly [string, unknown, Outcome][] = [
    ["one action", allow({ Action: "s3:GetObject" }), "pass"],
    ["a family of actions", allow({ Action: ["s3:Get*", "s3:List?bjects"] }), "pass"],
    ["everything", allow({ Action: "*" }), "violation"],
    ["everything, in another spelling", allow({ Action: "*:*" }), "violation"],
    ["all of a service among others", allow({ Action: ["s3:GetObject", "kms:*"] }), "violation"],
    ["all of a service, by several signs", allow({ Action: "kms:?*" }), "violation"],
    ["all but some", allow({ NotAction: ["iam:*"] }), "violation"],
    ["nothing: it denies", { Effect: "Deny", Action: "*", Resource: "*" }, "pass"],
    ["nothing but some: it denies the rest", { Effect: "Deny", NotAction: "s3:*", Resource: "*" }, "pass"],
    ["an unknown action", allow({ Action: [UNKNOWN] }), "undecided"],
    ["an unknown action beside all of a service", allow({ Action: [UNKNOWN, "s3:*"] }), "violation"],
    ["all of a service, or denies it", { Effect: UNKNOWN, Action: "s3:*", Resource: "*" }, "undecided"],
  ];
  const HOLDERS = [type.ROLE_POLICY, type.USER_POLICY, type.GROUP_POLICY, type.POLICY];
  for (const [title, statement, outcome] of CASES) {
    it(`a policy that allows ${title}: ${outcome}`, () => {
      for (const holder of HOLDERS) {
        const policy = resource(holder, "extra", { policy: { Statement: [statement] } });
        expect(judge("iam-actions", policy), holder).to.equal(outcome);
      }
      const inline = { inlinePolicies: [{}, { policy: JSON.stringify({ Statement: statement }) }] };
      if (outcome !== "undecided")
        expect(judge("iam-actions", resource(type.ROLE, "extra", inline)), "inline").to.equal(outcome);
    });
  }

  it("names the statement, for each that is wrong", () => {
    const Statement = [
      allow({ Action: "sqs:*" }),
      allow({ Action: "sqs:Get*" }),
      allow({ NotAction: "a:b" }),
    ];
    const policy = resource(type.POLICY, "extra", { policy: { Statement } });
    const problems = findingsOf(ruleNamed("iam-actions"), [policy]).map(({ problem }) => problem);
    expect(problems).to.have.length(2);
    expect(problems[0]).to.match(/^Statement 1 of policy/);
    expect(problems[1]).to.match(/^Statement 3 of policy/);
  });

  it("refuses what is no document, and can't decide what is unknown as a whole", () => {
    const judged = (policy: unknown) => judge("iam-actions", resource(type.POLICY, "extra", { policy }));
    expect(judged("{")).to.equal("violation");
    expect(judged({ Statement: [] })).to.equal("violation");
    expect(judged(UNKNOWN)).to.equal("undecided");
    const role = (inlinePolicies: unknown) =>
      judge("iam-actions", resource(type.ROLE, "extra", { inlinePolicies }));
    expect(role([{ policy: UNKNOWN }])).to.equal("undecided");
    expect(role("none")).to.equal("violation");
  });
});

describe("iam-managed-policies", () => {
  const ATTACHMENTS = [
    type.ROLE_POLICY_ATTACHMENT,
    type.USER_POLICY_ATTACHMENT,
    type.GROUP_POLICY_ATTACHMENT,
    type.POLICY_ATTACHMENT,
  ];
  const ARNS: readonly [string, Outcome][] = [
    ["arn:aws:iam::aws:policy/AdministratorAccess", "violation"],
    ["arn:aws:iam::aws:policy/AdministratorAccess-Amplify", "violation"],
    ["arn:aws:iam::aws:policy/PowerUserAccess", "violation"],
    ["arn:aws:iam::aws:policy/IAMFullAccess", "violation"],
    ["arn:aws:iam::aws:policy/AWSLambda_FullAccess", "violation"],
    ["arn:aws-cn:iam::aws:policy/AmazonS3FullAccess", "violation"],
    ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", "pass"],
    ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess", "pass"],
    ["arn:aws:iam::123456789012:policy/NoFullAccess", "pass"],
    [UNKNOWN, "undecided"],
  ];
  for (const [arn, outcome] of ARNS) {
    it(`${arn === UNKNOWN ? "an unknown policy" : arn}: ${outcome}`, () => {
      for (const attachment of ATTACHMENTS)
        expect(
          judge("iam-managed-policies", resource(attachment, "extra", { policyArn: arn })),
          attachment,
        ).to.equal(outcome);
      const role = resource(type.ROLE, "extra", { managedPolicyArns: [arn] });
      expect(judge("iam-managed-policies", role), "in the role").to.equal(outcome);
    });
  }

  it("knows an unknown ARN as that of the stack's own policy", () => {
    const own = { policyArn: [[type.POLICY, "reports"] as const] };
    const attachment = resource(type.ROLE_POLICY_ATTACHMENT, "extra", { policyArn: UNKNOWN }, own);
    expect(judge("iam-managed-policies", attachment)).to.equal("pass");
  });

  it("can't decide an unknown list, and refuses what is no list", () => {
    const role = (managedPolicyArns: unknown) =>
      judge("iam-managed-policies", resource(type.ROLE, "extra", { managedPolicyArns }));
    expect(role(UNKNOWN)).to.equal("undecided");
    expect(role(7)).to.equal("violation");
    expect(role([7])).to.equal("violation");
  });
});
