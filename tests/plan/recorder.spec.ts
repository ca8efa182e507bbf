import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as rpc from "@pulumi/pulumi/runtime/rpc";
import { expect } from "chai";
import { planJson } from "../../cli/plan";
import { ROOT } from "../../local/paths";
import {
  recordProgram,
  type ProgramRecord,
  type RecordedResource,
  type RecordOptions,
} from "../../local/recorder";
import { STACK_TYPE } from "../../local/recorder/recorded-resource";
import { readStackConfig } from "../../local/recorder/stack-config";

const SEED = "an invented secret";

function record(stack: string, rest: Partial<RecordOptions> = {}): Promise<ProgramRecord> {
  return recordProgram({ root: ROOT, stack, ...rest });
}

/** Records a few resources instead of the platform. */
function recordSmall(make: () => void, rest: Partial<RecordOptions> = {}): Promise<ProgramRecord> {
  return record("dev", {
    ...rest,
    program: async () => {
      make();
      return {};
    },
  });
}

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "",
    (error: Error) => error.message,
  );
}

/** Resources of the platform that are made before one is refused. */
const MADE = 40;

/** Servers and sockets of this process. */
function openNow(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => /^TCP/.test(kind));
}

describe("recorder", () => {
  let dev: ProgramRecord;
  let prod: ProgramRecord;
  const named = (type: string, name: string, { resources }: ProgramRecord = dev): RecordedResource =>
    resources.find((resource) => resource.type === type && resource.name === name)!;

  before(async function () {
    this.timeout(60_000);
    dev = await record("dev");
    prod = await record("prod");
  });

  describe("a preview of the platform", () => {
    const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";

    it("knows the line of the program that makes each resource", () => {
      for (const { urn, type } of dev.resources) {
        if (type === STACK_TYPE) continue;
        const { file, line } = dev.sources.get(urn)!;
        expect(file, urn).to.match(/^(index|components\/.+)\.ts$/);
        expect(readFileSync(join(ROOT, file), "utf8").split("\n").length, urn).to.be.at.least(line);
      }
      const { file, line } = dev.sources.get(named(DELIVERY, "ingest-lms-requests").urn)!;
      expect(readFileSync(join(ROOT, file), "utf8").split("\n")[line - 1]).to.contain(
        "FirehoseDeliveryStream(",
      );
    });

    it("does not know what only the cloud can tell", () => {
      const s3 = named(DELIVERY, "ingest-lms-requests").inputs.extendedS3Configuration as Record<
        string,
        unknown
      >;
      expect(s3.bucketArn).to.equal(rpc.unknownValue);
      expect(s3.kmsKeyArn).to.equal(rpc.unknownValue);
      expect(s3.roleArn).to.equal(rpc.unknownValue);
    });

    it("knows what names alone decide", () => {
      const { inputs } = named("aws:s3/bucket:Bucket", "lake-raw");
      expect(inputs.bucket).to.equal("naru-dev-raw-123456789012-ap-northeast-2");
      expect(JSON.stringify(named("aws:s3/bucketPolicy:BucketPolicy", "lake-raw").inputs)).not.to.include(
        rpc.unknownValue,
      );
    });

    it("tells where each property's value comes from", () => {
      const { propertyDependencies, dependencies } = named(DELIVERY, "ingest-lms-requests");
      const bucket = named("aws:s3/bucket:Bucket", "lake-raw").urn;
      expect(propertyDependencies.extendedS3Configuration).to.include(bucket);
      expect(propertyDependencies.kinesisSourceConfiguration).not.to.include(bucket);
      expect(dependencies).to.include(
        named("aws:glue/catalogTable:CatalogTable", "lake-raw-lms.requests").urn,
      );
    });

    it("holds parents in URNs and as URNs", () => {
      const bucket = named("aws:s3/bucket:Bucket", "lake-raw");
      expect(bucket.urn).to.equal(
        "urn:pulumi:dev::naru::naru:aws:DataLake$naru:aws:ZoneBucket$aws:s3/bucket:Bucket::lake-raw",
      );
      expect(bucket.parent).to.equal(named("naru:aws:ZoneBucket", "lake-raw").urn);
    });

    it("resolves no outputs", () => {
      expect(dev.outputs).to.deep.equal({});
      expect([...dev.created]).to.deep.equal([]);
    });

    it("protects data in prod and not in dev", () => {
      const guards = (plan: ProgramRecord) =>
        plan.resources
          .filter(({ options }) => options.protect && options.retainOnDelete)
          .map(({ name }) => name);
      expect(guards(dev)).to.deep.equal([]);
      expect(guards(prod)).to.include.members([
        ...["lake-landing", "lake-raw", "lake-curated", "keys-lake", "keys-pseudonym", "ingest-lms-requests"],
      ]);
    });
  });

  describe("a plan's text", () => {
    it("is the same each time", async function () {
      this.timeout(60_000);
      expect(planJson(await record("dev")) === planJson(dev)).to.equal(true);
    });

    it("depends on no folder: it holds no absolute path", () => {
      expect(planJson(dev)).not.to.include(ROOT);
      const paths = [...planJson(dev).matchAll(/"path": "([^"]*)"/g)].map(([, path]) => path);
      expect(paths).to.include("spark-jobs/main.py");
      for (const path of paths) expect(path).to.match(/^[^/.]|^\.naru\//);
    });
  });

  it("marks secrets in inputs, and prints none in a plan", async () => {
    const small = await recordSmall(
      () => new aws.ssm.Parameter("password", { type: "SecureString", value: pulumi.secret(SEED) }),
    );
    const { inputs } = named("aws:ssm/parameter:Parameter", "password", small);
    expect(inputs.value).to.deep.equal({ [rpc.specialSigKey]: rpc.specialSecretSig, value: SEED });
    expect(planJson(small)).to.include(rpc.specialSecretSig).and.include("[secret]").and.not.include(SEED);
  });

  it("refuses two resources of one URN, as the engine does", async () => {
    const twice = recordSmall(() => {
      new aws.s3.Bucket("same");
      new aws.s3.Bucket("same");
    });
    expect(await failure(twice)).to.include(
      "Duplicate resource URN 'urn:pulumi:dev::naru::aws:s3/bucket:Bucket::same'",
    );
  });

  it("answers no question that it would have to invent an answer to, and names it", async () => {
    const asking = record("dev", {
      program: async () => ({ image: (await aws.ec2.getAmi({ owners: ["amazon"] })).id }),
    });
    expect(await failure(asking)).to.include("The program asks for aws:ec2/getAmi:getAmi");
  });

  it("answers who and where the stack is", async () => {
    let answers: Record<string, unknown> = {};
    await record("dev", {
      accountId: "210987654321",
      program: async () => {
        const { accountId } = await aws.getCallerIdentity({});
        const { partition } = await aws.getPartition({});
        answers = { accountId, partition, region: (await aws.getRegion({})).region };
        return {};
      },
    });
    expect(answers).to.deep.equal({ accountId: "210987654321", partition: "aws", region: "ap-northeast-2" });
  });

  it("tells of warnings, and fails on errors that the program logs", async () => {
    const warnings: string[] = [];
    await recordSmall(() => void pulumi.log.warn("careful"), {
      onWarning: (message) => warnings.push(message),
    });
    expect(warnings).to.deep.equal(["careful"]);
    expect(await failure(recordSmall(() => void pulumi.log.error("broken")))).to.include("broken");
  });

  describe("a program that fails", () => {
    /** By what is wrong, a program and what it must be told as. */
    const PROGRAMS: Readonly<Record<string, readonly [Partial<RecordOptions>, string]>> = {
      throws: [{ program: () => Promise.reject(new Error("thrown")) }, "thrown"],
      "throws with resources under way": [
        {
          program: async () => {
            new aws.s3.Bucket("under-way");
            throw new Error("thrown late");
          },
        },
        "thrown late",
      ],
      "loses a rejection": [
        {
          program: async () => {
            void Promise.reject(new Error("nobody awaits this"));
            return {};
          },
        },
        "nobody awaits this",
      ],
      "gets a resource refused that others need": [
        {
          create: () => Promise.reject(new Error("may not be made")),
          program: async () => {
            const { id, arn } = new aws.s3.Bucket("refused");
            new aws.s3.BucketPolicy("needs-it", { bucket: id, policy: arn });
            return { arn };
          },
        },
        "may not be made",
      ],
    };

    for (const [what, [options, message]] of Object.entries(PROGRAMS)) {
      it(`and ${what}, is told so, and leaves nothing that listens or is open`, async () => {
        const listeners = process.listenerCount("unhandledRejection");
        const before = openNow();
        expect(await failure(record("dev", options))).to.include(message);
        expect(process.listenerCount("unhandledRejection")).to.equal(listeners);
        // A socket is closed some turns after it was told to be.
        while (openNow().length > before.length) await new Promise((turn) => setImmediate(turn));
      });
    }

    it("and is the platform's own, one of whose resources is refused, ends there and makes no more", async () => {
      let [asked, underWay, isRefused, afterwards] = [0, 0, false, 0];
      const create = async ({ name }: RecordedResource) => {
        if (isRefused) afterwards += 1;
        asked += 1;
        underWay += 1;
        await new Promise((turn) => setImmediate(turn));
        underWay -= 1;
        isRefused ||= asked > MADE;
        if (isRefused) throw new Error(`${name} may not be made`);
        return { id: name, outputs: { arn: `arn:aws:any:ap-northeast-2:000000000000:${name}`, name } };
      };
      expect(await failure(record("local", { create }))).to.include("may not be made");
      expect({ underWay, afterwards }).to.deep.equal({ underWay: 0, afterwards: 0 });
      expect((await record("local")).resources).to.have.length.above(MADE);
    });

    it("does not end a process that nobody guards, before its reason is told", () => {
      const script =
        'require("./local/recorder").recordProgram({ root: ".", stack: "dev", create: async () => { throw new Error("may not be made"); }, ' +
        'program: async () => ({ arn: new (require("@pulumi/aws/s3").Bucket)("refused").arn }) }).catch((error) => console.log(`told: ${error.message}`))';
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        ["--require", "./cli/typescript.js", "--eval", script],
        { cwd: ROOT, encoding: "utf8" },
      );
      expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
      expect(stdout).to.match(/^told: .*may not be made/);
    });
  });

  it("hands on what the program throws", async () => {
    const wrong = record("dev", { config: { "naru:sparkMaxVcpu": "1" } });
    expect(await failure(wrong)).to.include("naru:sparkMaxVcpu: must be a whole number from 4 to 4000 vCPU");
  });

  it("resolves outputs from what a provider made, and leaves the rest planned", async () => {
    let bucketArn: unknown;
    const applied = await record("dev", {
      create: async ({ type }) =>
        type === "aws:s3/bucket:Bucket" ? { id: "made", outputs: { arn: "arn:aws:s3:::made" } } : undefined,
      program: async () => {
        const bucket = new aws.s3.Bucket("made");
        new aws.sns.Topic("planned");
        bucketArn = bucket.arn;
        return { arn: bucket.arn };
      },
    });
    expect(pulumi.Output.isInstance(bucketArn)).to.equal(true);
    expect(applied.outputs).to.deep.equal({ arn: "arn:aws:s3:::made" });
    expect([...applied.created]).to.deep.equal([named("aws:s3/bucket:Bucket", "made", applied).urn]);
  });
});

describe("stack configuration", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "stack-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: shop\n");
    writeFileSync(
      join(folder, "Pulumi.dev.yaml"),
      "config:\n  shop:on: true\n  shop:count: 3\n  shop:list: [a, b]\n",
    );
    writeFileSync(join(folder, "Pulumi.prod.yaml"), "config:\n  shop:key:\n    secure: AAAB\n");
    writeFileSync(join(folder, "Pulumi.empty.yaml"), "");
  });

  after(() => rmSync(folder, { recursive: true }));

  it("is text, lists as JSON", () => {
    expect(readStackConfig(folder, "dev")).to.deep.equal({
      project: "shop",
      stack: "dev",
      values: { "shop:on": "true", "shop:count": "3", "shop:list": '["a","b"]' },
    });
  });

  it("may be empty", () => {
    expect(readStackConfig(folder, "empty").values).to.deep.equal({});
  });

  it("names the stacks there are, for one that there is not", () => {
    expect(() => readStackConfig(folder, "live")).to.throw(
      'There is no stack "live" (no Pulumi.live.yaml). Stacks: dev, ',
    );
  });

  it("says of an encrypted value what to do", () => {
    expect(() => readStackConfig(folder, "prod")).to.throw("Pulumi.prod.yaml: shop:key is encrypted");
  });
});
