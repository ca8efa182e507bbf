import { expect } from "chai";
import { tlsOnly } from "../../../../components/aws/foundation/tls-only";
import { policyHere, policyTold } from "../../../../local/provider/policy-here";

describe("policies on the local cloud", () => {
  const others = [
    { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" },
    { Effect: "Deny", Principal: "*", Action: "sqs:*", Condition: { Bool: { "aws:ViaAWSService": "true" } } },
  ];
  const policy = { Version: "2012-10-17", Statement: [...others, tlsOnly("sqs:*", "*")] };

  it("refuse plain HTTP by a key that no request has, and nothing else is changed", () => {
    for (const given of [policy, JSON.stringify(policy)]) {
      const { Version, Statement } = JSON.parse(policyHere(given));
      expect(Version).to.equal(policy.Version);
      expect(Statement.slice(0, 2)).to.deep.equal(others);
      expect(Statement[2].Condition).to.deep.equal({ Bool: { "naru:SecureTransport": "false" } });
    }
  });

  it("are told as the program wrote them, or would have", () => {
    const role = "arn:aws:iam::000000000000:role/naru-local-reidentifier";
    const named = { ...others[1], Condition: { ArnNotEquals: { "aws:PrincipalArn": [role] } } };
    const whole = { ...policy, Statement: [...policy.Statement, named] };
    const held = policyHere(whole);
    expect(policyTold(whole, held)).to.equal(whole);
    expect(JSON.parse(policyTold(undefined, held) as string)).to.deep.equal(whole);
    const byHand = JSON.stringify({ ...JSON.parse(held), Statement: JSON.parse(held).Statement.slice(1) });
    expect(JSON.parse(policyTold(whole, byHand) as string).Statement).to.deep.equal(whole.Statement.slice(1));
    expect(policyTold(whole, undefined)).to.equal(undefined);
  });
});
