import { expect } from "chai";
import { recordProgram, type ProgramRecord } from "../../local/recorder";
import { ROOT } from "../../local/paths";
import { RULES } from "../../policies/rules";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed } from "../unit/policies/evaluation";
import { UNKNOWN } from "../policy/plan";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { recordPlatform } from "./iam/platform";

const SOURCES = JSON.stringify([
  {
    ...{ name: "registry", engine: "postgresql", host: "registry.example.com", database: "registry" },
    secretArn: "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:registry-a1B2c3",
    ...{ reaches: ["10.1.0.0/24"], personalData: "none", readers: ["transform", "analyst"] },
  },
]);
const ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

describe("a stack whose Athena queries databases where they are", () => {
  const plans: Record<string, ProgramRecord> = {};

  before(async function () {
    this.timeout(60_000);
    for (const stack of ["dev", "prod"]) {
      const config = { "naru:federatedSources": SOURCES, "naru:network": "own" };
      plans[stack] = await recordProgram({ root: ROOT, stack, config });
    }
  });

  for (const stack of ["dev", "prod"]) {
    it(`passes the policies in ${stack}`, () => {
      expect(RULES.flatMap((rule) => findingsOf(rule, plans[stack]!.resources))).to.deep.equal([]);
    });
  }

  it("gives connectors and readers the rights on keys that they use, and no others", async function () {
    this.timeout(60_000);
    const platform = await recordPlatform("dev", { "naru:federatedSources": SOURCES, "naru:network": "own" });
    expect(keyFindings(platform)).to.deep.equal([]);
    expect(unjudgedKeys(platform)).to.deep.equal([]);
  });

  it("is refused where what is spilled is not under a KMS key, and undecided where nobody can tell", () => {
    const path = ["rules", 0, "applyServerSideEncryptionByDefault", "sseAlgorithm"];
    const bucket = plans.dev!.resources.filter(
      ({ name, type }) => name === "federated-spill" && (type === ENCRYPTION || type.endsWith(":Bucket")),
    );
    const judged = (value: string) => {
      const encryption = bucket.filter(({ type }) => type === ENCRYPTION);
      const others = bucket.filter(({ type }) => type !== ENCRYPTION);
      return findingsOf(ruleNamed("bucket-encryption"), [
        ...others,
        ...changed(encryption, "federated-spill", path, value),
      ]);
    };
    expect(outcomeOf(judged("aws:kms"))).to.equal("pass");
    expect(outcomeOf(judged("AES256"))).to.equal("violation");
    expect(outcomeOf(judged(UNKNOWN))).to.equal("undecided");
  });

  it("is refused where a connector's surroundings are under no key", () => {
    const connector = plans.dev!.resources.filter(
      ({ name, type }) => name === "federated-registry" && type === "aws:lambda/function:Function",
    );
    const judged = (value: unknown) =>
      findingsOf(ruleNamed("kms-encryption"), changed(connector, "federated-registry", ["kmsKeyArn"], value));
    expect(outcomeOf(findingsOf(ruleNamed("kms-encryption"), connector))).to.equal("pass");
    expect(outcomeOf(judged(ABSENT))).to.equal("violation");
    expect(outcomeOf(judged(UNKNOWN))).to.equal("pass");
  });
});
