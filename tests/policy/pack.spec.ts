/** The compiled pack as a process of its own, over real protobufs: what the engine would hear. */
import { expect } from "chai";
import { compilePolicies, checkStack, type CheckConfiguration } from "../../cli/check";
import { PackProcess } from "../../cli/check/pack-process";
import { examinePlan } from "../../cli/check/run-pack";
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import { RULES } from "../../policies/rules";
import { ABSENT, changed, without } from "../unit/policies/evaluation";
import type { BrokenPlatform } from "./broken";
import { BROKEN_EXPOSURE } from "./broken-exposure";
import { BROKEN_GUARDS } from "./broken-guards";
import { goodPlan, secret, UNKNOWN } from "./plan";

const STACK = { project: "plan", stack: "prod", preview: true } as const;
const FIREHOSE = "extendedS3Configuration";

/** One broken platform for each rule: what a person may really write. */
const BROKEN: Readonly<Record<string, BrokenPlatform>> = {
  ...BROKEN_EXPOSURE,
  ...BROKEN_GUARDS,
  "glue-table-format": {
    title: "a table of gzipped CSV",
    at: "table",
    plan: () =>
      goodPlan().map((each) =>
        each.name === "table"
          ? {
              ...each,
              inputs: {
                name: "requests",
                databaseName: "plan_curated_lms",
                storageDescriptor: {
                  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
                  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
                  serDeInfo: { serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde" },
                },
                parameters: { classification: "csv", compressionType: "gzip" },
              },
            }
          : each,
      ),
  },
  "firehose-conversion": {
    title: "a delivery stream that writes gzipped JSON",
    at: "delivery",
    plan: () => changed(goodPlan(), "delivery", [FIREHOSE, "dataFormatConversionConfiguration"], ABSENT),
  },
  "athena-query-format": {
    title: "a CTAS with Athena's default codec",
    at: "query",
    plan: () =>
      changed(goodPlan(), "query", ["query"], "CREATE TABLE a WITH (format = 'PARQUET') AS SELECT 1"),
  },
  "spark-output-format": {
    title: "a Spark application without the codec",
    at: "spark",
    plan: () => changed(goodPlan(), "spark", ["runtimeConfigurations"], ABSENT),
  },
  "data-class-tags": {
    title: "a bucket without tags",
    at: "logs",
    plan: () =>
      // AES256 is for buckets that say they hold logs: this one says nothing, so it is encrypted like any other.
      without(changed(goodPlan(), "logs", ["tags"], ABSENT), "logs-encryption").concat(
        goodPlan()
          .filter((each) => each.name === "landing-encryption")
          .map((each) => ({
            ...each,
            urn: `${each.urn}-of-logs`,
            inputs: { ...each.inputs, bucket: "plan-logs" },
            propertyDependencies: { rules: each.propertyDependencies.rules },
          })),
      ),
  },
  "firehose-pseudonymiser": {
    title: "personal data into an open bucket without the pseudonymiser",
    at: "delivery",
    plan: () => changed(goodPlan(), "delivery", [FIREHOSE, "processingConfiguration"], ABSENT),
  },
  "firehose-backup": {
    title: "a backup of clear records in an open bucket",
    at: "delivery",
    plan: () =>
      changed(
        goodPlan(),
        "delivery",
        [FIREHOSE, "s3BackupConfiguration", "bucketArn"],
        "arn:aws:s3:::plan-raw",
      ),
  },
  "firehose-error-output": {
    title: "failed records where every analyst reads",
    at: "delivery",
    plan: () => changed(goodPlan(), "delivery", [FIREHOSE, "errorOutputPrefix"], "failed/"),
  },
  "hmac-key": {
    title: "a pseudonym key of 224 bits",
    at: "pseudonym",
    plan: () => changed(goodPlan(), "pseudonym", ["customerMasterKeySpec"], "HMAC_224"),
  },
  "pseudonym-key-users": {
    title: "a pseudonym key that answers whom IAM lets",
    at: "pseudonym",
    plan: () => changed(goodPlan(), "pseudonym", ["policy"], ABSENT),
  },
  "pseudonymiser-key": {
    title: "a salt in the environment",
    at: "pseudonymise",
    plan: () =>
      changed(goodPlan(), "pseudonymise", ["environment", "variables", "HASH_SALT"], secret("canary-9d2f")),
  },
  "role-crossing": {
    title: "an untagged role that reads personal data and writes to the open zone",
    at: "curation",
    plan: () => changed(goodPlan(), "curation", ["tags"], ABSENT),
  },
  "bucket-encryption": {
    title: "a clear bucket",
    at: "raw",
    plan: () => without(goodPlan(), "raw-encryption"),
  },
  "bucket-public-access": {
    title: "a bucket that may be opened",
    at: "raw-public-access",
    plan: () => changed(goodPlan(), "raw-public-access", ["blockPublicPolicy"], false),
  },
  "bucket-tls-only": {
    title: "a bucket without a policy",
    at: "landing",
    plan: () => without(goodPlan(), "landing-policy"),
  },
  "kms-encryption": {
    title: "a stream without a key",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["kmsKeyId"], ABSENT),
  },
  "platform-key": {
    title: "a stream with AWS's own key",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["kmsKeyId"], "alias/aws/kinesis"),
  },
  "key-rotation": {
    title: "a key that never rotates",
    at: "data",
    plan: () => changed(goodPlan(), "data", ["enableKeyRotation"], false),
  },
  "key-policy-principals": {
    title: "a key for everyone",
    at: "data",
    plan: () =>
      changed(goodPlan(), "data", ["policy"], {
        Statement: [{ Effect: "Allow", Principal: "*", Action: "kms:*" }],
      }),
  },
  "iam-actions": {
    title: "a role that may do everything with queues",
    at: "analyst-policy",
    plan: () =>
      changed(goodPlan(), "analyst-policy", ["policy"], {
        Statement: [{ Effect: "Allow", Action: "sqs:*", Resource: "*" }],
      }),
  },
  "iam-managed-policies": {
    title: "AWS's policy for a whole service",
    at: "analyst-reports",
    plan: () =>
      changed(goodPlan(), "analyst-reports", ["policyArn"], "arn:aws:iam::aws:policy/AmazonSQSFullAccess"),
  },
  "athena-workgroup": {
    title: "a workgroup of analysts without a limit",
    at: "workgroup",
    plan: () => changed(goodPlan(), "workgroup", ["configuration", "bytesScannedCutoffPerQuery"], ABSENT),
  },
  "lake-formation-grants": {
    title: "a grant of everything",
    at: "steward-grant",
    plan: () => changed(goodPlan(), "steward-grant", ["permissions"], ["ALL"]),
  },
  "lake-formation-defaults": {
    title: "new tables for everybody, in a place without hybrid access",
    at: "lake-location",
    plan: () => changed(goodPlan(), "lake-location", ["hybridAccessEnabled"], ABSENT),
  },
  "trail-integrity": {
    title: "a trail whose files may be altered",
    at: "trail",
    plan: () => changed(goodPlan(), "trail", ["enableLogFileValidation"], ABSENT),
  },
  "trail-coverage": {
    title: "a trail that sees no object of landing",
    at: "landing",
    plan: () => changed(goodPlan(), "trail", ["advancedEventSelectors"], ABSENT),
  },
  "closed-subnet-routes": {
    title: "a closed subnet with a way out",
    at: "closed",
    plan: () => changed(goodPlan(), "to-partner", ["natGatewayId"], "nat-1"),
  },
  "database-public-access": {
    title: "a database on the internet",
    at: "database",
    plan: () => changed(goodPlan(), "database", ["publiclyAccessible"], true),
  },
  "glue-connection": {
    title: "a connection with its password",
    at: "connection",
    plan: () =>
      changed(goodPlan(), "connection", ["connectionProperties", "PASSWORD"], secret("canary-9d2f")),
  },
  "kafka-access": {
    title: "brokers that anybody speaks to",
    at: "brokers",
    plan: () => changed(goodPlan(), "brokers", ["clientAuthentication", "unauthenticated"], true),
  },
  "security-group-ingress": {
    title: "a group that lets everybody in",
    at: "workers-from-network",
    plan: () => changed(goodPlan(), "workers-from-network", ["cidrIpv4"], "0.0.0.0/0"),
  },
  "failure-alarm": {
    title: "a job whose failure nobody is told of",
    at: "job",
    plan: () => without(goodPlan(), "job-failed"),
  },
  "glue-job-execution": {
    title: "a job on an old Glue",
    at: "job",
    plan: () => changed(goodPlan(), "job", ["glueVersion"], "2.0"),
  },
  "table-quality": {
    title: "a curated table without rules",
    at: "table",
    plan: () => without(goodPlan(), "ruleset"),
  },
  "resource-region": {
    title: "a resource abroad",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["region"], "us-east-1"),
  },
  "replica-region": {
    title: "a secret with a copy abroad",
    at: "secret",
    plan: () => changed(goodPlan(), "secret", ["replicas"], [{ region: "us-west-2" }]),
  },
  "bucket-replication": {
    title: "a bucket that is copied to a bucket of somebody else's",
    at: "replication",
    plan: () =>
      changed(
        goodPlan(),
        "replication",
        ["rules", 0, "destination", "bucket"],
        "arn:aws:s3:::somebody-elses",
      ),
  },
};

describe("the compiled policy pack", () => {
  let pack: PackProcess;
  const examine = (plan: readonly RecordedResource[], config?: CheckConfiguration) =>
    examinePlan(pack, plan, { ...STACK, config });

  before(async () => {
    pack = await PackProcess.start(await compilePolicies());
  });
  after(() => pack.stop());

  it("passes the good plan, and knows every rule", async () => {
    const result = await examine(goodPlan());
    expect(result.violations.concat(result.warnings, result.undecided)).to.deep.equal([]);
    expect(result).to.deep.include({
      ok: true,
      pack: { name: "naru-data-platform", version: "0.1.0", rules: RULES.length },
    });
  });

  it("is broken here in every rule's way", () => {
    expect(Object.keys(BROKEN)).to.have.members(RULES.map((rule) => rule.name));
  });

  for (const [rule, { title, at, plan }] of Object.entries(BROKEN)) {
    it(`refuses ${title}: ${rule} and nothing else`, async () => {
      const result = await examine(plan());
      expect(result.ok).to.equal(false);
      expect([...new Set(result.violations.map((each) => each.rule))]).to.deep.equal([rule]);
      for (const finding of result.violations) {
        expect(finding.resource).to.equal(at);
        expect(finding.urn).to.contain("urn:pulumi:prod::plan::");
        expect(finding.fix).to.have.length.greaterThan(10);
        expect(finding.reference).to.match(/^(PIPA|ISMS-P|FSBP|Naru) /);
      }
      expect(JSON.stringify(result)).to.not.contain("canary-9d2f");
    });
  }

  it("reports what a preview can't decide, without refusing or passing it silently", async () => {
    const result = await examine(changed(goodPlan(), "data", ["enableKeyRotation"], UNKNOWN));
    expect(result.ok).to.equal(true);
    expect(result.undecided.map(({ rule, resource }) => ({ rule, resource }))).to.deep.equal([
      { rule: "key-rotation", resource: "data" },
    ]);
  });

  it("refuses what is undecided when the configuration says so", async () => {
    const plan = changed(goodPlan(), "data", ["enableKeyRotation"], UNKNOWN);
    expect((await examine(plan, { groups: { undecided: "mandatory" } })).ok).to.equal(false);
  });

  it("goes by the levels and waivers of the configuration", async () => {
    const plan = BROKEN["key-rotation"].plan();
    const advisory = await examine(plan, { rules: { "key-rotation": "advisory" } });
    expect([advisory.ok, advisory.warnings.length, advisory.violations.length]).to.deep.equal([true, 1, 0]);
    const disabled = await examine(plan, { groups: { encryption: "disabled" } });
    expect([disabled.ok, disabled.warnings.length]).to.deep.equal([true, 0]);
    const waiver = { rule: "key-rotation", resource: "*::data", reason: "Imported key, replaced soon." };
    expect((await examine(plan, { waivers: [{ ...waiver, expires: "2999-12-31" }] })).ok).to.equal(true);
    const [ended] = (await examine(plan, { waivers: [{ ...waiver, expires: "2020-12-31" }] })).violations;
    expect(ended.problem).to.contain("Its waiver ended on 2020-12-31.");
  });

  it("refuses a configuration that names no rule", async () => {
    const error = await examine(goodPlan(), { rules: { "key-rotatoin": "advisory" } }).catch(
      (each: Error) => each,
    );
    expect(error).to.be.instanceOf(Error).with.property("message").that.contains("key-rotatoin");
  });
});

describe("checkStack", () => {
  const run = async (plan: readonly RecordedResource[], json: boolean) => {
    const written: string[] = [];
    const outcome = await checkStack(plan, { ...STACK, json, write: (text) => written.push(text) });
    return { outcome, text: written.join("") };
  };

  it("ends with 0 on a good plan", async () => {
    const { outcome, text } = await run(goodPlan(), false);
    expect(outcome.exitCode).to.equal(0);
    expect(text).to.match(/^PASSED plan\/prod: 0 violations/);
  });

  it("ends with 1 on a broken plan and writes JSON", async () => {
    const { outcome, text } = await run(BROKEN["bucket-encryption"].plan(), true);
    expect(outcome.exitCode).to.equal(1);
    expect(JSON.parse(text)).to.deep.equal(outcome.result);
  });

  it("ends with 2 and the reason when the check could not be made", async () => {
    const errors: string[] = [];
    const config = { rules: { nothing: "advisory" } } as const;
    const outcome = await checkStack(goodPlan(), {
      ...STACK,
      config,
      writeError: (text) => errors.push(text),
    });
    expect(outcome).to.deep.equal({ exitCode: 2 });
    expect(errors.join("")).to.contain("nothing");
  });
});

describe("a pack that does not start", () => {
  it("is an error with the pack's own words", async () => {
    const error = await PackProcess.start(__dirname).catch((each: Error) => each);
    expect(error).to.be.instanceOf(Error).with.property("message").that.contains("does not start");
  });
});
