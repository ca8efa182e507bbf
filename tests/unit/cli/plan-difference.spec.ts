import { readFileSync } from "node:fs";
import { expect } from "chai";
import { unknownValue } from "@pulumi/pulumi/runtime/rpc";
import { planDifference, type PlanDifference } from "../../../cli/plan/difference";
import { printOf } from "../../../cli/plan/print";
import { lostWith, replacingPaths, STATEFUL_TYPES } from "../../../cli/plan/replacement";
import type { RecordedResource } from "../../../local/recorder";
import { resource, secret, urn } from "../../policy/resource";

const BUCKET = "aws:s3/bucket:Bucket";
const KEY = "aws:kms/key:Key";
const DATABASE = "aws:rds/instance:Instance";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";

function difference(before: RecordedResource[], after: RecordedResource[]): PlanDifference {
  return planDifference(printOf(before), printOf(after));
}

/** Action, name and inputs of each change. */
function told(found: PlanDifference): string[] {
  return found.components.flatMap(({ changes }) =>
    changes.map(({ action, name, inputs }) => [action, name, ...inputs].join(" ")),
  );
}

describe("the difference of two plans", () => {
  it("tells nothing where only spaces, order of keys and order of sets differ", () => {
    const policy = (text: string) => [resource(POLICY, "policy", { bucket: "a", policy: text })];
    const found = difference(
      policy('{"Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"]}]}'),
      policy('{ "Statement": [ { "Action": ["s3:PutObject", "s3:GetObject"], "Effect": "Allow" } ] }'),
    );
    expect(found).to.deep.include({ components: [], losses: [], unchanged: 1 });
  });

  it("tells a document that says something else, by the input alone", () => {
    const policy = (action: string) => [
      resource(POLICY, "policy", {
        policy: JSON.stringify({ Statement: [{ Effect: "Deny", Action: action }] }),
      }),
    ];
    const found = difference(policy("s3:*"), policy("s3:GetObject"));
    expect(told(found)).to.deep.equal(["update policy policy"]);
    expect(JSON.stringify(found)).not.to.contain("GetObject");
  });

  it("tells created, changed, replaced and deleted, with what is lost first", () => {
    const found = difference(
      [
        resource(BUCKET, "gone", { bucket: "gone" }),
        resource(BUCKET, "renamed", { bucket: "old" }),
        resource(BUCKET, "tagged", { bucket: "same", tags: { a: "1" } }),
        resource(POLICY, "policy", { bucket: "gone" }),
      ],
      [
        resource(BUCKET, "renamed", { bucket: "new", tags: { a: "1" } }),
        resource(BUCKET, "tagged", { bucket: "same", tags: { a: "2" } }),
        resource(BUCKET, "fresh", { bucket: "fresh" }),
      ],
    );
    expect(told(found)).to.have.members([
      "replace renamed bucket tags",
      "delete gone",
      "delete policy",
      "update tagged tags",
      "create fresh",
    ]);
    expect(found.counts).to.deep.equal({ replace: 1, delete: 2, update: 1, create: 1 });
    expect(found.losses.map(({ name, loses }) => [name, loses])).to.deep.equal([
      ["renamed", "objects and their versions"],
      ["gone", "objects and their versions"],
    ]);
  });

  it("finds a replacement by an input within another", () => {
    const cluster = (inCluster: boolean, clientBroker: string) => [
      resource("aws:msk/cluster:Cluster", "kafka", {
        encryptionInfo: { encryptionInTransit: { inCluster, clientBroker } },
      }),
    ];
    expect(told(difference(cluster(true, "TLS"), cluster(false, "TLS")))).to.deep.equal([
      "replace kafka encryptionInfo.encryptionInTransit.inCluster encryptionInfo",
    ]);
    expect(told(difference(cluster(true, "TLS"), cluster(true, "TLS_PLAINTEXT")))).to.deep.equal([
      "update kafka encryptionInfo",
    ]);
  });

  it("takes a path that the table has newly learnt for no change, nor parts that change in place", () => {
    const stream = (retryDuration: number) =>
      printOf([
        resource("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "delivery", {
          extendedS3Configuration: { dynamicPartitioningConfiguration: { enabled: true, retryDuration } },
        }),
      ]);
    const unlearnt = stream(300).map((print) => {
      const inputs = Object.entries(print.inputs).filter(([path]) => !path.includes("."));
      return { ...print, inputs: Object.fromEntries(inputs) };
    });
    expect(told(planDifference(unlearnt, stream(300)))).to.deep.equal([]);
    expect(told(planDifference(stream(300), stream(60)))).to.deep.equal([
      "update delivery extendedS3Configuration",
    ]);
  });

  it("tells a resource that has another of inputs of which it has one", () => {
    const rule = (inputs: Record<string, unknown>) => [
      resource("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "rule", inputs),
    ];
    const cidr = rule({ cidrIpv4: "10.0.0.0/8" });
    expect(told(difference(cidr, rule({ prefixListId: "pl-1" })))).to.deep.equal([
      "replace rule cidrIpv4 prefixListId",
    ]);
    expect(told(difference(cidr, rule({ cidrIpv4: "10.1.0.0/16" })))).to.deep.equal(["update rule cidrIpv4"]);
  });

  it("follows a replacement to whoever takes its unknown values", () => {
    const plan = (keyUsage: string) => [
      resource(KEY, "data", { keyUsage }),
      resource(DATABASE, "database", { kmsKeyId: unknownValue }, { kmsKeyId: [[KEY, "data"]] }),
      resource(POLICY, "policy", { policy: unknownValue }, { policy: [[KEY, "data"]] }),
    ];
    const found = difference(plan("ENCRYPT_DECRYPT"), plan("SIGN_VERIFY"));
    expect(told(found)).to.deep.equal(["replace data keyUsage", "replace database kmsKeyId"]);
  });

  it("sees another source behind a value that neither preview knows", () => {
    const plan = (key: string) => [
      resource(KEY, "one", {}),
      resource(KEY, "two", {}),
      resource(DATABASE, "database", { kmsKeyId: unknownValue }, { kmsKeyId: [[KEY, key]] }),
    ];
    expect(told(difference(plan("one"), plan("two")))).to.deep.equal(["replace database kmsKeyId"]);
  });

  it("takes a resource that says its former name for the same one", () => {
    const before = [resource(BUCKET, "old", { bucket: "kept" })];
    const moved = resource(BUCKET, "new", { bucket: "kept" });
    const aliased = { ...moved, options: { ...moved.options, aliases: [urn(BUCKET, "old")] } };
    expect(told(difference(before, [aliased]))).to.deep.equal([]);
    expect(difference(before, [moved]).losses.map(({ action, name }) => [action, name])).to.deep.equal([
      ["delete", "old"],
    ]);
  });

  it("tells a protection that is taken away", () => {
    const bucket = resource(BUCKET, "data", { bucket: "data" });
    const guarded = (protect: boolean) => [{ ...bucket, options: { ...bucket.options, protect } }];
    expect(told(difference(guarded(true), guarded(false)))).to.deep.equal(["update data (protect)"]);
  });

  it("holds no value of a secret, and no digest of one", () => {
    const plan = (value: string) => [resource(DATABASE, "database", { password: secret(value) })];
    expect(printOf(plan("one"))).to.deep.equal(printOf(plan("two")));
  });

  it("is the same in every stack", () => {
    const [dev] = printOf([resource(BUCKET, "data", {})]);
    expect(dev!.id).to.equal(urn(BUCKET, "data").split("::").slice(2).join("::"));
  });
});

describe("the table of what replaces", () => {
  it("names inputs that the provider has", () => {
    const wrong = STATEFUL_TYPES.filter((type) => type.startsWith("aws:")).flatMap((type) => {
      const [, path, name] = type.split(":") as [string, string, string];
      const made = readFileSync(require.resolve(`@pulumi/aws/${path}.d.ts`), "utf8");
      const inputs = made.slice(made.indexOf(`export interface ${name}Args`));
      return replacingPaths(type)
        .map((each) => each.split(".")[0]!)
        .filter((input) => !new RegExp(`^    ${input}\\??:`, "m").test(inputs))
        .map((input) => `${type}: ${input}`);
    });
    expect(wrong).to.deep.equal([]);
  });

  it("says of each stateful type what is lost, and of no other", () => {
    expect(STATEFUL_TYPES).to.include.members([BUCKET, KEY, DATABASE, "aws:kinesis/stream:Stream"]);
    expect(lostWith(POLICY)).to.equal(undefined);
    expect(lostWith("constructor")).to.equal(undefined);
  });
});
