import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram, type RecordedResource } from "../../local/recorder";
import { RULES } from "../../policies/rules";
import { findingsOf, ruleNamed } from "../unit/policies/evaluation";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { recordPlatform } from "./iam/platform";

const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const ACCOUNT = "ap-northeast-2:123456789012";
const BLOCKS = {
  search: "opensearchConfiguration",
  inside: "opensearchserverlessConfiguration",
  partner: "httpEndpointConfiguration",
} as const;
const config = {
  "naru:network": "own",
  "naru:deliveryDestinations": JSON.stringify([
    {
      ...{ name: "search", stream: "lms.requests", kind: "opensearch", index: "requests" },
      domainArn: `arn:aws:es:${ACCOUNT}:domain/search`,
    },
    {
      ...{ name: "inside", stream: "lms.requests", kind: "opensearch", index: "requests" },
      collectionArn: `arn:aws:aoss:${ACCOUNT}:collection/a1b2c3d4`,
      ...{ inNetwork: true, reaches: ["10.20.0.0/24"] },
    },
    {
      ...{ name: "partner", stream: "lms.requests", kind: "http", url: "https://collect.example.com/" },
      secretArn: `arn:aws:secretsmanager:${ACCOUNT}:secret:partner-a1B2c3`,
    },
  ]),
};

describe("a stack whose events go beside the lake too", function () {
  this.timeout(60_000);
  let resources: readonly RecordedResource[];
  const judged = (of: readonly RecordedResource[]) => RULES.flatMap((rule) => findingsOf(rule, of));
  const blockOf = (name: string) => BLOCKS[name.replace("destinations-", "") as keyof typeof BLOCKS];

  before(async () => {
    ({ resources } = await recordProgram({ root: ROOT, stack: "dev", config }));
  });

  it("passes the policies", () => {
    expect(resources.filter(({ type }) => type === DELIVERY)).to.have.length(4);
    expect(judged(resources)).to.deep.equal([]);
  });

  it("does not, for any of them, without the transform, or with failures outside the closed folder", () => {
    const changed = (change: (block: Record<string, unknown>) => object) =>
      resources.map((each) => {
        const block = each.type === DELIVERY ? blockOf(each.name) : undefined;
        if (block === undefined) return each;
        const own = change(each.inputs[block] as Record<string, unknown>);
        return { ...each, inputs: { ...each.inputs, [block]: own } };
      });
    const found = (name: string, of: readonly RecordedResource[]) =>
      findingsOf(ruleNamed(name), of).map(({ resource }) => resource.name);
    const names = ["destinations-search", "destinations-inside", "destinations-partner"];
    const untreated = changed(({ processingConfiguration: _, ...rest }) => rest);
    expect(found("firehose-pseudonymiser", untreated)).to.have.members(names);
    const open = changed((block) => ({
      ...block,
      s3Configuration: { ...(block.s3Configuration as object), errorOutputPrefix: "failed/" },
    }));
    expect(found("firehose-error-output", open)).to.have.members(names);
  });

  it("lets each role and service use the keys that it must, and no other", async () => {
    const platform = await recordPlatform("dev", config);
    expect(keyFindings(platform)).to.deep.equal([]);
    expect(unjudgedKeys(platform)).to.deep.equal([]);
  });

  it("holds no value of a secret", () => {
    const deliveries = JSON.stringify(resources.filter(({ type }) => type === DELIVERY));
    expect(deliveries).not.to.match(/accessKey|api_key/);
  });
});
