import { expect } from "chai";
import { DataLake, EncryptionKeys, GlueEtl } from "../../../components/aws";
import { loadContracts } from "../../../components/contract";
import { contextWith, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const STREAMS = { "lms.requests": "naru-dev-lms-requests" };

function make(contracts = loadContracts(["contracts"]), eventStreams: Record<string, string> = STREAMS) {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts });
  const lake = new DataLake("lake", context, { contracts, keys });
  return new GlueEtl("etl", context, { lake, keys, eventStreams });
}

describe("the stream that counts events on Glue", () => {
  let stack: MockedStack;
  let etl: GlueEtl;

  before(async () => {
    stack = await mocked(() => (etl = make()));
  });

  it("is told stream, table and closed places, which no run overrides", () => {
    const { nonOverridableArguments: told } = stack.one("aws:glue/job:Job", "etl-course-events").inputs;
    expect(told["--stream"]).to.equal("naru-dev-lms-requests");
    expect(told["--target"]).to.match(/^s3:\/\/.+\/lms\/course_events_per_minute\/$/);
    expect(told["--contracts"]).to.match(/\/code\/contracts\.json$/);
    for (const [name, folder] of [
      ["--checkpoint", "checkpoints/"],
      ["--quarantine", "quarantine/"],
    ] as const) {
      expect(told[name]).to.match(new RegExp(`^s3://[^/]*course-events[^/]*/${folder}$`));
    }
  });

  it("alone reads and writes the bucket of bad events", () => {
    const { policy } = stack.one("aws:s3/bucketPolicy:BucketPolicy", "etl-course-events").inputs;
    const [, ...denials] = policy.Statement as { Sid: string; Condition: object }[];
    expect(denials.map(({ Sid }) => Sid)).to.deep.equal(["ReadByNamedRoles", "WrittenByNamedRoles"]);
    for (const { Condition } of denials) {
      const role = "arn:aws:iam::123456789012:role/naru-test-glue-course-events";
      expect(Condition).to.deep.equal({ ArnNotEquals: { "aws:PrincipalArn": [role] } });
    }
  });

  it("has no right that is wider than its work", () => {
    expect(wideRights(stack).filter((right) => right.startsWith("etl-course-events"))).to.deep.equal([]);
  });

  it("is started and stopped by engineers", () => {
    const started = etl.runStatements().filter(({ Action }) => [Action].flat().includes("glue:StartJobRun"));
    expect(started.map(({ Resource }) => Resource).flat()).to.have.length(1);
    expect(String(started[0]!.Resource)).to.match(/:job\/[a-z-]+-course-events$/);
  });

  it("is refused where its sets or its stream are missing, with what to do", async () => {
    expect(await refusal(() => make(TWO_CONTRACTS))).to.contain(
      "eventStreams: are given, but the lake's contracts lack lms.course_events_per_minute; add them, or leave it out",
    );
    expect(await refusal(() => make(undefined, {}))).to.contain(
      "eventStreams: has no lms.requests; pass the streams of StreamIngest",
    );
  });
});
