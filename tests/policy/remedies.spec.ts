/** Remedies through the compiled pack and real protobufs: what they change, what they leave alone, and that they are off. */
import { expect } from "chai";
import { checkStack, compilePolicies, type CheckResult } from "../../cli/check";
import { Analyzer } from "../../cli/check/analyzer";
import { PackProcess } from "../../cli/check/pack-process";
import { examinePlan } from "../../cli/check/run-pack";
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import { API_METHOD_SETTINGS, BUCKET_ENCRYPTION, KEY, ROLE, TOPIC } from "../../policies/model/types";
import { REMEDIES } from "../../policies/remedies";
import { RULES } from "../../policies/rules";
import { changed } from "../unit/policies/evaluation";
import { goodPlan, resource, secret, UNKNOWN } from "./plan";

const STACK = { project: "plan", stack: "test", preview: true } as const;
const ALL = { remedies: REMEDIES.map(({ name }) => name) };
const SERDE = [
  ...["extendedS3Configuration", "dataFormatConversionConfiguration", "outputFormatConfiguration"],
  ...["serializer", "parquetSerDe", "compression"],
];
const BY_KMS = { sseAlgorithm: "aws:kms", kmsMasterKeyId: UNKNOWN };

/** Those of the good plan: what one remedy changes, few resources show. */
const only = (plan: readonly RecordedResource[], ...names: string[]) =>
  plan.filter(({ name }) => names.includes(name));

/** What a remedy is for, by its name: a plan with that one fault, and where it lies. */
const FAULTS: Readonly<Record<string, { readonly at: string; readonly plan: RecordedResource[] }>> = {
  "remedy-bucket-key": {
    at: "raw-encryption",
    plan: only(
      changed(goodPlan(), "raw-encryption", ["rules", 0, "bucketKeyEnabled"], false),
      ...["raw", "raw-encryption"],
    ),
  },
  "remedy-parquet-snappy": {
    at: "delivery",
    plan: only(changed(goodPlan(), "delivery", SERDE, "GZIP"), "delivery"),
  },
  "remedy-api-data-trace": {
    at: "trace",
    plan: [
      resource(API_METHOD_SETTINGS, "trace", { settings: { dataTraceEnabled: true, loggingLevel: "ERROR" } }),
    ],
  },
  "remedy-stack-tag": {
    at: "notices",
    plan: [resource(TOPIC, "notices", { tags: { "naru:owner": "platform" } })],
  },
};

describe("remedies", () => {
  let pack: PackProcess;
  before(async () => (pack = await PackProcess.start(await compilePolicies())));
  after(() => pack.stop());

  const brokenAt = ({ violations }: CheckResult, at: string, rule: string) =>
    violations.filter((each) => each.resource === at && each.rule === rule);

  it("are all tried here, each for a rule that there is", () => {
    expect(Object.keys(FAULTS)).to.have.members(REMEDIES.map(({ name }) => name));
    expect(RULES.map(({ name }) => name)).to.include.members(REMEDIES.map(({ rule }) => rule));
  });

  for (const { name, rule } of REMEDIES) {
    const { at, plan } = FAULTS[name]!;

    it(`${name} is off unless a configuration names it`, async () => {
      const result = await examinePlan(pack, plan, { ...STACK, config: { all: "mandatory" } });
      expect(result.remedied).to.deep.equal([]);
      expect(brokenAt(result, at, rule), "without the remedy").to.have.length.above(0);
    });

    it(`${name} mends its fault before ${rule} judges, and is told`, async () => {
      const before = await examinePlan(pack, plan, STACK);
      const result = await examinePlan(pack, plan, { ...STACK, config: { remedies: [name] } });
      expect(result.remedied.map((each) => [each.remedy, each.resource])).to.deep.include([name, at]);
      expect(brokenAt(result, at, rule).length).to.be.below(brokenAt(before, at, rule).length);
    });
  }

  /** What comes out of the pack for one resource, in the engine's wire form. */
  const remedied = async (type: string, inputs: Record<string, unknown>) => {
    const analyzer = new Analyzer(pack.client);
    await examinePlan(pack, [], { ...STACK, config: ALL });
    return (await analyzer.remediate(resource(type, "one", inputs))).resource.inputs;
  };

  it("keep the marks of secrets, and leave unknown values unknown", async () => {
    const rules = [{ applyServerSideEncryptionByDefault: BY_KMS }];
    const given = { bucket: secret("name"), expectedBucketOwner: UNKNOWN, rules };
    expect(await remedied(BUCKET_ENCRYPTION, given)).to.deep.equal({
      ...given,
      rules: [{ applyServerSideEncryptionByDefault: BY_KMS, bucketKeyEnabled: true }],
    });
  });

  it("keep the mark of a secret that they reach into", async () => {
    const inside = { dataTraceEnabled: true, loggingLevel: "ERROR" };
    expect(await remedied(API_METHOD_SETTINGS, { settings: secret(inside) })).to.deep.equal({
      settings: secret({ ...inside, dataTraceEnabled: false }),
    });
  });

  it("decide nothing that is not known", async () => {
    for (const [type, inputs] of [
      [BUCKET_ENCRYPTION, { rules: UNKNOWN }],
      [BUCKET_ENCRYPTION, { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: UNKNOWN } }] }],
      [
        BUCKET_ENCRYPTION,
        { rules: [{ applyServerSideEncryptionByDefault: BY_KMS, bucketKeyEnabled: UNKNOWN }] },
      ],
      [BUCKET_ENCRYPTION, { rules: 42 }],
      [API_METHOD_SETTINGS, { settings: { dataTraceEnabled: UNKNOWN } }],
      [KEY, { tags: UNKNOWN }],
      [KEY, { tags: { "naru:stack": UNKNOWN } }],
      [KEY, { tags: 42 }],
    ] as const) {
      expect(await remedied(type, inputs), JSON.stringify(inputs)).to.deep.equal(inputs);
    }
  });

  it("change of keys and roles their tags only", async () => {
    const policy = { Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }] };
    for (const [type, inputs] of [
      [KEY, { policy, enableKeyRotation: false, deletionWindowInDays: 7 }],
      [ROLE, { assumeRolePolicy: policy }],
    ] as const) {
      const { tags, ...others } = await remedied(type, inputs);
      expect(others).to.deep.equal(inputs);
      expect(Object.keys(tags as object)).to.deep.equal(["naru:stack"]);
    }
  });

  it("change a remedied plan no more", async () => {
    const analyzer = new Analyzer(pack.client);
    await examinePlan(pack, [], { ...STACK, config: ALL });
    for (const { plan } of Object.values(FAULTS)) {
      for (const each of plan) {
        const once = (await analyzer.remediate(each)).resource;
        expect((await analyzer.remediate(once)).remedies, each.name).to.deep.equal([]);
      }
    }
  });

  it("are told in the report", async () => {
    const written: string[] = [];
    const { plan } = FAULTS["remedy-bucket-key"]!;
    const config = { remedies: ["remedy-bucket-key"] };
    await checkStack(plan, { ...STACK, config, write: (text) => written.push(text) });
    expect(written.join("")).to.contain("remedy-bucket-key: raw-encryption");
  });
});
