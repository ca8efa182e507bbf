import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import { evaluate } from "../../../policies/model/pack";
import { goodPlan, resource, UNKNOWN } from "../../policy/plan";
import { changed, outcomeOf, ruleNamed, stackOf, type Outcome } from "./evaluation";

/** What a rule says of resources alone, by configuration. */
function judge(rule: string, plan: readonly RecordedResource[], configuration = {}): Outcome {
  const stack = stackOf(plan);
  const subjects = ruleNamed(rule).scope === "stack" ? [stack] : stack.resources;
  return outcomeOf(subjects.flatMap((each) => evaluate(ruleNamed(rule), each, configuration)));
}

describe("resource-region", () => {
  const one = (type: string, inputs: Record<string, unknown>, configuration = {}) =>
    judge("resource-region", [resource(type, "one", inputs)], configuration);

  it("goes by the regions of the configuration", () => {
    const bucket = "aws:s3/bucket:Bucket";
    expect(one(bucket, { region: "ap-northeast-1" })).to.equal("violation");
    expect(one(bucket, { region: "ap-northeast-1" }, { regions: ["ap-northeast-1"] })).to.equal("pass");
    expect(one(bucket, { region: "ap-northeast-2" }, { regions: ["ap-northeast-1"] })).to.equal("violation");
  });

  it("lets services of the whole world stand in us-east-1, and nowhere else abroad", () => {
    expect(one("aws:budgets/budget:Budget", { region: "us-east-1" })).to.equal("pass");
    expect(one("aws:cloudfront/function:Function", { region: "us-east-1" })).to.equal("pass");
    expect(one("aws:cloudfront/function:Function", { region: "us-west-2" })).to.equal("violation");
    expect(one("aws:acm/certificate:Certificate", { region: "us-east-1" }, { globalTypes: [] })).to.equal(
      "violation",
    );
  });

  it("wants a region of providers of AWS, and asks nothing of others'", () => {
    expect(one("pulumi:providers:aws", {})).to.equal("violation");
    expect(one("pulumi:providers:aws-native", { region: "eu-west-1" })).to.equal("violation");
    expect(one("pulumi:providers:random", { region: "eu-west-1" })).to.equal("pass");
    expect(one("gcp:storage/bucket:Bucket", { region: "asia-northeast3" })).to.equal("pass");
  });
});

describe("replica-region", () => {
  const CASES: readonly [string, Record<string, unknown>, Outcome][] = [
    ["aws:kms/externalKey:ExternalKey", { multiRegion: true }, "violation"],
    ["aws:kms/replicaKey:ReplicaKey", { primaryKeyArn: "arn:aws:kms:us-east-1:1:key/mrk-1" }, "violation"],
    ["aws:kms/replicaKey:ReplicaKey", { primaryKeyArn: "arn:aws:kms:ap-northeast-2:1:key/mrk-1" }, "pass"],
    ["aws:dynamodb/table:Table", { replicas: [{ regionName: "us-east-1" }] }, "violation"],
    ["aws:dynamodb/table:Table", { replicas: UNKNOWN }, "undecided"],
    ["aws:dynamodb/table:Table", { replicas: { regionName: "ap-northeast-2" } }, "violation"],
    ["aws:dynamodb/table:Table", {}, "pass"],
    ["aws:redshift/snapshotCopy:SnapshotCopy", { destinationRegion: "eu-west-1" }, "violation"],
    ["aws:rds/snapshotCopy:SnapshotCopy", { destinationRegion: UNKNOWN }, "undecided"],
    [
      "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
      { sourceDbInstanceArn: "arn:aws:rds:us-east-1:1:db:music" },
      "violation",
    ],
  ];

  for (const [type, inputs, outcome] of CASES) {
    it(`${type} with ${Object.keys(inputs).join() || "nothing"}: ${outcome}`, () =>
      expect(judge("replica-region", [resource(type, "one", inputs)])).to.equal(outcome));
  }
});

describe("bucket-replication", () => {
  const TARGET = ["rules", 0, "destination", "bucket"] as const;
  const NAMED = { buckets: ["archive-seoul"] };

  it("lets a named bucket outside the stack be the destination", () => {
    const plan = changed(goodPlan(), "replication", TARGET, "arn:aws:s3:::archive-seoul");
    expect(judge("bucket-replication", plan)).to.equal("violation");
    expect(judge("bucket-replication", plan, NAMED)).to.equal("pass");
    const other = changed(goodPlan(), "replication", TARGET, "arn:aws:s3:::not-archive-seoul");
    expect(judge("bucket-replication", other, NAMED)).to.equal("violation");
  });

  it("decides an unknown destination by what it comes from", () => {
    const plan = changed(goodPlan(), "replication", TARGET, UNKNOWN);
    const from = (name: string) =>
      plan.map((each) =>
        each.name === "replication"
          ? { ...each, propertyDependencies: { rules: [plan.find((one) => one.name === name)!.urn] } }
          : each,
      );
    expect(judge("bucket-replication", from("copy"))).to.equal("pass");
    expect(judge("bucket-replication", from("landing"))).to.equal("violation");
  });

  it("refuses a copy of clear records in the open zone", () => {
    const plan = changed(goodPlan(), "replication", ["bucket"], "plan-landing");
    expect(judge("bucket-replication", plan)).to.equal("violation");
  });
});
