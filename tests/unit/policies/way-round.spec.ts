import { expect } from "chai";
import { evaluate } from "../../../policies/model/pack";
import { CLOUD_CONTROL_RESOURCE, CLOUDFORMATION_STACK } from "../../../policies/model/types";
import { resource, UNKNOWN } from "../../policy/plan";
import { outcomeOf, ruleNamed, stackOf, type Outcome } from "./evaluation";

const BUCKET = "aws:s3/bucket:Bucket";

function judge(rule: string, type: string, inputs: Record<string, unknown>, configuration = {}): Outcome {
  const [one] = stackOf([resource(type, "one", inputs)]).resources;
  return outcomeOf(evaluate(ruleNamed(rule), one!, configuration));
}

describe("readable-types", () => {
  const REFUSED = [
    ...["aws-native:s3:Bucket", "awscc:s3:Bucket", "command:local:Command", "pulumi-nodejs:dynamic:Resource"],
    ...["aws:s3/bucketV2:BucketV2", "aws:s3/bucketAclV2:BucketAclV2", "aws:alb/listener:Listener"],
    ...["aws:cloudformation/stackSet:StackSet", "pulumi-nodejs:dynamic/music:Resource"],
  ];
  for (const type of REFUSED)
    it(`refuses ${type}`, () => expect(judge("readable-types", type, {})).to.equal("violation"));

  for (const type of [
    BUCKET,
    "aws:lb/listener:Listener",
    "aws:securityhub/accountV2:AccountV2",
    "naru:aws:DataLake",
  ])
    it(`has nothing against ${type}`, () => expect(judge("readable-types", type, {})).to.equal("pass"));

  it("lets a configuration name what runs code, and never an old name", () => {
    const named = { programTypes: ["command:local:*", "aws:s3/*"] };
    expect(judge("readable-types", "command:local:Command", {}, named)).to.equal("pass");
    expect(judge("readable-types", "command:remote:Command", {}, named)).to.equal("violation");
    expect(judge("readable-types", "aws:s3/bucketV2:BucketV2", {}, named)).to.equal("violation");
  });

  it("reads what Cloud Control makes", () => {
    const made = (typeName: unknown, configuration = {}) =>
      judge("readable-types", CLOUD_CONTROL_RESOURCE, { typeName }, configuration);
    expect(made("AWS::DataBrew::Job")).to.equal("pass");
    expect(made("AWS::S3::Bucket")).to.equal("violation");
    expect(made("AWS::S3::Bucket", { opaqueTypes: ["AWS::S3::Bucket"] })).to.equal("pass");
    expect(made(UNKNOWN)).to.equal("undecided");
    expect(made(7)).to.equal("violation");
    expect(judge("readable-types", CLOUD_CONTROL_RESOURCE, {})).to.equal("violation");
  });

  it("reads what a template makes", () => {
    const made = (template: unknown) =>
      judge("readable-types", CLOUDFORMATION_STACK, { templateBody: JSON.stringify(template) });
    const Recipe = { Type: "AWS::DataBrew::Recipe" };
    expect(made({ Resources: { Recipe, Version: { Type: "Custom::RecipeVersion" } } })).to.equal("pass");
    expect(made({ Resources: { Recipe, Bucket: { Type: "AWS::S3::Bucket" } } })).to.equal("violation");
    expect(made({ Resources: { Recipe, Bucket: "AWS::S3::Bucket" } })).to.equal("violation");
    expect(made({ Transform: "AWS::Include", Resources: { Recipe } })).to.equal("violation");
    expect(made([])).to.equal("violation");
    const given = (inputs: Record<string, unknown>) => judge("readable-types", CLOUDFORMATION_STACK, inputs);
    expect(given({ templateBody: "Resources:\n  A: 1" })).to.equal("violation");
    expect(given({ templateUrl: "https://templates.example.com/a.json" })).to.equal("violation");
    expect(given({ templateBody: UNKNOWN })).to.equal("undecided");
  });

  it("refuses what a bucket says of itself, known or not", () => {
    for (const property of [
      "policy",
      "versioning",
      "replicationConfiguration",
      "serverSideEncryptionConfiguration",
    ])
      for (const value of [{}, UNKNOWN, "any"])
        expect(judge("readable-types", BUCKET, { bucket: "a", [property]: value }), property).to.equal(
          "violation",
        );
  });
});

describe("ignored-changes", () => {
  const ignoring = (type: string, ignoreChanges: string[], configuration = {}): Outcome => {
    const made = resource(type, "one", {});
    const [one] = stackOf([{ ...made, options: { ...made.options, ignoreChanges } }]).resources;
    return outcomeOf(evaluate(ruleNamed("ignored-changes"), one!, configuration));
  };

  it("refuses what a rule may go by", () => {
    expect(ignoring(BUCKET, [])).to.equal("pass");
    expect(ignoring(BUCKET, ["tags"])).to.equal("violation");
    expect(ignoring(BUCKET, ["*"])).to.equal("violation");
    expect(ignoring("aws:kms/key:Key", ["policy"])).to.equal("violation");
    expect(ignoring("naru:aws:DataLake", ["tags"])).to.equal("pass");
  });

  it("lets a service change its sizes", () => {
    expect(ignoring("aws:kinesis/stream:Stream", ["shardCount"])).to.equal("pass");
    expect(ignoring("aws:kinesis/stream:Stream", ["shardCount", "kmsKeyId"])).to.equal("violation");
  });

  it("goes by the configuration", () => {
    const changes = [`${BUCKET}#tags.team`];
    expect(ignoring(BUCKET, ["tags.team"], { changes })).to.equal("pass");
    expect(ignoring("aws:kinesis/stream:Stream", ["shardCount"], { changes })).to.equal("violation");
  });
});
