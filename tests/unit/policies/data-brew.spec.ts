import { expect } from "chai";
import { CLOUD_CONTROL_RESOURCE, CLOUDFORMATION_STACK } from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { findingsOf, outcomeOf, ruleNamed, type Outcome } from "./evaluation";

const OUTPUT = { Location: { Bucket: "curated" }, Format: "PARQUET", CompressionFormat: "SNAPPY" };
const JOB = {
  Type: "RECIPE",
  EncryptionMode: "SSE-KMS",
  EncryptionKeyArn: { Ref: "KeyArn" },
  Outputs: [OUTPUT],
};

const templateOf = (changes: object) =>
  JSON.stringify({ Resources: { Job: { Type: "AWS::DataBrew::Job", Properties: { ...JOB, ...changes } } } });

function judge(rule: string, type: string, inputs: Record<string, unknown>): Outcome {
  return outcomeOf(findingsOf(ruleNamed(rule), [...goodPlan(), resource(type, "prep", inputs)]));
}

const ofTemplate = (rule: string, templateBody: string) =>
  judge(rule, CLOUDFORMATION_STACK, { name: "prep", templateBody });

const FORMAT = "spark-output-format";
const ENCRYPTION = "kms-encryption";

describe("jobs of DataBrew in a CloudFormation template", () => {
  const CASES: readonly [string, string, object, Outcome][] = [
    [FORMAT, "Parquet with Snappy", {}, "pass"],
    [FORMAT, "Glue's Parquet with Snappy", { Outputs: [{ ...OUTPUT, Format: "GLUEPARQUET" }] }, "pass"],
    [FORMAT, "CSV", { Outputs: [{ ...OUTPUT, Format: "CSV" }] }, "violation"],
    [FORMAT, "gzip", { Outputs: [{ ...OUTPUT, CompressionFormat: "GZIP" }] }, "violation"],
    [FORMAT, "a codec left to the service", { Outputs: [{ Format: "PARQUET" }] }, "violation"],
    [FORMAT, "CSV beside Parquet", { Outputs: [OUTPUT, { ...OUTPUT, Format: "CSV" }] }, "violation"],
    [
      FORMAT,
      "a catalogue table, without a format",
      { DataCatalogOutputs: [{ TableName: "t" }] },
      "violation",
    ],
    [FORMAT, "a profile, which writes no table", { Type: "PROFILE", Outputs: undefined }, "pass"],
    [ENCRYPTION, "KMS with a key", {}, "pass"],
    [ENCRYPTION, "S3's own key", { EncryptionMode: "SSE-S3" }, "violation"],
    [ENCRYPTION, "KMS without a key", { EncryptionKeyArn: undefined }, "violation"],
    [ENCRYPTION, "no encryption", { EncryptionMode: undefined }, "violation"],
  ];
  for (const [rule, title, changes, outcome] of CASES) {
    it(`${rule}: ${title}: ${outcome}`, () =>
      expect(ofTemplate(rule, templateOf(changes))).to.equal(outcome));
  }

  for (const rule of [FORMAT, ENCRYPTION]) {
    it(`${rule} is undecided where the template is not known, elsewhere or no JSON`, () => {
      expect(ofTemplate(rule, UNKNOWN)).to.equal("undecided");
      expect(judge(rule, CLOUDFORMATION_STACK, { name: "prep", templateUrl: "https://bucket/t" })).to.equal(
        "undecided",
      );
      expect(ofTemplate(rule, "Resources:\n  Job:\n    Type: AWS::DataBrew::Job")).to.equal("undecided");
    });

    it(`${rule} has nothing to say of templates without such jobs`, () => {
      expect(ofTemplate(rule, '{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}')).to.equal("pass");
      expect(ofTemplate(rule, "Resources:\n  Topic:\n    Type: AWS::SNS::Topic")).to.equal("pass");
    });
  }
});

describe("jobs of DataBrew by Cloud Control", () => {
  const ofState = (rule: string, desiredState: unknown, typeName = "AWS::DataBrew::Job") =>
    judge(rule, CLOUD_CONTROL_RESOURCE, { typeName, desiredState });

  it("are judged by their state", () => {
    expect(ofState(FORMAT, JSON.stringify(JOB))).to.equal("pass");
    expect(ofState(FORMAT, JSON.stringify({ ...JOB, Outputs: [{ Format: "CSV" }] }))).to.equal("violation");
    expect(ofState(ENCRYPTION, JSON.stringify(JOB))).to.equal("pass");
    expect(ofState(ENCRYPTION, JSON.stringify({ ...JOB, EncryptionMode: "SSE-S3" }))).to.equal("violation");
  });

  it("are undecided where the state is not known; other types are let be", () => {
    for (const rule of [FORMAT, ENCRYPTION]) {
      expect(ofState(rule, UNKNOWN)).to.equal("undecided");
      expect(ofState(rule, "{}", "AWS::SNS::Topic")).to.equal("pass");
    }
  });
});
