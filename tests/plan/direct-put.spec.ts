import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import { RULES } from "../../policies/rules";
import { findingsOf } from "../unit/policies/evaluation";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { recordPlatform } from "./iam/platform";

const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const config = { "naru:directPut": '["lms.requests"]' };

describe("a stack with a delivery that programs put straight into", function () {
  this.timeout(60_000);

  it("passes the policies, and not without the transform", async () => {
    const { resources } = await recordProgram({ root: ROOT, stack: "dev", config });
    const judged = (of: typeof resources) => RULES.flatMap((rule) => findingsOf(rule, of));
    expect(resources.filter(({ type }) => type === DELIVERY)).to.have.length(2);
    expect(judged(resources)).to.deep.equal([]);
    const untreated = resources.map((each) => {
      if (each.name !== "ingest-lms-requests-direct" || each.type !== DELIVERY) return each;
      const { processingConfiguration: _, ...rest } = each.inputs.extendedS3Configuration as object & {
        processingConfiguration: unknown;
      };
      return { ...each, inputs: { ...each.inputs, extendedS3Configuration: rest } };
    });
    expect(judged(untreated).map(({ resource }) => resource.name)).to.deep.equal([
      "ingest-lms-requests-direct",
    ]);
  });

  it("lets each role and service use the keys that it must, and no other", async () => {
    const platform = await recordPlatform("dev", config);
    expect(keyFindings(platform)).to.deep.equal([]);
    expect(unjudgedKeys(platform)).to.deep.equal([]);
  });
});
