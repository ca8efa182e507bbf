import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram, type RecordedResource } from "../../local/recorder";
import { RULES } from "../../policies/rules";
import { findingsOf } from "../unit/policies/evaluation";
import { keyFindings, unjudgedKeys } from "./iam/key-findings";
import { ACCOUNT, recordPlatform } from "./iam/platform";

const CONFIG = { "naru:etl": "glue", "naru:streamProcessing": "glue" };
const JOB = "etl-course-events";

/** What the role's policy says, read from its JSON. */
interface Allowed {
  readonly Action: string | string[];
  readonly Resource: string | string[];
}

describe("a stack that counts events while they come", function () {
  this.timeout(120_000);
  let resources: readonly RecordedResource[];

  before(async () => {
    ({ resources } = await recordPlatform("prod", CONFIG));
  });

  const one = (type: string, name: string, among = resources): RecordedResource => {
    const found = among.filter((each) => each.type === type && each.name === name);
    expect(found, `${type} ${name}`).to.have.length(1);
    return found[0]!;
  };
  const rights = () => {
    const { policy } = one("aws:iam/rolePolicy:RolePolicy", `${JOB}-policy`).inputs;
    return (policy as { Statement: Allowed[] }).Statement;
  };
  const resourcesOf = (action: RegExp) =>
    rights()
      .filter(({ Action }) => [Action].flat().some((one) => action.test(one)))
      .flatMap(({ Resource }) => [Resource].flat());

  for (const stack of ["dev", "prod"]) {
    it(`passes the policies, and has the rights on keys that it needs: ${stack}`, async () => {
      const preview = await recordProgram({ root: ROOT, stack, config: CONFIG });
      expect(RULES.flatMap((rule) => findingsOf(rule, preview.resources))).to.deep.equal([]);
      const platform = await recordPlatform(stack, CONFIG);
      expect(keyFindings(platform)).to.deep.equal([]);
      expect(unjudgedKeys(platform)).to.deep.equal([]);
    });
  }

  it("reads the stream by the job that is tested, on two quarter workers, and goes on after a failure", () => {
    const { inputs } = one("aws:glue/job:Job", JOB);
    expect(inputs).to.deep.include({
      ...{ name: "naru-prod-course-events", workerType: "G.025X", numberOfWorkers: 2, maxRetries: 3 },
      connections: ["naru-prod-etl-zone-1", "naru-prod-etl-zone-2"],
    });
    expect(inputs).not.to.have.property("timeout");
    expect(inputs.command).to.include({ name: "gluestreaming" });
    expect(inputs.nonOverridableArguments).to.include({
      "--source": "kinesis",
      "--kinesis-connector": "glue",
      "--data-set": "lms.requests",
      "--region": "ap-northeast-2",
    });
    const names = resources.map(({ name }) => name);
    expect(names).to.include(`${JOB}-course-events/course_events_per_minute.py`);
  });

  it("may read that stream only, write that table and its closed bucket only, and make no pseudonyms", () => {
    expect(resourcesOf(/^kinesis:/)).to.deep.equal([
      `arn:aws:kinesis:ap-northeast-2:${ACCOUNT}:stream/naru-prod-lms-requests`,
    ]);
    const written = resourcesOf(/^s3:PutObject$/).map((arn) =>
      arn.replace(/^arn:aws:s3:::[^/]*?-(\w+)/, "$1"),
    );
    expect(written).to.have.length(2);
    expect(written[0]).to.match(/\/lms\/course_events_per_minute\/\*$/);
    expect(written[1]).to.match(/course-events[^/]*\/\*$/);
    expect(resourcesOf(/GenerateMac|^\*|:\*$/)).to.deep.equal([]);
  });

  it("keeps state and bad events closed, the latter for 30 days", () => {
    const { inputs } = one("aws:s3/bucket:Bucket", JOB);
    expect(inputs.tags).to.include({ "naru:zone": "closed", "naru:data-class": "raw-pii" });
    const { rules } = one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", JOB).inputs as {
      rules: { filter: { prefix: string }; expiration?: { days: number } }[];
    };
    const expiring = rules.filter(({ expiration }) => expiration?.days === 30);
    expect(expiring.map(({ filter }) => filter.prefix)).to.deep.equal(["quarantine/"]);
  });

  it("tells of its failure", () => {
    const { eventPattern } = one("aws:cloudwatch/eventRule:EventRule", "etl-failed").inputs;
    expect(eventPattern).to.contain("naru-prod-course-events");
  });

  it("is not there unless it is asked for", async () => {
    const { resources: plain } = await recordPlatform("dev", { "naru:etl": "glue" });
    expect(plain.filter(({ name }) => name.startsWith(JOB))).to.deep.equal([]);
  });
});
