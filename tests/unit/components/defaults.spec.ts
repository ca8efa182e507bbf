import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  AuditTrail,
  Connection,
  DataBrew,
  DataLake,
  DeliveryDestinations,
  EncryptionKeys,
  GlueEtl,
  GlueJob,
  glueLogStatements,
  Governance,
  Kafka,
  Network,
  Reidentification,
  SparkCluster,
  StreamIngest,
  type Preparation,
  type AwsContext,
} from "../../../components/aws";
import { LambdaFunction } from "../../../components/aws/foundation/lambda-function";
import { ServiceRole } from "../../../components/aws/foundation/service-role";
import { parseSettings } from "../../../components/settings";
import { documentedArguments, documentedProperties, type DocumentedMember } from "./documented-defaults";
import { contextWith, mocked, TWO_CONTRACTS, type MockedStack } from "./mocks";

/** What each argument's default became, read from what the components registered without it. */
const OBSERVED: Record<string, (stack: MockedStack) => unknown> = {
  "AuditTrailArgs.trail": (stack) => stack.of("aws:cloudtrail/trail:Trail").length === 1,
  "EncryptionKeysArgs.admins": (stack) => {
    const [first] = keyPolicy(stack).Statement;
    return first.Principal.AWS.endsWith(":root") ? [] : first.Principal.AWS;
  },
  "EncryptionKeysArgs.pseudonymisers": (stack) => {
    const users = keyPolicy(stack).Statement.find(({ Sid }: { Sid: string }) => Sid === "UseByNamedRoles");
    return users.Condition.ArnEquals["aws:PrincipalArn"].filter(
      (arn: string) => !arn.includes(":role/naru-test-pseudonymise"),
    );
  },
  "ReidentificationArgs.people": (stack) => trusted(stack, "reidentification"),
  "GovernanceArgs.engineers": (stack) => trusted(stack, "governance-engineer"),
  "GovernanceArgs.accountWide": (stack) => lakeSettings(stack, "governance").length === 1,
  "GovernanceArgs.lakeAdmins": (stack) =>
    lakeSettings(stack, "governance").flatMap(({ inputs }) => inputs.admins),
  "GovernanceArgs.macieSamplePercent": (stack) =>
    stack.one("aws:macie2/classificationJob:ClassificationJob", "governed-macie").inputs.samplingPercentage,
  "GovernanceArgs.alarmEmails": (stack) =>
    stack
      .of("aws:sns/topicSubscription:TopicSubscription")
      .filter(({ name }) => name.startsWith("governed"))
      .map(({ inputs }) => inputs.endpoint),
  "GovernanceArgs.stewards": (stack) => trusted(stack, "governance-steward"),
  "GovernanceArgs.redrivers": (stack) => trusted(stack, "governance-redriver"),
  "GovernanceArgs.consumed": (stack) =>
    JSON.stringify(stack.statements("governance-redriver")).includes("database-failures"),
  "ReidentificationArgs.oldestEpoch": (stack) => oldestEpochs.get(stack),
  "DataLakeArgs.analystScanLimitGb": (stack) =>
    stack.one("aws:athena/workgroup:Workgroup", "lake-analysts").inputs.configuration
      .bytesScannedCutoffPerQuery / 1e9,
  "DataLakeArgs.analysts": (stack) => trusted(stack, "lake-analyst"),
  "DataLakeArgs.columnGrants": (stack) =>
    !JSON.stringify(stack.statements("lake-analyst")).includes("-curated-"),
  "DataLakeArgs.landingDays": (stack) => rules(stack, "landing")[1].expiration.days,
  "DataLakeArgs.landingVersionDays": (stack) => oldVersionDays(stack, "landing"),
  "DataLakeArgs.imported": (stack) =>
    stack
      .one("aws:s3/bucketPolicy:BucketPolicy", "lake-landing")
      .inputs.policy.Statement.filter(({ Sid }: { Sid: string }) => Sid.startsWith("ImportReadByItsJob")),
  "DataLakeArgs.landingEndpoints": (stack) =>
    JSON.stringify(stack.one("aws:s3/bucketPolicy:BucketPolicy", "lake-landing").inputs).includes(
      "SourceVpce",
    )
      ? "some"
      : [],
  "ZoneBucketArgs.uniqueIdentifiers": (stack) =>
    "naru:unique-identifiers" in stack.one("aws:s3/bucket:Bucket", "lake-curated").inputs.tags,
  "ZoneBucketArgs.oldVersionDays": (stack) => oldVersionDays(stack, "curated"),
  "DataLakeArgs.resultDays": (stack) => rules(stack, "query-results")[1].expiration.days,
  "DataLakeArgs.infrequentAccessAfterDays": (stack) => rules(stack, "curated")[1].transitions[0].days,
  "DataLakeArgs.landingNetwork": (stack) =>
    JSON.stringify(stack.one("aws:s3/bucketPolicy:BucketPolicy", "lake-landing").inputs).includes("SourceVpc")
      ? "a network"
      : null,
  "NetworkArgs.cidr": (stack) => stack.one("aws:ec2/vpc:Vpc", "network").inputs.cidrBlock,
  "NetworkArgs.zones": (stack) => stack.one("awsx:ec2:Vpc", "network").inputs.numberOfAvailabilityZones,
  "NetworkArgs.natGateways": (stack) =>
    stack.one("awsx:ec2:Vpc", "network").inputs.natGateways.strategy.toLowerCase(),
  "NetworkArgs.endpoints": (stack) =>
    stack
      .of("aws:ec2/vpcEndpoint:VpcEndpoint")
      .filter(({ inputs }) => inputs.vpcEndpointType === "Interface")
      .map(({ name }) => name.replace("network-", "")),
  "NetworkArgs.existing": (stack) => (stack.of("aws:ec2/vpc:Vpc").length === 1 ? null : "another's"),
  "DataLakeArgs.archiveAfterDays": (stack) =>
    rules(stack, "curated").find(({ id }: { id: string }) => id === "lms.courses").transitions[1].days,
  "ZoneBucketArgs.lifecycle": (stack) =>
    rules(stack, "reidentification").filter(({ id }: { id: string }) => !["tidy", "expire"].includes(id)),
  "ZoneBucketArgs.events": (stack) =>
    stack.of("aws:s3/bucketNotification:BucketNotification").some(({ name }) => name === "lake-curated"),
  "ZoneBucketArgs.versioned": (stack) =>
    stack.of("aws:s3/bucketVersioning:BucketVersioning").some(({ name }) => name === "lake-curated"),
  "StreamIngestArgs.capacity": (stack) =>
    ({ ON_DEMAND: "on-demand" })[stream(stack).streamModeDetails.streamMode as "ON_DEMAND"],
  "StreamIngestArgs.retentionHours": (stack) => stream(stack).retentionPeriod,
  "StreamIngestArgs.bufferSeconds": (stack) => delivery(stack).bufferingInterval,
  "StreamIngestArgs.bufferMegabytes": (stack) => delivery(stack).bufferingSize,
  // Four brokers are the least multiple of two zones that three copies take.
  "KafkaArgs.zones": (stack) =>
    stack.one("aws:msk/cluster:Cluster", "kafka").inputs.numberOfBrokerNodes === 4 ? 2 : "others",
  "KafkaArgs.retentionHours": (stack) =>
    JSON.parse(stack.one("aws:msk/topic:Topic", "kafka-lms-requests").inputs.configs)["retention.ms"] /
    3_600_000,
  "KafkaArgs.bufferSeconds": (stack) => fromTopic(stack).bufferingInterval,
  "KafkaArgs.bufferMegabytes": (stack) => fromTopic(stack).bufferingSize,
  "DeliveryDestinationsArgs.network": (stack) =>
    stack.one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "destinations-search").inputs
      .opensearchConfiguration.vpcConfig ?? null,
  "StreamIngestArgs.pseudonymEpoch": (stack) => Number(pseudonymiser(stack).PSEUDONYM_EPOCH),
  "StreamIngestArgs.access": (stack) => api(stack).endpointConfiguration.types.toLowerCase(),
  "StreamIngestArgs.vpcEndpoints": (stack) => api(stack).endpointConfiguration.vpcEndpointIds ?? [],
  "StreamIngestArgs.requestsPerSecond": (stack) =>
    stack.one("aws:apigateway/methodSettings:MethodSettings", "ingest-api").inputs.settings
      .throttlingRateLimit,
  "StreamIngestArgs.authentication": (stack) =>
    stack.of("aws:apigateway/apiKey:ApiKey").length === 1 ? "api-key" : "another",
  "StreamIngestArgs.directPut": (stack) =>
    stack
      .of("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")
      .filter(({ inputs }) => inputs.serverSideEncryption !== undefined)
      .map(({ name }) => name),
  "StreamIngestArgs.corsOrigins": (stack) =>
    JSON.parse(
      stack.one("aws:lambda/function:Function", "ingest-collector").inputs.environment.variables.ORIGINS,
    ),
  "StreamIngestArgs.webhooks": (stack) =>
    stack
      .of("aws:apigateway/resource:Resource")
      .map(({ inputs }) => inputs.pathPart)
      .filter((part) => part === "webhooks"),
  "StreamIngestArgs.manageApiGatewayAccount": (stack) =>
    stack.of("aws:apigateway/account:Account").length === 1,
  "StreamIngestArgs.network": (stack) =>
    stack.one("aws:lambda/function:Function", "ingest-collector").inputs.vpcConfig ?? null,
  "SparkClusterArgs.network": (stack) =>
    stack.one("aws:emrserverless/application:Application", "spark").inputs.networkConfiguration ?? null,
  "ConnectionArgs.network": (stack) =>
    stack.one("aws:glue/connection:Connection", "source").inputs.physicalConnectionRequirements ?? null,
  "ConnectionArgs.reaches": (stack) =>
    stack
      .of("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
      .filter(({ name }) => name.startsWith("source-"))
      .map(({ inputs }) => inputs.cidrIpv4),
  "DataBrewArgs.alarms": (stack) =>
    stack.of("aws:cloudwatch/metricAlarm:MetricAlarm").find(({ name }) => name === "prep-failed") ?? null,
  "LambdaFunctionArgs.network": (stack) =>
    stack.one("aws:lambda/function:Function", "work").inputs.vpcConfig ?? null,
  "LambdaFunctionArgs.securityGroupIds": (stack) =>
    stack.one("aws:lambda/function:Function", "work").inputs.vpcConfig?.securityGroupIds ?? [],
  "SparkClusterArgs.reidentification": (stack) => jobConfiguration(stack).reidentification,
  "SparkClusterArgs.pseudonymEpoch": (stack) => jobConfiguration(stack).pseudonym.epoch,
  "SparkClusterArgs.schedule": (stack) => schedule(stack).scheduleExpression,
  "SparkClusterArgs.timeZone": (stack) => schedule(stack).scheduleExpressionTimezone,
  "SparkClusterArgs.maxVcpu": (stack) =>
    parseInt(stack.one("aws:emrserverless/application:Application", "spark").inputs.maximumCapacity.cpu, 10),
  "SparkClusterArgs.pollSeconds": (stack) =>
    JSON.parse(stack.one("aws:sfn/stateMachine:StateMachine", "spark-workflow").inputs.definition).States.Wait
      .Seconds,
  "SparkClusterArgs.dropSeconds": (stack) =>
    JSON.parse(stack.one("aws:sfn/stateMachine:StateMachine", "spark-workflow").inputs.definition).States
      .Collect.Seconds,
  "SparkClusterArgs.alarmEmails": (stack) =>
    stack.of("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs.endpoint),
  "GlueJobArgs.arguments": (stack) => ownArguments(stack),
  "GlueJobArgs.libraries": (stack) =>
    job(stack, "clicks").nonOverridableArguments["--extra-py-files"]?.split(",") ?? [],
  "GlueJobArgs.connections": (stack) => job(stack, "clicks").connections,
  "GlueJobArgs.execution": (stack) => job(stack, "clicks").executionClass.toLowerCase(),
  "GlueJobArgs.workerType": (stack) => job(stack, "clicks").workerType,
  "GlueJobArgs.workers": (stack) => job(stack, "clicks").numberOfWorkers,
  "GlueJobArgs.autoScaling": (stack) =>
    job(stack, "clicks").defaultArguments["--enable-auto-scaling"] === "true",
  "GlueJobArgs.timeoutMinutes": (stack) => job(stack, "clicks").timeout,
  "GlueJobArgs.retries": (stack) => job(stack, "clicks").maxRetries,
  "GlueJobArgs.concurrentRuns": (stack) => job(stack, "clicks").executionProperty.maxConcurrentRuns,
  "GlueJobArgs.bookmarks": (stack) =>
    job(stack, "clicks").defaultArguments["--job-bookmark-option"] === "job-bookmark-enable",
  "GlueEtlArgs.reidentification": (stack) => JSON.parse(glueTexts.get(stack)!).reidentification,
  "GlueEtlArgs.network": (stack) => {
    const { connections } = stack.one("aws:glue/job:Job", "etl-curate").inputs;
    return connections.length === 0 ? null : connections;
  },
  "GlueEtlArgs.pseudonymEpoch": (stack) => JSON.parse(glueTexts.get(stack)!).pseudonym.epoch,
  "GlueEtlArgs.schedule": (stack) => schedule(stack, "etl").scheduleExpression,
  "GlueEtlArgs.timeZone": (stack) => schedule(stack, "etl").scheduleExpressionTimezone,
  "GlueEtlArgs.execution": (stack) => job(stack, "etl-curate").executionClass.toLowerCase(),
  "GlueEtlArgs.workerType": (stack) => job(stack, "etl-curate").workerType,
  "GlueEtlArgs.workers": (stack) => job(stack, "etl-curate").numberOfWorkers,
  "GlueEtlArgs.timeoutMinutes": (stack) => job(stack, "etl-curate").timeout,
  "GlueEtlArgs.dropFiles": (stack) => drops(stack).eventBatchingConditions[0].batchSize,
  "GlueEtlArgs.dropSeconds": (stack) => drops(stack).eventBatchingConditions[0].batchWindow,
  "GlueEtlArgs.crawlers": (stack) => drops(stack).actions.filter((action: object) => "crawlerName" in action),
  "GlueEtlArgs.tables": (stack) =>
    stack.of("aws:glue/job:Job").filter(({ name }) => name.startsWith("etl-import-")),
  "GlueEtlArgs.jobs": (stack) =>
    stack
      .of("aws:glue/job:Job")
      .filter(({ name }) => name.startsWith("etl-") && !["etl-curate", "etl-quality"].includes(name)),
  "GlueEtlArgs.eventStreams": (stack) =>
    stack.of("aws:glue/job:Job").find(({ name }) => name === "etl-course-events") ?? null,
  "GlueEtlArgs.alarmEmails": (stack) =>
    stack
      .of("aws:sns/topicSubscription:TopicSubscription")
      .filter(({ name }) => name.startsWith("etl-"))
      .map(({ inputs }) => inputs.endpoint),
  "LambdaFunctionArgs.memoryMb": (stack) =>
    stack.one("aws:lambda/function:Function", "work").inputs.memorySize,
  "LambdaFunctionArgs.timeoutSeconds": (stack) =>
    stack.one("aws:lambda/function:Function", "work").inputs.timeout,
  "ServiceRoleArgs.maxSessionDuration": (stack) =>
    stack.one("aws:iam/role:Role", "lake-analyst").inputs.maxSessionDuration,
  "ServiceRoleArgs.sessionTag": (stack) =>
    stack.one("aws:iam/role:Role", "lake-analyst").inputs.assumeRolePolicy.Statement[0].Condition ?? null,
};

/** Optional arguments whose absence means what their comment says, not another value. */
const WITHOUT_DEFAULT = ["keyArn", "accessLogs", "expireAfterDays", "inventory", "denials", "lockDays"].map(
  (argument) => `ZoneBucketArgs.${argument}`,
);

const lakeSettings = (stack: MockedStack, governance: string) =>
  stack.of("aws:lakeformation/dataLakeSettings:DataLakeSettings").filter(({ name }) => name === governance);

/** Who may take a role; none when the account's IAM decides. */
const trusted = (stack: MockedStack, role: string): string[] => {
  const [{ Principal }] = stack.one("aws:iam/role:Role", role).inputs.assumeRolePolicy.Statement;
  return Principal.AWS.endsWith(":root") ? [] : Principal.AWS;
};

const oldVersionDays = (stack: MockedStack, zone: string): number =>
  rules(stack, zone)[0].noncurrentVersionExpiration.noncurrentDays;

const keyPolicy = (stack: MockedStack) =>
  JSON.parse(stack.one("aws:kms/key:Key", "keys-pseudonym").inputs.policy);
const rules = (stack: MockedStack, zone: string) =>
  stack
    .of("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    .find(({ name }) => [`lake-${zone}`, `${zone}-bucket`].includes(name))!.inputs.rules;
const stream = (stack: MockedStack) => stack.one("aws:kinesis/stream:Stream", "ingest-lms-requests").inputs;
/** What Firehose writes of a topic. */
const fromTopic = (stack: MockedStack) =>
  stack.one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "kafka-lms-requests").inputs
    .extendedS3Configuration;
const delivery = (stack: MockedStack) =>
  stack.one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "ingest-lms-requests").inputs
    .extendedS3Configuration;
const pseudonymiser = (stack: MockedStack) =>
  stack.one("aws:lambda/function:Function", "ingest-lms-requests-pseudonymise").inputs.environment.variables;
const api = (stack: MockedStack) => stack.one("aws:apigateway/restApi:RestApi", "ingest-api").inputs;
const schedule = (stack: MockedStack, name = "spark") =>
  stack.one("aws:scheduler/schedule:Schedule", name).inputs;
const job = (stack: MockedStack, name: string) => stack.one("aws:glue/job:Job", name).inputs;
const drops = (stack: MockedStack) => stack.one("aws:glue/trigger:Trigger", "etl-drops-start").inputs;
const ownArguments = (stack: MockedStack) =>
  Object.fromEntries(
    Object.entries(job(stack, "clicks").nonOverridableArguments).filter(
      ([name]) => !["--conf", "--custom-logGroup-prefix"].includes(name),
    ),
  );
const jobConfiguration = (stack: MockedStack) => JSON.parse(texts.get(stack)!);

/** What the component itself says, as only the jobs' configuration shows it. */
const oldestEpochs = new WeakMap<MockedStack, number>();

/** Text of the jobs' configuration, which an asset hands out only later. */
const texts = new WeakMap<MockedStack, string>();
const glueTexts = new WeakMap<MockedStack, string>();

/** What any lake with courses can prepare. */
const PREPARATION: Preparation = {
  name: "courses",
  input: { dataSet: "lms.courses" },
  steps: [{ action: "trim", column: "title" }],
  output: "lms/course_titles/",
};

/** Every component with required arguments only. */
async function defaults(): Promise<MockedStack> {
  let oldest = 0;
  const stack = await mocked(() => {
    const context = contextWith();
    const keys = new EncryptionKeys("keys", context, { contracts: TWO_CONTRACTS });
    const lake = new DataLake("lake", context, { contracts: TWO_CONTRACTS, keys });
    const network = new Network("network", context, { keys });
    new Connection("source", context, { source: { kind: "KAFKA", bootstrapServers: ["b1:9098"] } });
    new DataBrew("prep", context, { lake, keys, preparations: [PREPARATION] });
    const audit = new AuditTrail("audit", context, { lake, keys });
    const { oldestEpoch } = new Reidentification("reidentification", context, { lake, keys, audit });
    oldest = oldestEpoch;
    const { streams, transforms } = new StreamIngest("ingest", context, { lake, keys });
    const spark = new SparkCluster("spark", context, { lake, keys });
    new DeliveryDestinations("destinations", context, {
      ...{ lake, keys, streams, transforms, alarms: spark.nodes.alarms },
      destinations: [
        {
          ...{ name: "search", stream: "lms.requests", kind: "opensearch", index: "requests" },
          domainArn: "arn:aws:es:ap-northeast-2:123456789012:domain/search",
        },
      ],
    });
    new Kafka("kafka", context, {
      ...{ lake, keys, network, transforms, alarms: spark.nodes.alarms },
      definition: { cluster: "provisioned" },
    });
    new Governance("governance", context, { lake, keys, spark });
    // What only a stack that governs its account has.
    const own = { ...context, names: context.names.within("governed") };
    const governed = { contracts: TWO_CONTRACTS, keys, columnGrants: true };
    new Governance("governed", own, {
      ...{ lake: new DataLake("governed-lake", own, governed), keys, spark },
      ...{ accountWide: true, lakeAdmins: ["arn:aws:iam::123456789012:role/deploy"] },
    });
    const code = new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset("exports.handler = 1"),
    });
    const work = {
      part: "work",
      purpose: "collector",
      description: "Works",
      code,
      environment: {},
      statements: [],
    };
    new LambdaFunction("work", context, { ...work, keys });
    createGlue({ ...context, names: context.names.within("glue") }, keys);
  });
  const configuration = (name: string) =>
    (
      stack.one("aws:s3/bucketObjectv2:BucketObjectv2", `${name}-job.json`).inputs.source as {
        text: Promise<string>;
      }
    ).text;
  oldestEpochs.set(stack, oldest);
  texts.set(stack, await configuration("spark"));
  glueTexts.set(stack, await configuration("etl"));
  return stack;
}

/** The jobs on Glue are an engine of their own: a lake has one. */
function createGlue(context: AwsContext, keys: EncryptionKeys): void {
  const lake = new DataLake("glue-lake", context, { contracts: TWO_CONTRACTS, keys });
  new GlueEtl("etl", context, { lake, keys });
  const statements = glueLogStatements(context, "clicks");
  const role = new ServiceRole("clicks", context, {
    ...{ roleName: "clicks", assumedBy: "glue.amazonaws.com", purpose: "etl", statements },
  });
  new GlueJob("clicks", context, {
    ...{ part: "clicks", description: "Counts clicks", kind: "spark", role, keys },
    script: "s3://code/clicks.py",
    securityConfiguration: "secure",
  });
}

function value(text: string): unknown {
  return JSON.parse(text);
}

const members: DocumentedMember[] = readdirSync("components/aws", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .flatMap((file) => documentedArguments(join("components/aws", file)));

describe("@default of arguments", () => {
  let stack: MockedStack;

  before(async () => {
    stack = await defaults();
  });

  it("stands at every optional argument of a component", () => {
    const silent = members.filter(({ optional, text }) => optional && text === undefined);
    expect(silent.map(({ name }) => name)).to.have.members(WITHOUT_DEFAULT);
  });

  it("stands at no required argument, and each is observed here", () => {
    const documented = members.filter(({ text }) => text !== undefined);
    expect(documented.every(({ optional }) => optional)).to.equal(true);
    expect(documented.map(({ name }) => name)).to.have.members(Object.keys(OBSERVED));
  });

  for (const { name, text } of members.filter((member) => member.text !== undefined)) {
    it(`is true of ${name}: ${text}`, () => {
      expect(OBSERVED[name]!(stack)).to.deep.equal(value(text!));
    });
  }
});

describe("@default of settings", () => {
  const settings = documentedProperties("components/settings/fields.ts", "schema");
  const ofStage = Object.fromEntries(
    ["local", "dev", "prod"].map((stage) => [
      stage,
      parseSettings({ "naru:stage": stage, "naru:owner": "team" }),
    ]),
  );

  it("stands at every optional setting", () => {
    expect(settings.filter(({ optional, text }) => optional !== (text !== undefined))).to.deep.equal([]);
    expect(settings.map(({ name }) => name)).to.have.members(Object.keys(ofStage.dev!));
  });

  for (const { name, text } of settings.filter((setting) => setting.text !== undefined)) {
    it(`is true of ${name}: ${text}`, () => {
      const documented = byStage(text!);
      for (const [stage, given] of Object.entries(ofStage)) {
        expect(given[name as keyof typeof given], stage).to.deep.equal(documented(stage));
      }
    });
  }
});

/** Reads `24; 168 in prod` and `true in prod, false elsewhere`: a value by stage, and one for all others. */
function byStage(text: string): (stage: string) => unknown {
  const parts = text.split(/[;,] (?![^[]*\])/).map((part) => /^(.+?)(?: in (\w+)| elsewhere)?$/.exec(part)!);
  return (stage) => {
    const [, own] = parts.find(([, , of]) => of === stage) ?? parts.find(([, , of]) => of === undefined)!;
    return value(own!);
  };
}
