import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EncryptionKeys, type AwsContext } from "../../../components/aws";
import { LambdaFunction, type LambdaFunctionArgs } from "../../../components/aws/foundation/lambda-function";
import { contextWith, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const FUNCTION = "aws:lambda/function:Function";

function make(
  changes: Partial<LambdaFunctionArgs> = {},
  context: AwsContext = contextWith(),
): LambdaFunction {
  return new LambdaFunction("work", context, {
    part: "work",
    purpose: "collector",
    description: "Works",
    code: new pulumi.asset.AssetArchive({ "index.js": new pulumi.asset.StringAsset("exports.handler = 1") }),
    keys: new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS }),
    environment: { STREAM: "naru-test-lms-requests" },
    statements: [],
    ...changes,
  });
}

describe("LambdaFunction", () => {
  let stack: MockedStack;
  let made: LambdaFunction;

  before(async () => {
    stack = await mocked(() => {
      made = make();
    });
  });

  it("is a function with a role and a log group of its own", () => {
    expect(stack.one(FUNCTION, "work")).to.include({ parent: "work" });
    expect(stack.one("naru:aws:ServiceRole", "work")).to.include({ parent: "work" });
    expect(stack.one("naru:aws:EncryptedLogGroup", "work-logs")).to.include({ parent: "work" });
    expect(stack.one(FUNCTION, "work").inputs.loggingConfig).to.deep.equal({
      logFormat: "JSON",
      logGroup: "/aws/lambda/naru-test-work",
    });
  });

  it("encrypts its environment and its log with the platform's keys", () => {
    expect(stack.one(FUNCTION, "work").inputs.kmsKeyArn).to.match(/:keys-stream$/);
    const { inputs } = stack.one("aws:cloudwatch/logGroup:LogGroup", "work-logs");
    expect(inputs.kmsKeyId).to.match(/:keys-logs$/);
    expect(inputs.retentionInDays).to.equal(30);
  });

  it("starts with its role's policy attached", () => {
    expect(stack.one(FUNCTION, "work").dependencies).to.include("RolePolicy work-policy");
  });

  it("knows its ARN before it exists", () => {
    expect(made.arn).to.equal("arn:aws:lambda:ap-northeast-2:123456789012:function:naru-test-work");
  });

  it("may write its own log and read its own environment, and nothing else", () => {
    const group = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws/lambda/naru-test-work";
    expect(stack.statements("work")).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [group, `${group}:*`],
      },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: "arn:aws:kms:ap-northeast-2:123456789012:keys-stream",
      },
    ]);
    expect(wideRights(stack)).to.deep.equal([]);
  });

  it("takes 512 MB and 30 seconds", () => {
    expect(stack.one(FUNCTION, "work").inputs).to.include({ memorySize: 512, timeout: 30 });
  });

  it("takes memory, time and rights of the caller's", async () => {
    const right = { Effect: "Allow", Action: "kms:GenerateMac", Resource: "arn:aws:kms:::key/own" } as const;
    const own = await mocked(() => make({ memoryMb: 1024, timeoutSeconds: 60, statements: [right] }));
    expect(own.one(FUNCTION, "work").inputs).to.include({ memorySize: 1024, timeout: 60 });
    expect(own.statements("work")).to.deep.include(right);
  });

  it("refuses memory and time that Lambda would refuse, both at once", async () => {
    expect(await refusal(() => make({ memoryMb: 64, timeoutSeconds: 901 }))).to.include(
      "memoryMb: is 64; write a whole number from 128 to 10240 MB\n" +
        "  - timeoutSeconds: is 901; write a whole number from 1 to 900 seconds",
    );
  });

  it("refuses a retention that CloudWatch does not have", async () => {
    expect(await refusal(() => make({}, contextWith({ logRetentionDays: 42 })))).to.include(
      "context.logRetentionDays: is 42;",
    );
  });
});
