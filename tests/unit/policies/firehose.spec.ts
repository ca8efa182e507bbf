import { expect } from "chai";
import type { RecordedResource } from "../../../local/recorder/recorded-resource";
import * as type from "../../../policies/model/types";
import { goodPlan, resource, UNKNOWN, urn } from "../../policy/plan";
import { ABSENT, changed, findingsOf, outcomeOf, ruleNamed, without, type Outcome } from "./evaluation";

const S3 = "extendedS3Configuration";
const judge = (rule: string, plan: readonly RecordedResource[]): Outcome =>
  outcomeOf(findingsOf(ruleNamed(rule), plan));

/** The plan with the delivery's destination changed to another bucket of it. */
const into = (bucket: string) =>
  changed(goodPlan(), "delivery", [S3, "bucketArn"], `arn:aws:s3:::plan-${bucket}`);

/** The plan with more resources behind a property of the delivery stream. */
function dependingOn(
  plan: RecordedResource[],
  property: string,
  ...sources: [string, string][]
): RecordedResource[] {
  return plan.map((each) =>
    each.name === "delivery"
      ? {
          ...each,
          propertyDependencies: {
            ...each.propertyDependencies,
            [property]: [
              ...(each.propertyDependencies[property] ?? []),
              ...sources.map((source) => urn(...source)),
            ],
          },
        }
      : each,
  );
}

describe("firehose-conversion", () => {
  it("refuses ORC", () => {
    const path = [S3, "dataFormatConversionConfiguration", "outputFormatConfiguration", "serializer"];
    expect(judge("firehose-conversion", changed(goodPlan(), "delivery", path, { orcSerDe: {} }))).to.equal(
      "violation",
    );
  });

  it("has nothing to say of a destination that is no file", () => {
    expect(judge("firehose-conversion", changed(goodPlan(), "delivery", [S3], ABSENT))).to.equal("pass");
  });
});

describe("firehose-pseudonymiser", () => {
  const unprocessed = (plan: RecordedResource[]) =>
    changed(plan, "delivery", [S3, "processingConfiguration"], ABSENT);

  it("knows its function by the ARN of a version, which the plan of an update holds", () => {
    const path = [S3, "processingConfiguration", "processors", 0, "parameters", 0, "parameterValue"];
    const by = (name: string) =>
      changed(goodPlan(), "delivery", path, `arn:aws:lambda:ap-northeast-2:123456789012:function:${name}`);
    expect(judge("firehose-pseudonymiser", by("plan-pseudonymise:$LATEST"))).to.equal("pass");
    expect(judge("firehose-pseudonymiser", by("other:$LATEST"))).to.equal("violation");
    expect(judge("firehose-pseudonymiser", by("plan-pseudonymise-2:live"))).to.equal("violation");
  });

  it("lets a stream of personal data into a closed bucket without it", () => {
    expect(judge("firehose-pseudonymiser", unprocessed(into("landing")))).to.equal("pass");
  });

  it("lets a stream without personal data into an open bucket without it", () => {
    const plan = changed(goodPlan(), "events", ["tags", "naru:data-class"], "internal");
    expect(judge("firehose-pseudonymiser", unprocessed(plan))).to.equal("pass");
  });

  it("can't decide for a source outside the stack", () => {
    const path = ["kinesisSourceConfiguration", "kinesisStreamArn"];
    const plan = changed(goodPlan(), "delivery", path, "arn:aws:kinesis:ap-northeast-2:1:stream/other");
    expect(judge("firehose-pseudonymiser", unprocessed(plan))).to.equal("undecided");
  });

  it("judges a topic by the class of its cluster", () => {
    const direct = changed(goodPlan(), "delivery", ["kinesisSourceConfiguration"], ABSENT);
    const source = "mskSourceConfiguration";
    const fromTopic = changed(direct, "delivery", [source], {
      mskClusterArn: UNKNOWN,
      topicName: "requests",
    });
    const plan = unprocessed(dependingOn(fromTopic, source, [type.KAFKA_CLUSTER, "brokers"]));
    const ofClass = (value: unknown) => changed(plan, "brokers", ["tags", "naru:data-class"], value);
    expect(judge("firehose-pseudonymiser", plan)).to.equal("violation");
    expect(judge("firehose-pseudonymiser", ofClass("internal"))).to.equal("pass");
    expect(judge("firehose-pseudonymiser", ofClass(ABSENT))).to.equal("undecided");
    expect(judge("firehose-pseudonymiser", unprocessed(fromTopic))).to.equal("undecided");
  });

  it("takes a direct put at its own tag's word", () => {
    const direct = changed(goodPlan(), "delivery", ["kinesisSourceConfiguration"], ABSENT);
    const tagged = (value: string) =>
      unprocessed(changed(direct, "delivery", ["tags", "naru:data-class"], value));
    expect(judge("firehose-pseudonymiser", tagged("raw-pii"))).to.equal("violation");
    expect(judge("firehose-pseudonymiser", tagged("internal"))).to.equal("pass");
    expect(judge("firehose-pseudonymiser", unprocessed(direct))).to.equal("undecided");
  });

  it("can't decide which of two functions an unknown ARN is", () => {
    const plan = [...goodPlan(), resource(type.FUNCTION, "other", { name: "plan-other" })];
    const two = dependingOn(plan, S3, [type.FUNCTION, "other"]);
    expect(judge("firehose-pseudonymiser", two)).to.equal("undecided");
  });

  it("follows the alias of a function", () => {
    const alias = resource(
      type.FUNCTION_ALIAS,
      "live",
      { functionName: UNKNOWN },
      { functionName: [[type.FUNCTION, "pseudonymise"]] },
    );
    const plan = [...goodPlan(), alias].map((each) =>
      each.name === "delivery"
        ? { ...each, propertyDependencies: { ...each.propertyDependencies, [S3]: [alias.urn] } }
        : each,
    );
    expect(judge("firehose-pseudonymiser", plan)).to.equal("pass");
  });

  it("knows a function by its ARN", () => {
    const path = [S3, "processingConfiguration", "processors", 0, "parameters", 0, "parameterValue"];
    const arn = "arn:aws:lambda:ap-northeast-2:123456789012:function:plan-pseudonymise";
    expect(judge("firehose-pseudonymiser", changed(goodPlan(), "delivery", path, arn))).to.equal("pass");
  });
});

describe("firehose-backup", () => {
  const backup = [S3, "s3BackupConfiguration", "bucketArn"];
  const open = () => changed(goodPlan(), "delivery", backup, "arn:aws:s3:::plan-raw");

  it("is satisfied where there is none", () => {
    expect(judge("firehose-backup", changed(open(), "delivery", [S3, "s3BackupMode"], "Disabled"))).to.equal(
      "pass",
    );
    expect(judge("firehose-backup", changed(open(), "delivery", [S3, "s3BackupMode"], ABSENT))).to.equal(
      "pass",
    );
  });

  it("can't decide while the mode is not known", () => {
    expect(judge("firehose-backup", changed(open(), "delivery", [S3, "s3BackupMode"], UNKNOWN))).to.equal(
      "undecided",
    );
  });

  it("can't decide which of two buckets an unknown ARN is", () => {
    const plan = changed(goodPlan(), "delivery", backup, UNKNOWN);
    const two = dependingOn(plan, S3, [type.BUCKET, "raw"], [type.BUCKET, "landing"]);
    expect(judge("firehose-backup", two)).to.equal("undecided");
  });

  it("lets a stream without personal data back up where it likes", () => {
    expect(
      judge("firehose-backup", changed(open(), "events", ["tags", "naru:data-class"], "internal")),
    ).to.equal("pass");
  });
});

describe("firehose-error-output", () => {
  const deny = (change: object) => ({
    Effect: "Deny",
    Principal: "*",
    Action: "s3:GetObject*",
    Resource: "arn:aws:s3:::plan-raw/errors/*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/plan-curation" } },
    ...change,
  });
  const judged = (statement: object) =>
    judge("firehose-error-output", changed(goodPlan(), "raw-policy", ["policy"], { Statement: [statement] }));

  const CASES: readonly [string, object, Outcome][] = [
    ["all but a named role", {}, "pass"],
    ["everyone", { Condition: undefined }, "pass"],
    ["a wider prefix", { Resource: "arn:aws:s3:::plan-raw/*" }, "pass"],
    ["every action", { Action: "s3:*" }, "pass"],
    ["an unknown resource", { Resource: UNKNOWN }, "undecided"],
    [
      "a narrower prefix",
      { Resource: "arn:aws:s3:::plan-raw/errors/requests/processing-failed/*" },
      "violation",
    ],
    ["another bucket", { Resource: "arn:aws:s3:::plan-curated/errors/*" }, "violation"],
    ["writing only", { Action: "s3:PutObject" }, "violation"],
    ["the current version only", { Action: "s3:GetObject" }, "violation"],
    ["a single role", { Principal: { AWS: "arn:aws:iam::123456789012:role/analyst" } }, "violation"],
    ["requests without TLS", { Condition: { Bool: { "aws:SecureTransport": "false" } } }, "violation"],
    ["all but everyone", { Condition: { ArnNotLike: { "aws:PrincipalArn": "*" } } }, "violation"],
    ["an Allow", { Effect: "Allow" }, "violation"],
  ];
  for (const [title, change, outcome] of CASES) {
    it(`a policy that denies ${title}: ${outcome}`, () => {
      expect(judged(JSON.parse(JSON.stringify(deny(change))))).to.equal(outcome);
    });
  }

  it("refuses a bucket without a policy", () => {
    expect(judge("firehose-error-output", without(goodPlan(), "raw-policy"))).to.equal("violation");
  });

  it("asks nothing of a closed destination", () => {
    expect(
      judge("firehose-error-output", changed(into("landing"), "delivery", [S3, "errorOutputPrefix"], ABSENT)),
    ).to.equal("pass");
  });

  it("can't decide for a destination outside the stack", () => {
    expect(judge("firehose-error-output", into("elsewhere"))).to.equal("undecided");
  });
});

describe("encryption of direct puts", () => {
  const direct = (serverSideEncryption: object) =>
    changed(
      changed(goodPlan(), "delivery", ["kinesisSourceConfiguration"], ABSENT),
      "delivery",
      ["serverSideEncryption"],
      serverSideEncryption,
    );

  it("needs a key of the customer's", () => {
    expect(judge("kms-encryption", direct({}))).to.equal("violation");
    expect(judge("kms-encryption", direct({ enabled: true, keyType: "AWS_OWNED_CMK" }))).to.equal(
      "violation",
    );
    const own = { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: "alias/plan-data" };
    expect(judge("kms-encryption", direct(own))).to.equal("pass");
    expect(judge("platform-key", direct(own))).to.equal("pass");
    expect(judge("platform-key", direct({ ...own, keyArn: "alias/foreign" }))).to.equal("violation");
  });
});

for (const block of [
  "opensearchConfiguration",
  "opensearchserverlessConfiguration",
  "httpEndpointConfiguration",
]) {
  describe(`delivery out of the lake by ${block}`, () => {
    /** The plan whose delivery has this destination instead, and keeps what failed where the good plan does. */
    const outside = (s3BackupMode: unknown = "FailedDataOnly") =>
      goodPlan().map((each) => {
        if (each.name !== "delivery") return each;
        const { [S3]: before, ...inputs } = each.inputs as Record<string, Record<string, unknown>>;
        const { [S3]: urns, ...dependencies } = each.propertyDependencies;
        const { processingConfiguration, bucketArn, errorOutputPrefix } = before!;
        const s3Configuration = { bucketArn, errorOutputPrefix };
        return {
          ...each,
          inputs: { ...inputs, [block]: { processingConfiguration, s3BackupMode, s3Configuration } },
          propertyDependencies: { ...dependencies, [block]: urns! },
        };
      });
    const RULES = [
      "firehose-pseudonymiser",
      "firehose-backup",
      "firehose-error-output",
      "firehose-conversion",
    ];
    const withIn = (path: readonly (string | number)[], value: unknown) =>
      changed(outside(), "delivery", [block, ...path], value);

    it("passes with the transform, failures closed and no copy of the rest", () => {
      for (const rule of RULES) expect(judge(rule, outside()), rule).to.equal("pass");
    });

    it("never goes without the transform", () => {
      const rule = "firehose-pseudonymiser";
      expect(judge(rule, withIn(["processingConfiguration"], ABSENT))).to.equal("violation");
      expect(judge(rule, withIn(["processingConfiguration", "enabled"], false))).to.equal("violation");
      expect(judge(rule, withIn(["processingConfiguration", "enabled"], UNKNOWN))).to.equal("undecided");
      const harmless = changed(
        withIn(["processingConfiguration"], ABSENT),
        "events",
        ["tags", "naru:data-class"],
        "internal",
      );
      expect(judge(rule, harmless)).to.equal("pass");
    });

    it("keeps failures below a closed prefix", () => {
      const rule = "firehose-error-output";
      const path = ["s3Configuration", "errorOutputPrefix"];
      expect(judge(rule, withIn(path, "failed/"))).to.equal("violation");
      expect(judge(rule, withIn(path, ABSENT))).to.equal("violation");
      expect(judge(rule, withIn(path, UNKNOWN))).to.equal("undecided");
      const closed = changed(
        withIn(path, ABSENT),
        "delivery",
        [block, "s3Configuration", "bucketArn"],
        "arn:aws:s3:::plan-landing",
      );
      expect(judge(rule, closed)).to.equal("pass");
    });

    it("keeps no copy of everything in an open bucket", () => {
      const rule = "firehose-backup";
      expect(judge(rule, outside("AllData"))).to.equal("violation");
      expect(judge(rule, outside("AllDocuments"))).to.equal("violation");
      expect(judge(rule, outside(UNKNOWN))).to.equal("undecided");
      expect(judge(rule, withIn(["s3BackupMode"], ABSENT))).to.equal("pass");
      const path = [block, "s3Configuration", "bucketArn"];
      expect(
        judge(rule, changed(outside("AllData"), "delivery", path, "arn:aws:s3:::plan-landing")),
      ).to.equal("pass");
    });
  });
}
