import { expect } from "chai";
import { DataLake, EncryptionKeys, SparkCluster, type SparkClusterArgs } from "../../../components/aws";
import type { Contracts } from "../../../components/contract/model";
import { CONTRACTS, contextWith, mocked, refusal, TWO_CONTRACTS, valueOf, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const APPLICATION = "aws:emrserverless/application:Application";
const OBJECT = "aws:s3/bucketObjectv2:BucketObjectv2";

function make(changes: Partial<SparkClusterArgs> = {}, contracts: Contracts = TWO_CONTRACTS): SparkCluster {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
  const lake = new DataLake("lake", context, { contracts, keys });
  return new SparkCluster("spark", context, { lake, keys, ...changes });
}

async function job(stack: MockedStack, file: string) {
  const asset = stack.one(OBJECT, `spark-${file}`).inputs.source as { text: Promise<string> };
  return JSON.parse(await asset.text);
}

describe("SparkCluster", () => {
  let stack: MockedStack;
  let spark: SparkCluster;
  const workflow = (of: MockedStack) =>
    JSON.parse(of.one("aws:sfn/stateMachine:StateMachine", "spark-workflow").inputs.definition);

  before(async () => {
    stack = await mocked(() => {
      spark = make({}, CONTRACTS);
    });
  });

  describe("application", () => {
    it("stops when idle, so that it costs nothing", () => {
      const { inputs } = stack.one(APPLICATION, "spark");
      expect(inputs.autoStopConfiguration).to.deep.equal({ enabled: true, idleTimeoutMinutes: 15 });
      expect(inputs.maximumCapacity).to.deep.equal({ cpu: "16 vCPU", memory: "64 GB" });
    });

    it("makes Snappy the default of whatever runs", () => {
      const [{ classification, properties }] = stack.one(APPLICATION, "spark").inputs.runtimeConfigurations;
      expect(classification).to.equal("spark-defaults");
      expect(properties["spark.sql.parquet.compression.codec"]).to.equal("snappy");
    });
  });

  describe("job code", () => {
    it("lies in a bucket of its own, encrypted with the lake's key", () => {
      expect(stack.of(OBJECT).map(({ inputs }) => inputs.key)).to.have.members(
        ["contracts.json", "job.json", "main.py", "naru_spark.zip"].map((file) => `code/${file}`),
      );
      for (const { inputs } of stack.of(OBJECT)) {
        expect(inputs.bucket).to.equal("naru-test-jobs-123456789012-ap-northeast-2");
        expect(inputs.serverSideEncryption).to.equal("aws:kms");
        expect(inputs.kmsKeyId).to.match(/:keys-lake$/);
      }
    });

    it("brings what Python imports, and the Java that a session compiles", async () => {
      const archive = stack.one(OBJECT, "spark-naru_spark.zip").inputs.source as {
        assets: Promise<Record<string, unknown>>;
      };
      const files = Object.keys(await archive.assets);
      expect(files).to.include.members(["naru_spark/pseudonym.py", "naru_spark/jvm/Identifiers.java"]);
      expect(files.filter((file) => !/\.(py|java)$/.test(file))).to.deep.equal([]);
    });

    it("knows every data set that it curates, and none that it writes itself", async () => {
      const ids = ((await job(stack, "contracts.json")) as { id: string }[]).map(({ id }) => id);
      const curated = CONTRACTS.filter(({ ingestion }) => ingestion !== "derived");
      expect(ids).to.have.members(curated.map(({ id }) => id));
    });

    it("knows zones, key id and epoch, and no key material", async () => {
      const config = await job(stack, "job.json");
      expect(config.pseudonym).to.deep.equal({
        keyId: "arn:aws:kms:ap-northeast-2:123456789012:keys-pseudonym",
        epoch: 1,
      });
      expect(config.zones.landing).to.equal("s3://naru-test-landing-123456789012-ap-northeast-2/");
      expect(config.report).to.equal(await valueOf(spark.reportUri));
    });
  });

  describe("workflow", () => {
    it("starts the run under the jobs' role, and logs to the closed zone under its key", () => {
      const { Parameters } = workflow(stack).States.StartJobRun;
      expect(Parameters.ExecutionRoleArn).to.equal("arn:aws:iam::123456789012:role/naru-test-pseudonymiser");
      const log = Parameters.ConfigurationOverrides.MonitoringConfiguration.S3MonitoringConfiguration;
      expect(log.LogUri).to.equal("s3://naru-test-landing-123456789012-ap-northeast-2/logs/spark/");
      expect(log.EncryptionKeyArn).to.match(/:keys-landing$/);
    });

    it("keeps logs out of EMR's own storage, and lets who starts the run use the key of its logs", () => {
      const { MonitoringConfiguration } =
        workflow(stack).States.StartJobRun.Parameters.ConfigurationOverrides;
      expect(MonitoringConfiguration.ManagedPersistenceMonitoringConfiguration).to.deep.equal({
        Enabled: false,
      });
      const statements = stack.statements("spark-workflow");
      const key = statements.find(({ Resource }) => String(Resource).endsWith(":keys-landing"))!;
      expect(key.Action).to.deep.equal(["kms:GenerateDataKey", "kms:Decrypt"]);
      const store = statements.filter(({ Action }) => [Action].flat().some((action) => /^s3:/.test(action)));
      expect(store).to.deep.equal([
        {
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::naru-test-jobs-123456789012-ap-northeast-2/notices/latest.json",
        },
      ]);
    });

    it("looks every 30 seconds, and ends as the run ends", () => {
      const { States } = workflow(stack);
      expect(States.Wait.Seconds).to.equal(30);
      expect(States.Ended.Choices.map(({ Next }: { Next: string }) => Next)).to.deep.equal([
        "ReadNotices",
        "RunFailed",
      ]);
      expect(States.Failed.Type).to.equal("Fail");
    });

    it("has every state that it goes to", () => {
      const { States, StartAt } = workflow(stack) as {
        StartAt: string;
        States: Record<
          string,
          { Next?: string; Default?: string; Choices?: { Next: string }[]; Catch?: { Next: string }[] }
        >;
      };
      const targets = Object.values(States).flatMap(({ Next, Default, Choices, Catch }) => [
        ...[Next, Default].filter((target) => target !== undefined),
        ...[...(Choices ?? []), ...(Catch ?? [])].map((choice) => choice.Next),
      ]);
      expect(Object.keys(States)).to.include.members([StartAt, ...targets]);
    });

    it("keeps data of its steps out of its log", () => {
      const { loggingConfiguration } = stack.one(
        "aws:sfn/stateMachine:StateMachine",
        "spark-workflow",
      ).inputs;
      expect(loggingConfiguration).to.include({ level: "ERROR", includeExecutionData: false });
    });
  });

  it("runs at three at night, Seoul time", () => {
    expect(stack.one("aws:scheduler/schedule:Schedule", "spark").inputs).to.include({
      scheduleExpression: "cron(0 3 * * ? *)",
      scheduleExpressionTimezone: "Asia/Seoul",
    });
  });

  describe("drops", () => {
    const RULE = "aws:cloudwatch/eventRule:EventRule";
    const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
    const MACHINE = "arn:aws:states:ap-northeast-2:123456789012:stateMachine:naru-test-spark";

    it("have a rule for each data set of files, and for no other", () => {
      const files = CONTRACTS.filter(({ ingestion }) => ingestion === "csv");
      expect(stack.of(RULE).map(({ name }) => name)).to.have.members(files.map(({ id }) => `spark-${id}`));
    });

    it("are told by bucket and prefix, and reach the workflow without the object's key", () => {
      const { source, detail } = JSON.parse(stack.one(RULE, "spark-sis.students").inputs.eventPattern);
      expect(source).to.deep.equal(["aws.s3"]);
      expect(detail).to.deep.equal({
        bucket: { name: ["naru-test-landing-123456789012-ap-northeast-2"] },
        object: { key: [{ prefix: "sis/students/" }] },
      });
      expect(stack.one(TARGET, "spark-sis.students").inputs.input).to.equal('{"dataSet":"sis.students"}');
    });

    it("are tried for hours, then kept for 14 days under landing's key", () => {
      const { retryPolicy, deadLetterConfig } = stack.one(TARGET, "spark-sis.students").inputs;
      expect(retryPolicy.maximumEventAgeInSeconds).to.equal(4 * 3600);
      const queue = stack.one("aws:sqs/queue:Queue", "spark-undelivered");
      expect(deadLetterConfig.arn).to.match(/:spark-undelivered$/);
      expect(queue.inputs).to.include({ messageRetentionSeconds: 14 * 86_400 });
      expect(queue.inputs.kmsMasterKeyId).to.match(/:keys-landing$/);
    });

    it("come with a role that may start this workflow and nothing else", () => {
      expect(stack.statements("spark-drops")).to.deep.equal([
        { Effect: "Allow", Action: "states:StartExecution", Resource: MACHINE },
      ]);
    });

    it("wait as long as they are told", async () => {
      const patient = await mocked(() => void make({ dropSeconds: 5 }));
      expect(workflow(patient).States.Collect.Seconds).to.equal(5);
    });

    it("are locked by a table that the workflow may change one item of, encrypted with the lake's key", () => {
      const { inputs } = stack.one("aws:dynamodb/table:Table", "spark-runs");
      expect(inputs.billingMode).to.equal("PAY_PER_REQUEST");
      expect(inputs.serverSideEncryption.kmsKeyArn).to.match(/:keys-lake$/);
      const rights = stack
        .statements("spark-workflow")
        .filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith("dynamodb:")));
      expect(rights.map(({ Action, Resource }) => ({ Action, Resource }))).to.deep.equal([
        {
          Action: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
          Resource: "arn:aws:dynamodb:ap-northeast-2:123456789012:table/naru-test-spark-runs",
        },
      ]);
    });
  });

  describe("alarms", () => {
    const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

    it("tell of runs that failed, timed out or were aborted, and of arrivals not delivered", () => {
      const [sum, ...metrics] = stack.one(ALARM, "spark-failed").inputs.metricQueries;
      expect(
        metrics.map(({ metric }: { metric: { metricName: string } }) => metric.metricName),
      ).to.deep.equal(["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"]);
      expect(sum.expression).to.equal(metrics.map(({ id }: { id: string }) => id).join(" + "));
      expect(stack.one(ALARM, "spark-undelivered").inputs.dimensions).to.deep.equal({
        QueueName: "naru-test-spark-undelivered",
      });
      for (const { inputs } of stack.of(ALARM)) {
        expect(inputs.alarmActions[0]).to.match(/:spark-alarms$/);
      }
    });

    it("mail nobody who is not named, and each who is", async () => {
      const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
      expect(stack.of(SUBSCRIPTION)).to.deep.equal([]);
      const told = await mocked(() => void make({ alarmEmails: ["a@example.com", "b@example.com"] }));
      expect(told.of(SUBSCRIPTION).map(({ inputs }) => inputs.endpoint)).to.have.members([
        "a@example.com",
        "b@example.com",
      ]);
    });
  });

  describe("owners", () => {
    const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";
    const TOPIC = "arn:aws:sns:ap-northeast-2:123456789012:naru-test-spark-alarms";

    it("are told by the workflow, after each run whatever became of it, and of that run only", () => {
      const { States } = workflow(stack);
      expect(States.RunFailed.Next).to.equal("ReadNotices");
      expect(States.ReadNotices.Parameters).to.deep.equal({
        Bucket: "naru-test-jobs-123456789012-ap-northeast-2",
        Key: "notices/latest.json",
      });
      expect(States.StartJobRun.Parameters.JobDriver.SparkSubmit["EntryPointArguments.$"]).to.contain(
        "'--notices', 's3://naru-test-jobs-123456789012-ap-northeast-2/notices/latest.json'",
      );
      const [{ StringEqualsPath, Next }] = States.AreNoticesNew.Choices;
      expect([StringEqualsPath, Next]).to.deep.equal(["$.run.id", "TellOwners"]);
      const { Parameters } = States.TellOwners.ItemProcessor.States.TellOwner;
      expect(Parameters.TopicArn).to.equal(TOPIC);
      expect(Object.keys(Parameters.MessageAttributes)).to.deep.equal(["data_set", "domain", "severity"]);
      for (const { Catch } of [States.ReadNotices, States.TellOwners]) {
        expect(Catch[0]).to.deep.include({ ResultPath: "$.failure", Next: "Release" });
      }
      const publish = stack.statements("spark-workflow").find(({ Action }) => Action === "sns:Publish")!;
      expect(publish.Resource).to.equal(TOPIC);
    });

    it("get what is of their sets, once an address, and not twice where they get all alarms", async () => {
      const contacts = [["sis@example.com", "all@example.com"], ["sis@example.com"]];
      const sets = TWO_CONTRACTS.map((set, at) => ({ ...set, contacts: contacts[at] }));
      const told = await mocked(() => void make({ alarmEmails: ["all@example.com"] }, sets));
      const made = told.of(SUBSCRIPTION).map(({ inputs }) => [inputs.endpoint, inputs.filterPolicy]);
      expect(made).to.have.deep.members([
        ["all@example.com", undefined],
        ["sis@example.com", JSON.stringify({ data_set: TWO_CONTRACTS.map(({ id }) => id) })],
      ]);
    });
  });

  describe("roles", () => {
    it("have no wide right but log delivery, which has no resources to name", () => {
      const [only, ...others] = wideRights(stack);
      expect(only).to.match(/^spark-workflow-policy: any resource for logs:CreateLogDelivery, /);
      expect(others).to.deep.equal([]);
    });

    it("pass the jobs' role on to EMR Serverless, and no other role to nobody else", () => {
      const passing = stack.statements("spark-workflow").filter(({ Action }) => Action === "iam:PassRole");
      expect(passing).to.deep.equal([
        {
          Effect: "Allow",
          Action: "iam:PassRole",
          Resource: "arn:aws:iam::123456789012:role/naru-test-pseudonymiser",
          Condition: { StringEquals: { "iam:PassedToService": "emr-serverless.amazonaws.com" } },
        },
      ]);
    });

    it("let jobs write quarantine and logs in landing, but not the drops", () => {
      const written = stack
        .statements("spark-jobs")
        .filter(({ Action }) => Action.includes("s3:PutObject"))
        .map(({ Resource }) => Resource)
        .filter((arn) => arn.includes("-landing-"));
      const landing = "arn:aws:s3:::naru-test-landing-123456789012-ap-northeast-2";
      expect(written).to.have.members([
        `${landing}/quarantine/*`,
        `${landing}/logs/*`,
        `${landing}/lineage/*`,
      ]);
    });
  });

  it("takes epoch, schedule, zone, size and pace of the caller's", async () => {
    const own = await mocked(() =>
      make({ pseudonymEpoch: 2, schedule: "rate(6 hours)", timeZone: "UTC", maxVcpu: 64, pollSeconds: 5 }),
    );
    expect((await job(own, "job.json")).pseudonym.epoch).to.equal(2);
    expect(own.one("aws:scheduler/schedule:Schedule", "spark").inputs).to.include({
      scheduleExpression: "rate(6 hours)",
      scheduleExpressionTimezone: "UTC",
    });
    expect(own.one(APPLICATION, "spark").inputs.maximumCapacity).to.deep.equal({
      cpu: "64 vCPU",
      memory: "256 GB",
    });
    expect(workflow(own).States.Wait.Seconds).to.equal(5);
  });

  it("refuses all wrong arguments at once", async () => {
    const wrong = {
      pseudonymEpoch: -1,
      schedule: "0 3 * * *",
      timeZone: "Seoul",
      maxVcpu: 2,
      pollSeconds: 0,
      dropSeconds: 0,
      alarmEmails: ["a@example.com", "nobody"],
    };
    expect(await refusal(() => make(wrong))).to.equal(
      'SparkCluster "spark" has 7 wrong argument(s):\n' +
        "  - pseudonymEpoch: is -1; write a whole number from 1 to 10000 (an epoch)\n" +
        '  - schedule: is "0 3 * * *"; write cron(minute hour day month weekday year) or rate(number unit), ' +
        "e.g. cron(0 3 * * ? *)\n" +
        '  - timeZone: is "Seoul"; write an IANA time zone, e.g. Asia/Seoul\n' +
        "  - maxVcpu: is 2; write a whole number from 4 to 4000 vCPU\n" +
        "  - pollSeconds: is 0; write a whole number from 1 to 600 seconds\n" +
        "  - dropSeconds: is 0; write a whole number from 1 to 900 seconds\n" +
        '  - alarmEmails[1]: is "nobody"; write an e-mail address, e.g. data-team@example.com',
    );
  });
});
