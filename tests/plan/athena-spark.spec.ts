import { expect } from "chai";
import { recordProgram, type RecordedResource } from "../../local/recorder";
import { ROOT } from "../../local/paths";
import { RULES } from "../../policies/rules";
import { changed, findingsOf, outcomeOf, ruleNamed } from "../unit/policies/evaluation";
import { UNKNOWN } from "../policy/plan";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { recordPlatform } from "./iam/platform";

const CONFIG = { "naru:athenaSpark": "true" };

describe("a stack with Apache Spark for analysts", () => {
  let workgroup: readonly RecordedResource[];

  for (const stack of ["dev", "prod"]) {
    it(`passes the policies in ${stack}`, async () => {
      const { resources } = await recordProgram({ root: ROOT, stack, config: CONFIG });
      workgroup = resources.filter(
        ({ name, type }) => name === "athena-spark" && type === "aws:athena/workgroup:Workgroup",
      );
      expect(workgroup).to.have.length(1);
      expect(RULES.flatMap((rule) => findingsOf(rule, resources))).to.deep.equal([]);
    });
  }

  it("gives sessions the rights on keys that they use, and no others", async function () {
    this.timeout(60_000);
    const platform = await recordPlatform("dev", CONFIG);
    expect(keyFindings(platform)).to.deep.equal([]);
    expect(unjudgedKeys(platform)).to.deep.equal([]);
  });

  it("is refused where results are under no key, and undecided where nobody can tell", () => {
    const path = ["configuration", "resultConfiguration", "encryptionConfiguration", "encryptionOption"];
    const judged = (value: string) =>
      outcomeOf(findingsOf(ruleNamed("kms-encryption"), changed(workgroup, "athena-spark", path, value)));
    expect(judged("SSE_KMS")).to.equal("pass");
    expect(judged("SSE_S3")).to.equal("violation");
    expect(judged(UNKNOWN)).to.equal("undecided");
  });

  for (const log of ["managedLoggingConfiguration", "s3LoggingConfiguration"]) {
    it(`is refused where ${log} is on without a key`, () => {
      const path = ["configuration", "monitoringConfiguration", log];
      const judged = (value: object) =>
        outcomeOf(findingsOf(ruleNamed("kms-encryption"), changed(workgroup, "athena-spark", path, value)));
      const kmsKey = "arn:aws:kms:ap-northeast-2:123456789012:key/00000000-0000-0000-0000-000000000000";
      expect(judged({ enabled: true, kmsKey })).to.equal("pass");
      expect(judged({ enabled: false })).to.equal("pass");
      expect(judged({ enabled: true })).to.equal("violation");
      expect(judged({ enabled: UNKNOWN })).to.equal("violation");
      // An unknown key is a key; whose it is, another rule asks.
      expect(judged({ enabled: true, kmsKey: UNKNOWN })).to.equal("pass");
    });
  }
});
