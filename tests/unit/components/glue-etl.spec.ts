import { expect } from "chai";
import {
  DataLake,
  EncryptionKeys,
  GlueEtl,
  GlueJob,
  glueLogStatements,
  Network,
  type GlueEtlArgs,
  type GlueJobArgs,
} from "../../../components/aws";
import { ServiceRole } from "../../../components/aws/foundation/service-role";
import type { Contracts } from "../../../components/contract/model";
import { CONTRACTS, contextWith, mocked, refusal, TWO_CONTRACTS, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const JOB = "aws:glue/job:Job";
const TRIGGER = "aws:glue/trigger:Trigger";
const WORKFLOW = "aws:glue/workflow:Workflow";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

/** What the workflow of drops begins with. */
const BY_DROPS = {
  jobName: "naru-test-curate",
  arguments: {
    "--data-sets": "changed",
    "--report": "s3://naru-test-jobs-123456789012-ap-northeast-2/reports/latest-drop.json",
  },
};

function makeEtl(changes: Partial<GlueEtlArgs> = {}, contracts: Contracts = TWO_CONTRACTS): GlueEtl {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts });
  const lake = new DataLake("lake", context, { contracts, keys });
  return new GlueEtl("etl", context, { lake, keys, ...changes });
}

function makeJob(changes: Partial<GlueJobArgs> = {}): GlueJob {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const statements = glueLogStatements(context, "clicks");
  const role = new ServiceRole("clicks", context, {
    ...{ roleName: "clicks", assumedBy: "glue.amazonaws.com", purpose: "etl", statements },
  });
  return new GlueJob("job", context, {
    ...{ part: "clicks", description: "Counts clicks", kind: "spark", role, keys },
    script: "s3://code/clicks.py",
    securityConfiguration: "secure",
    ...changes,
  });
}

const jobOf = async (changes: Partial<GlueJobArgs>) =>
  (await mocked(() => void makeJob(changes))).one(JOB, "job").inputs;

describe("GlueJob", () => {
  it("is Spark 3.5 with workers as there is work, and waits its turn", async () => {
    const inputs = await jobOf({});
    expect(inputs.glueVersion).to.equal("5.0");
    expect(inputs.command).to.deep.equal({
      name: "glueetl",
      pythonVersion: "3",
      scriptLocation: "s3://code/clicks.py",
    });
    expect(inputs).to.include({
      ...{ workerType: "G.1X", numberOfWorkers: 5, executionClass: "STANDARD", timeout: 120 },
      ...{ maxRetries: 0, jobRunQueuingEnabled: true, securityConfiguration: "secure" },
    });
    expect(inputs.executionProperty).to.deep.equal({ maxConcurrentRuns: 1 });
    expect(inputs.defaultArguments).to.deep.equal({
      "--enable-auto-scaling": "true",
      "--job-bookmark-option": "job-bookmark-disable",
    });
  });

  it("writes Snappy whatever the script says, and no run overrides it", async () => {
    const { nonOverridableArguments } = await jobOf({ arguments: { "--day": "all" } });
    expect(nonOverridableArguments).to.deep.equal({
      "--conf":
        "spark.sql.parquet.compression.codec=snappy --conf spark.sql.sources.partitionOverwriteMode=dynamic " +
        "--conf spark.sql.session.timeZone=UTC",
      "--custom-logGroup-prefix": "/aws-glue/naru-test-clicks",
      "--day": "all",
    });
  });

  it("takes libraries, connections, retries, size and bookmarks of the caller's", async () => {
    const inputs = await jobOf({
      ...{ libraries: ["s3://code/a.zip", "s3://code/b.whl"], connections: ["network"], retries: 2 },
      ...{ workerType: "G.4X", workers: 40, autoScaling: false, timeoutMinutes: 30, concurrentRuns: 3 },
      ...{ bookmarks: true, execution: "flex" },
    });
    expect(inputs.nonOverridableArguments["--extra-py-files"]).to.equal("s3://code/a.zip,s3://code/b.whl");
    expect(inputs).to.deep.include({
      ...{ connections: ["network"], maxRetries: 2, jobRunQueuingEnabled: false, workerType: "G.4X" },
      ...{ numberOfWorkers: 40, timeout: 30, executionProperty: { maxConcurrentRuns: 3 } },
      executionClass: "FLEX",
    });
    expect(inputs.defaultArguments).to.deep.equal({
      "--enable-auto-scaling": "false",
      "--job-bookmark-option": "job-bookmark-enable",
    });
  });

  it("streams on quarter workers, without an end or a class", async () => {
    const inputs = await jobOf({ kind: "streaming", workerType: "G.025X", workers: 2 });
    expect(inputs.command.name).to.equal("gluestreaming");
    expect(inputs).to.include({ workerType: "G.025X", numberOfWorkers: 2 });
    expect(inputs).not.to.have.any.keys("timeout", "executionClass");
    expect((await jobOf({ kind: "streaming", timeoutMinutes: 600 })).timeout).to.equal(600);
  });

  it("logs into groups with the logs' key and an end, and may write no others", async () => {
    const stack = await mocked(() => void makeJob());
    const groups = stack.of("aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs);
    expect(groups.map(({ name }) => name)).to.have.members(
      ["error", "output"].map((stream) => `/aws-glue/naru-test-clicks/${stream}`),
    );
    for (const group of groups) {
      expect(group.kmsKeyId).to.match(/:keys-logs$/);
      expect(group.retentionInDays).to.equal(30);
    }
    const prefix = "arn:aws:logs:ap-northeast-2:123456789012:log-group:/aws-glue/naru-test-clicks/*";
    expect(stack.statements("clicks").flatMap(({ Resource }) => Resource)).to.have.members([
      prefix,
      `${prefix}:*`,
    ]);
  });

  const wrong: [string, object, string][] = [
    ["a name with spaces", { part: "My job" }, 'part: is "My job"; write up to 120 lower-case letters'],
    ["Ray", { kind: "ray" }, 'kind: is "ray"; write spark: Glue for Ray takes no new customers'],
    ["a Python shell", { kind: "pythonshell" }, 'kind: is "pythonshell"; write spark or streaming'],
    [
      "Flex with streaming",
      { kind: "streaming", execution: "flex" },
      "execution: is flex on a streaming job; leave",
    ],
    [
      "bookmarks of a stream",
      { kind: "streaming", bookmarks: true },
      "bookmarks: is true on a streaming job; leave",
    ],
    ["another class", { execution: "spot" }, 'execution: is "spot"; write standard or flex'],
    ["a quarter worker", { workerType: "G.025X" }, 'workerType: is "G.025X"; write G.1X or larger'],
    ["another worker", { workerType: "Standard" }, 'workerType: is "Standard"; write one of G.025X, G.1X'],
    ["one worker", { workers: 1 }, "workers: is 1; write a whole number from 2 to 299 workers"],
    ["too many workers", { workers: 300 }, "workers: is 300; write a whole number from 2 to 299 workers"],
    ["no time", { timeoutMinutes: 0 }, "timeoutMinutes: is 0; write a whole number from 1 to 10080 minutes"],
    ["half a retry", { retries: 0.5 }, "retries: is 0.5; write a whole number from 0 to 10 retries"],
    [
      "no run at once",
      { concurrentRuns: 0 },
      "concurrentRuns: is 0; write a whole number from 1 to 1000 runs",
    ],
    ["an argument without dashes", { arguments: { day: "1" } }, 'arguments: has "day"; write --day'],
    [
      "an argument of its own",
      { arguments: { "--conf": "x" } },
      'arguments: has "--conf", which the job sets itself',
    ],
    [
      "an argument of Glue's",
      { arguments: { "--JOB_NAME": "x" } },
      'arguments: has "--JOB_NAME", which the job sets',
    ],
    ["a library on disk", { libraries: ["lib.zip"] }, 'libraries[0]: is "lib.zip"; write an object of S3'],
  ];
  for (const [what, changes, error] of wrong) {
    it(`refuses ${what}`, async () => {
      const told = await refusal(() => makeJob(changes as Partial<GlueJobArgs>));
      expect(told).to.include('GlueJob "job" has 1 wrong argument(s):\n').and.include(error);
    });
  }

  it("tells all that is wrong at once", async () => {
    const changes = Object.assign({}, ...wrong.slice(7).map(([, change]) => change as object)) as object;
    expect(await refusal(() => makeJob(changes as Partial<GlueJobArgs>))).to.include(
      "has 7 wrong argument(s)",
    );
  });
});

describe("GlueEtl", () => {
  let stack: MockedStack;

  before(async () => {
    stack = await mocked(() => void makeEtl({}, CONTRACTS));
  });

  it("runs the same code with the same arguments as EMR Serverless", async () => {
    const { nonOverridableArguments, command } = stack.one(JOB, "etl-curate").inputs;
    expect(command.scriptLocation).to.match(/^s3:.*\/code\/main\.py$/);
    expect(nonOverridableArguments["--extra-py-files"]).to.match(/\/code\/naru_spark\.zip$/);
    expect(nonOverridableArguments["--config"]).to.match(/\/code\/job\.json$/);
    expect(nonOverridableArguments).to.include({
      "--jobs": "curate,page_views,master_table",
      "--looks": "10",
    });
  });

  it("curates under the role that landing answers, assumed by Glue", () => {
    const { inputs } = stack.one("aws:iam/role:Role", "etl-jobs");
    expect(inputs.name).to.equal("naru-test-pseudonymiser");
    expect(inputs.assumeRolePolicy.Statement[0].Principal).to.deep.equal({ Service: "glue.amazonaws.com" });
    expect(stack.one(JOB, "etl-curate").inputs.roleArn).to.match(/:role\/naru-test-pseudonymiser$/);
  });

  it("keeps each bucket's key for what jobs write, and encrypts logs and bookmarks", () => {
    const { s3Encryption, cloudwatchEncryption, jobBookmarksEncryption } = stack.one(
      "aws:glue/securityConfiguration:SecurityConfiguration",
      "etl",
    ).inputs.encryptionConfiguration;
    expect(s3Encryption).to.deep.equal({ s3EncryptionMode: "DISABLED" });
    expect(cloudwatchEncryption.kmsKeyArn).to.match(/:keys-logs$/);
    expect(jobBookmarksEncryption.jobBookmarksEncryptionMode).to.equal("CSE-KMS");
  });

  describe("workflows", () => {
    it("start by files, gathered, and on demand", () => {
      expect(stack.of(WORKFLOW).map(({ inputs }) => inputs.name)).to.have.members([
        "naru-test-nightly",
        "naru-test-drops",
      ]);
      const drops = stack.one(TRIGGER, "etl-drops-start").inputs;
      expect(drops.type).to.equal("EVENT");
      expect(drops.eventBatchingConditions).to.deep.equal([{ batchSize: 100, batchWindow: 60 }]);
      expect(drops.actions).to.deep.equal([BY_DROPS]);
      const nightly = stack.one(TRIGGER, "etl-nightly-start").inputs;
      expect(nightly.type).to.equal("ON_DEMAND");
      expect(nightly.actions).to.deep.equal([
        { jobName: "naru-test-curate", arguments: { "--data-sets": "all" } },
      ]);
    });

    it("check the tables when, and only when, curation has succeeded", () => {
      for (const workflow of ["nightly", "drops"]) {
        const { inputs } = stack.one(TRIGGER, `etl-${workflow}-after-1`);
        expect(inputs.type).to.equal("CONDITIONAL");
        expect(inputs.predicate.conditions).to.deep.equal([
          { jobName: "naru-test-curate", state: "SUCCEEDED" },
        ]);
        expect(inputs.actions).to.deep.equal([{ jobName: "naru-test-quality" }]);
      }
    });

    it("crawl first where crawlers are named, and curate when all have ended well", async () => {
      const crawling = await mocked(
        () => void makeEtl({ crawlers: ["a", "b"], dropFiles: 5, dropSeconds: 30 }),
      );
      const { actions, eventBatchingConditions } = crawling.one(TRIGGER, "etl-drops-start").inputs;
      expect(actions).to.deep.equal([{ crawlerName: "a" }, { crawlerName: "b" }]);
      expect(eventBatchingConditions).to.deep.equal([{ batchSize: 5, batchWindow: 30 }]);
      const curate = crawling.one(TRIGGER, "etl-drops-crawled").inputs;
      expect(curate.predicate.conditions).to.deep.equal([
        { crawlerName: "a", crawlState: "SUCCEEDED" },
        { crawlerName: "b", crawlState: "SUCCEEDED" },
      ]);
      expect(curate.actions).to.deep.equal([BY_DROPS]);
    });

    it("are started by the clock in its zone, and by drops, each with one right", () => {
      const { scheduleExpressionTimezone, target } = stack.one(
        "aws:scheduler/schedule:Schedule",
        "etl",
      ).inputs;
      expect(scheduleExpressionTimezone).to.equal("Asia/Seoul");
      expect(target.arn).to.equal("arn:aws:scheduler:::aws-sdk:glue:startWorkflowRun");
      expect(JSON.parse(target.input)).to.deep.equal({ Name: "naru-test-nightly" });
      const workflow = "arn:aws:glue:ap-northeast-2:123456789012:workflow/naru-test";
      expect(stack.statements("etl-schedule")).to.deep.equal([
        { Effect: "Allow", Action: "glue:StartWorkflowRun", Resource: `${workflow}-nightly` },
      ]);
      expect(stack.statements("etl-drops")).to.deep.equal([
        { Effect: "Allow", Action: "glue:NotifyEvent", Resource: `${workflow}-drops` },
      ]);
    });

    it("are told of every CSV data set's files, and tried for hours", () => {
      const files = CONTRACTS.filter(({ ingestion }) => ingestion === "csv");
      for (const { id } of files) {
        expect(stack.one(RULE, `etl-${id}`).inputs.eventPattern).to.include(`${id.replace(".", "/")}/`);
        const { retryPolicy, deadLetterConfig, input } = stack.one(TARGET, `etl-${id}`).inputs;
        expect(retryPolicy.maximumEventAgeInSeconds).to.equal(4 * 3600);
        expect(deadLetterConfig.arn).to.match(/:etl-undelivered$/);
        expect(input).to.equal(undefined);
      }
    });
  });

  describe("data quality", () => {
    it("is checked by the rulesets of every curated table, read from the files", async () => {
      const source = stack.one("aws:s3/bucketObjectv2:BucketObjectv2", "etl-quality.json").inputs.source;
      const tables = JSON.parse(await (source as { text: Promise<string> }).text);
      expect(tables.map(({ dataSet }: { dataSet: string }) => dataSet)).to.have.members(
        CONTRACTS.map(({ id }) => id),
      );
      expect(tables.find(({ dataSet }: { dataSet: string }) => dataSet === "lms.courses")).to.deep.equal({
        dataSet: "lms.courses",
        uri: "s3://naru-test-curated-123456789012-ap-northeast-2/lms/courses/",
        rulesets: { error: "naru-test-lms-courses", warning: "naru-test-lms-courses-warnings" },
      });
    });

    it("has a role that reads curated tables and code, and nothing of the closed zone", () => {
      const statements = stack.statements("etl-quality");
      const text = JSON.stringify(statements);
      expect(text).not.to.match(/-landing-|-raw-|keys-landing|keys-pseudonym|s3:PutObject|DeleteObject/);
      expect(text).to.include("dataQualityRuleset/naru-test-lms-courses");
    });
  });

  describe("alarms", () => {
    it("tell of jobs that did not succeed and of broken rules, without Glue's message", () => {
      const jobs = ["naru-test-curate", "naru-test-quality"];
      const failed = JSON.parse(stack.one(RULE, "etl-failed").inputs.eventPattern);
      expect(failed.detail).to.deep.equal({
        jobName: jobs,
        state: ["FAILED", "TIMEOUT", "STOPPED", "ERROR"],
      });
      const broken = JSON.parse(stack.one(RULE, "etl-quality").inputs.eventPattern);
      expect(broken.source).to.deep.equal(["aws.glue-dataquality"]);
      expect(broken.detail.context.jobName).to.deep.equal(jobs);
      for (const rule of ["etl-failed", "etl-quality"]) {
        const { arn, inputTransformer } = stack.one(TARGET, rule).inputs;
        expect(arn).to.match(/:etl-alarms$/);
        expect(Object.values(inputTransformer.inputPaths)).not.to.include("$.detail.message");
      }
    });

    it("may be published by these rules, through the topic's key", () => {
      const topic = JSON.parse(stack.one("aws:sns/topicPolicy:TopicPolicy", "etl-alarms").inputs.policy);
      const rules = topic.Statement.find(({ Sid }: { Sid: string }) => Sid === "RulesOfThisStack");
      expect(rules.Condition.ArnLike["aws:SourceArn"]).to.deep.equal(
        ["etl-failed", "etl-quality", "etl-notices", "crawler-*"].map(
          (rule) => `arn:aws:events:ap-northeast-2:123456789012:rule/naru-test-${rule}`,
        ),
      );
      const key = JSON.parse(stack.one("aws:kms/key:Key", "keys-logs").inputs.policy);
      const publisher = key.Statement.find(({ Sid }: { Sid: string }) => Sid === "FailuresOfThisStack");
      expect(publisher.Principal).to.deep.equal({ Service: "events.amazonaws.com" });
    });
  });

  describe("in a network", () => {
    const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
    let placed: MockedStack;

    before(async () => {
      placed = await mocked(() => {
        const context = contextWith();
        const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
        const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
        const network = new Network("network", context, { keys });
        new GlueEtl("etl", context, { lake, keys, network });
      });
    });

    it("has both jobs in each zone's closed subnet, in order", () => {
      const connections = placed.of("aws:glue/connection:Connection").map(({ inputs }) => inputs);
      expect(
        connections.map(({ connectionType, physicalConnectionRequirements: place }) => [
          connectionType,
          place.availabilityZone,
          place.subnetId,
          place.securityGroupIdLists,
        ]),
      ).to.deep.equal(
        ["a", "b"].map((letter, at) => [
          "NETWORK",
          `ap-northeast-2${letter}`,
          `network-closed-${at + 1}-id`,
          ["network-closed-id", "etl-workers-id"],
        ]),
      );
      for (const job of ["etl-curate", "etl-quality"]) {
        expect(placed.one(JOB, job).inputs.connections).to.deep.equal([
          "naru-test-etl-zone-1",
          "naru-test-etl-zone-2",
        ]);
      }
    });

    it("lets workers reach each other and nothing else; the closed group reaches S3 and endpoints", () => {
      const rules = placed.of(EGRESS).filter(({ name }) => name.startsWith("etl-"));
      expect(rules.map(({ inputs }) => inputs.referencedSecurityGroupId)).to.deep.equal(["etl-workers-id"]);
      const [heard] = placed
        .of("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        .filter(({ name }) => name.startsWith("etl-"));
      expect(heard!.inputs).to.include({
        securityGroupId: "etl-workers-id",
        referencedSecurityGroupId: "etl-workers-id",
        fromPort: 0,
        toPort: 65_535,
      });
    });

    it("lets both roles stand there and nowhere else", () => {
      for (const role of ["etl-jobs", "etl-quality"]) {
        const making = placed
          .statements(role)
          .find(({ Action }) => Action === "ec2:CreateNetworkInterface")!.Resource;
        expect(making.filter((arn: string) => !arn.includes("network-interface/"))).to.have.members([
          "arn:aws:ec2:ap-northeast-2:123456789012:subnet/network-closed-1-id",
          "arn:aws:ec2:ap-northeast-2:123456789012:subnet/network-closed-2-id",
          "arn:aws:ec2:ap-northeast-2:123456789012:security-group/network-closed-id",
          "arn:aws:ec2:ap-northeast-2:123456789012:security-group/etl-workers-id",
        ]);
      }
      expect(wideRights(placed).filter((right) => /^etl-(jobs|quality)/.test(right))).to.deep.equal([]);
    });

    it("stands in none of ours where none is given", () => {
      expect(stack.of("aws:glue/connection:Connection")).to.deep.equal([]);
      expect(stack.one(JOB, "etl-curate").inputs.connections).to.deep.equal([]);
      expect(JSON.stringify(stack.statements("etl-jobs"))).not.to.include("ec2:");
    });
  });

  it("gives no role a wide right but log delivery, which has no resources to name", () => {
    const [only, ...others] = wideRights(stack);
    expect(only).to.match(/^etl-notices-policy: any resource for logs:CreateLogDelivery, /);
    expect(others).to.deep.equal([]);
  });

  it("refuses all wrong arguments at once", async () => {
    const wrong = {
      ...{ pseudonymEpoch: 0, schedule: "daily", timeZone: "Seoul", execution: "spot", workerType: "G.025X" },
      ...{
        workers: 1,
        timeoutMinutes: 0,
        dropFiles: 101,
        dropSeconds: 0,
        alarmEmails: ["nobody"],
      },
    };
    const told = await refusal(() => makeEtl(wrong as unknown as GlueEtlArgs));
    expect(told).to.include('GlueEtl "etl" has 10 wrong argument(s):');
    expect(told).to.include("dropFiles: is 101; write a whole number from 1 to 100 files");
    expect(told).to.include('workerType: is "G.025X"; write G.1X or larger');
  });
});

describe("rulesets of the lake", () => {
  it("stand on the curated tables, with or without Glue's jobs", async () => {
    const stack = await mocked(() => {
      const context = contextWith();
      const keys = new EncryptionKeys("keys", context, { contracts: CONTRACTS });
      new DataLake("lake", context, { contracts: CONTRACTS, keys });
    });
    const rulesets = stack.of("aws:glue/dataQualityRuleset:DataQualityRuleset");
    const errors = rulesets.filter(({ name }) => name.endsWith("-error"));
    expect(errors.map(({ name }) => name)).to.have.members(CONTRACTS.map(({ id }) => `lake-${id}-error`));
    const { inputs } = stack.one("aws:glue/dataQualityRuleset:DataQualityRuleset", "lake-lms.courses-error");
    expect(inputs.targetTable).to.deep.equal({ databaseName: "naru_test_curated_lms", tableName: "courses" });
    expect(inputs.ruleset).to.match(/^Rules = \[\n {2}IsPrimaryKey "dt" "course_id",/);
  });
});
