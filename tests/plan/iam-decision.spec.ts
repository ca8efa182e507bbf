import { expect } from "chai";
import { hold, type Conditions, type Facts } from "./iam/conditions";
import { decide, type PolicyStatement, type Request } from "./iam/decision";

const ROLE = "arn:aws:iam::123456789012:role/reader";
const ACCOUNT_ROOT = "arn:aws:iam::123456789012:root";
const KEY = "arn:aws:kms:ap-northeast-2:123456789012:key/lake";

/** Cases as the IAM User Guide states them: operator, what the policy wants, what the request has, whether it holds. */
const CONDITIONS: readonly [what: string, conditions: Conditions, facts: Facts, holds: boolean][] = [
  ["equal", { StringEquals: { "kms:ViaService": "s3" } }, { "kms:ViaService": "s3" }, true],
  ["another", { StringEquals: { "kms:ViaService": "s3" } }, { "kms:ViaService": "sqs" }, false],
  ["one of two", { StringEquals: { k: ["a", "b"] } }, { k: "b" }, true],
  ["a pattern, by Equals", { StringEquals: { k: "a*" } }, { k: "abc" }, false],
  ["a pattern, by Like", { StringLike: { k: "a*" } }, { k: "abc" }, true],
  ["none there", { StringEquals: { k: "a" } }, {}, false],
  ["none there, IfExists", { StringLikeIfExists: { "s3:prefix": "a/*" } }, {}, true],
  ["there, IfExists", { StringLikeIfExists: { "s3:prefix": "a/*" } }, { "s3:prefix": "b/" }, false],
  ["none there, negated", { StringNotEquals: { "aws:SourceVpc": "vpc-1" } }, {}, true],
  ["neither of two, negated", { StringNotEquals: { k: ["a", "b"] } }, { k: "c" }, true],
  ["one of two, negated", { StringNotEquals: { k: ["a", "b"] } }, { k: "b" }, false],
  [
    "two operators, one fails",
    { StringEquals: { k: "a" }, Bool: { b: "true" } },
    { k: "a", b: "false" },
    false,
  ],
  [
    "a key in other letters",
    { Bool: { "aws:securetransport": "false" } },
    { "aws:SecureTransport": "false" },
    true,
  ],
  ["an ARN by parts", { ArnLike: { a: "arn:aws:sqs:*:1:q-*" } }, { a: "arn:aws:sqs:r:1:q-x" }, true],
  ["a star over two parts", { ArnLike: { a: "arn:aws:sqs:*:q" } }, { a: "arn:aws:sqs:r:1:q" }, false],
  ["another ARN, negated", { ArnNotEquals: { a: ROLE } }, { a: `${ROLE}2` }, true],
  ["there, by Null", { Null: { k: "true" } }, { k: "a" }, false],
  ["not there, by Null", { Null: { k: "true" } }, {}, true],
  ["any of several", { "ForAnyValue:StringEquals": { k: "a" } }, { k: ["a", "b"] }, true],
  ["any of none", { "ForAnyValue:StringEquals": { k: "a" } }, {}, false],
  ["all of several", { "ForAllValues:StringEquals": { k: "a" } }, { k: ["a", "b"] }, false],
  ["all of none", { "ForAllValues:StringEquals": { k: "a" } }, {}, true],
];

describe("a decision on a request", () => {
  for (const [what, conditions, facts, holds] of CONDITIONS) {
    it(`${holds ? "takes" : "refuses"} ${what}: ${JSON.stringify(conditions)}`, () => {
      expect(hold(conditions, facts)).to.equal(holds);
    });
  }

  const request: Request = { caller: { role: ROLE }, action: "kms:Decrypt", resource: KEY };
  const allow = (more: Partial<PolicyStatement> = {}): PolicyStatement => ({
    ...{ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" },
    ...more,
  });
  const toAccount = allow({ Principal: { AWS: ACCOUNT_ROOT } });
  const toRole = allow({ Principal: { AWS: ROLE } });
  const deny: PolicyStatement = { ...allow(), Effect: "Deny", Sid: "Never" };
  const asked = (identity: PolicyStatement[], resource: PolicyStatement[], mustAllow = true) =>
    decide(request, { identity, resource, mustAllow });

  it("takes both sides for a key that leaves it to IAM", () => {
    expect(asked([allow()], [toAccount]).allowed).to.equal(true);
    expect(asked([], [toAccount])).to.deep.equal({
      allowed: false,
      reason: "no statement of the role allows it",
    });
    expect(asked([allow()], [])).to.deep.equal({
      allowed: false,
      reason: "the key's policy does not leave it to IAM",
    });
  });

  it("takes a key's own word for the role that it names", () => {
    expect(asked([], [toRole]).allowed).to.equal(true);
    expect(asked([], [allow({ Principal: { AWS: `${ROLE}-2` } })]).allowed).to.equal(false);
  });

  it("takes IAM's word alone for a bucket", () => {
    expect(asked([allow()], [], false).allowed).to.equal(true);
  });

  it("is a denial if any statement of either side is one", () => {
    expect(asked([allow(), deny], [toRole])).to.deep.equal({ allowed: false, reason: "denied by Never" });
    expect(asked([allow()], [toRole, { ...deny, Principal: "*" }]).allowed).to.equal(false);
    expect(asked([allow()], [toRole, { ...deny, Principal: { AWS: ACCOUNT_ROOT } }]).allowed).to.equal(false);
  });

  it("asks nobody but the key for a service", () => {
    const service: Request = { ...request, caller: { service: "sqs.amazonaws.com" } };
    const policies = (Service: string) => ({
      ...{ identity: [], mustAllow: true },
      resource: [allow({ Principal: { Service } })],
    });
    expect(decide(service, policies("sqs.amazonaws.com")).allowed).to.equal(true);
    expect(decide(service, policies("sns.amazonaws.com")).allowed).to.equal(false);
    expect(decide(service, { ...policies("sns.amazonaws.com"), resource: [toAccount] }).allowed).to.equal(
      false,
    );
  });

  it("compares actions without regard to case, and resources with it", () => {
    expect(asked([allow({ Action: "KMS:dec*" })], [toAccount]).allowed).to.equal(true);
    expect(asked([allow({ Resource: KEY.toUpperCase() })], [toAccount]).allowed).to.equal(false);
  });

  it("takes NotResource for all but what it names", () => {
    const but = (NotResource: string): PolicyStatement => ({ Effect: "Allow", Action: "kms:*", NotResource });
    expect(asked([but("arn:aws:kms:*:key/logs")], [toAccount]).allowed).to.equal(true);
    expect(asked([but("arn:aws:kms:*:key/la*")], [toAccount]).allowed).to.equal(false);
  });

  it("is not made up where a policy says what is not known here", () => {
    const unknown: [Partial<PolicyStatement>, string][] = [
      [{ Condition: { NumericLessThan: { k: "1" } } }, "NumericLessThan (of k) is not known here"],
      [
        { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } },
        "IpAddress (of aws:SourceIp) is not known",
      ],
      [{ Condition: { StringEquals: { k: "${aws:username}" } } }, "policy variable in ${aws:username}"],
      [{ NotAction: "s3:*" } as Partial<PolicyStatement>, "policy element NotAction is not known here"],
    ];
    for (const [more, message] of unknown) expect(() => asked([allow(more)], [toAccount])).to.throw(message);
    expect(() => asked([], [allow({ Principal: { Federated: "x" } })])).to.throw(
      "principal Federated is not known",
    );
    expect(() => asked([], [allow()])).to.throw("has no Principal");
    expect(() => hold({ StringEquals: { k: "a" } }, { k: ["a", "b"] })).to.throw("k has several values");
  });
});
