import { expect } from "chai";
import { tlsOnly } from "../../../../components/aws/foundation/tls-only";
import { withoutTlsOnly } from "../../../../local/provider/tls-only";

describe("policies on the local cloud", () => {
  const others = [
    { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sqs:SendMessage", Resource: "*" },
    { Effect: "Deny", Principal: "*", Action: "sqs:*", Condition: { Bool: { "aws:ViaAWSService": "true" } } },
  ];
  const policy = { Version: "2012-10-17", Statement: [...others, tlsOnly("sqs:*", "*")] };

  it("leave out the refusal of plain HTTP, and nothing else", () => {
    for (const given of [policy, JSON.stringify(policy)]) {
      expect(JSON.parse(withoutTlsOnly(given))).to.deep.equal({ ...policy, Statement: others });
    }
  });
});
