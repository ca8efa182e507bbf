import { expect } from "chai";
import { ServiceRole, type ServiceRoleArgs } from "../../../components/aws/foundation/service-role";
import { contextWith, mocked, refusal, valueOf, type MockedStack } from "./mocks";

const ROLE = "aws:iam/role:Role";
const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" } as const;

const ARGS: ServiceRoleArgs = {
  roleName: "naru-test-reader",
  assumedBy: "firehose.amazonaws.com",
  purpose: "delivery",
  statements: [READ],
};

const make = (changes: Partial<ServiceRoleArgs> = {}) =>
  new ServiceRole("reader", contextWith(), { ...ARGS, ...changes });

describe("ServiceRole", () => {
  let stack: MockedStack;
  let role: ServiceRole;

  before(async () => {
    stack = await mocked(() => {
      role = make();
    });
  });

  it("is a role with one inline policy, both below it", () => {
    expect(stack.one(ROLE, "reader")).to.include({ parent: "reader" });
    expect(stack.one("aws:iam/rolePolicy:RolePolicy", "reader-policy")).to.include({ parent: "reader" });
    expect(stack.statements("reader")).to.deep.equal([READ]);
  });

  it("says what it is for in its tag", () => {
    expect(stack.one(ROLE, "reader").inputs.tags).to.include({ "naru:role": "delivery" });
  });

  it("trusts its service on behalf of this account only", () => {
    const [statement] = stack.one(ROLE, "reader").inputs.assumeRolePolicy.Statement;
    expect(statement.Principal).to.deep.equal({ Service: "firehose.amazonaws.com" });
    expect(statement.Condition).to.deep.equal({ StringEquals: { "aws:SourceAccount": "123456789012" } });
  });

  it("knows its ARN before it exists, and offers it for use once its policy is attached", async () => {
    expect(role.arn).to.equal("arn:aws:iam::123456789012:role/naru-test-reader");
    expect(await valueOf(role.readyArn)).to.equal(role.arn);
  });

  it("lets a session last an hour", () => {
    expect(stack.one(ROLE, "reader").inputs.maxSessionDuration).to.equal(3600);
  });

  describe("with arguments of its own", () => {
    it("trusts people by name, and only with the session tag that it asks for", async () => {
      const person = "arn:aws:iam::123456789012:role/privacy-officer";
      const own = await mocked(() => make({ assumedBy: [person], sessionTag: "naru:reason" }));
      expect(own.one(ROLE, "reader").inputs.assumeRolePolicy.Statement).to.deep.equal([
        {
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Principal: { AWS: [person] },
          Condition: { StringLike: { "aws:RequestTag/naru:reason": "?*" } },
        },
        { Effect: "Allow", Action: "sts:SetSourceIdentity", Principal: { AWS: [person] } },
      ]);
    });

    it("trusts people of this account, and nobody else", async () => {
      const own = await mocked(() => make({ assumedBy: "account", maxSessionDuration: 7200 }));
      const { inputs } = own.one(ROLE, "reader");
      expect(inputs.maxSessionDuration).to.equal(7200);
      expect(inputs.assumeRolePolicy.Statement).to.deep.equal([
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
        },
      ]);
    });

    it("asks no source account of Lambda, which sends none", async () => {
      const own = await mocked(() => make({ assumedBy: "lambda.amazonaws.com" }));
      expect(own.one(ROLE, "reader").inputs.assumeRolePolicy.Statement[0]).not.to.have.property("Condition");
    });
  });

  it("refuses all wrong arguments at once", async () => {
    const wrong = () =>
      make({
        assumedBy: "everybody",
        maxSessionDuration: 60,
        statements: [{ ...READ, Resource: [] }],
      });
    expect(await refusal(wrong)).to.include(
      'ServiceRole "reader" has 3 wrong argument(s):\n' +
        '  - assumedBy: is "everybody"; write a service (lambda.amazonaws.com), "account", or ' +
        "ARNs of roles and users\n" +
        "  - maxSessionDuration: is 60; write a whole number from 3600 to 43200 seconds\n" +
        "  - statements[0].Resource: is empty; name what the right is for, or leave the statement out",
    );
  });

  it("refuses a role that nobody is named for", async () => {
    expect(await refusal(() => make({ assumedBy: [] }))).to.include("assumedBy: is empty");
  });

  it("refuses a role without rights", async () => {
    expect(await refusal(() => make({ statements: [] }))).to.include("statements: is empty");
  });
});
