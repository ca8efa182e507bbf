/** Every type that the local cloud emulates: made, told back, changed, changed by hand, deleted. */
import { DeletePreparedStatementCommand } from "@aws-sdk/client-athena";
import { RemoveTargetsCommand } from "@aws-sdk/client-eventbridge";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { CloudClients } from "../../local/endpoints";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud";
import { IMPORT, type Inputs } from "../../local/provider/resource-type";
import { TYPES } from "../../local/provider/types";
import { allowing, changesByHand } from "./changes-by-hand";
import { afterImport, LEFT_BY_IMPORTS } from "./imported";
import { leftBehind } from "../../local/proof/left-behind";
import { lineOf, MadeResources, type MadeResource } from "./made-resources";
import { makeOthers } from "./other-resources";

/** For types that the local program has none of as it stands. */
const CONFIG = {
  "naru:crawlers": JSON.stringify([
    { name: "ratings", zone: "curated", folder: "partner/ratings/", delimiter: ";", mode: "events" },
  ]),
};

/** They need a server of their own, which other suites start. */
const WITH_A_SERVER = [
  "aws:rds/instance:Instance",
  "aws:msk/cluster:Cluster",
  "aws:msk/serverlessCluster:ServerlessCluster",
  "aws:msk/topic:Topic",
];

describe("the types of the local cloud", () => {
  let starting: Promise<LocalCloud> | undefined;
  let making: Promise<void> | undefined;
  let cloud: CloudClients;
  let made: MadeResources;

  const stream = () => made.the("aws:kinesis/stream:Stream");
  const collector = () => made.the("aws:lambda/function:Function", "collector");
  const table = () => made.the("aws:glue/catalogTable:CatalogTable");
  const target = () => made.the("aws:cloudwatch/eventTarget:EventTarget");
  const queue = () => made.the("aws:sqs/queue:Queue");
  const topic = () => made.the("aws:sns/topic:Topic");
  const workgroup = () => made.the("aws:athena/workgroup:Workgroup");
  const machine = () => made.the("aws:sfn/stateMachine:StateMachine");
  const logGroup = () => made.the("aws:cloudwatch/logGroup:LogGroup");
  const lifecycle = () => made.the("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration");
  const redrivers = () => made.the("aws:iam/rolePolicy:RolePolicy", "redriver");
  const mapping = () => made.the("aws:lambda/eventSourceMapping:EventSourceMapping");

  before(async function () {
    this.timeout(600_000);
    starting = startLocalCloud("ap-northeast-2");
    cloud = new CloudClients((await starting).endpoints);
    made = new MadeResources(cloud);
    making = made.makeProgram(CONFIG).then(() => makeOthers(made));
    await making;
  });

  after(async function () {
    this.timeout(600_000);
    // What `before` began goes on when mocha waits for it no longer, and would keep the process alive.
    await (await starting)?.stop();
    await making?.catch(() => undefined);
  });

  it("are all made, but for those with a server of their own", () => {
    const types = new Set(made.all.map(({ type }) => type));
    expect(Object.keys(TYPES).filter((type) => !types.has(type))).to.have.members(WITH_A_SERVER);
  });

  it("are told back as they were asked for", async () => {
    expect(await made.drift()).to.deep.equal([]);
  });

  it("are told whole, but for what docs/local-cloud.md lists as believed", async () => {
    const believed = new Map<string, Set<string>>();
    for (const one of made.all.filter(({ type }) => TYPES[type]!.read !== undefined)) {
      const { inputs } = (await made.read(one))!;
      const missing = Object.keys(one.inputs).filter((input) => !(input in inputs));
      if (missing.length === 0) continue;
      believed.set(one.type, new Set([...(believed.get(one.type) ?? []), ...missing]));
    }
    const listed = [...believed].map(([type, inputs]) => [type, [...inputs].sort()]);
    expect(Object.fromEntries(listed)).to.deep.equal(BELIEVED);
  });

  it("are imported by the ids that `pulumi import` takes, as the program asks for them", async () => {
    const changed = new Map<string, Set<string>>();
    const types = new Set<string>();
    for (const one of made.all.filter(({ type }) => TYPES[type]!.read !== undefined)) {
      const after = await afterImport(one, cloud);
      types.add(one.type);
      expect(after.drifted, `${one.type} ${one.name}`).to.deep.equal([]);
      for (const path of after.changed) {
        changed.set(one.type, new Set([...(changed.get(one.type) ?? []), path]));
      }
    }
    const readable = Object.keys(TYPES).filter((type) => TYPES[type]!.read !== undefined);
    expect([...types, ...WITH_A_SERVER]).to.include.members(readable);
    const left = [...changed].map(([type, paths]) => [type, [...paths]]);
    const reasons = Object.entries(LEFT_BY_IMPORTS).map(([type, paths]) => [type, Object.keys(paths)]);
    expect(Object.fromEntries(left)).to.deep.equal(Object.fromEntries(reasons));
  });

  it("are changed in place, ten and more of them, and nothing else with them", async () => {
    const changes: readonly (readonly [MadeResource, Inputs])[] = [
      [stream(), { retentionPeriod: 48, shardCount: 2, tags: { ...stream().inputs.tags, added: "yes" } }],
      [made.the("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"), buffered(made)],
      [collector(), { memorySize: 320, environment: { variables: withOne(collector()) } }],
      [mapping(), { batchSize: 50, maximumRetryAttempts: 3 }],
      [table(), { description: "Changed", parameters: { ...table().inputs.parameters, added: "yes" } }],
      [made.the("aws:glue/catalogDatabase:CatalogDatabase"), { description: "Changed" }],
      [
        workgroup(),
        { configuration: { ...workgroup().inputs.configuration, bytesScannedCutoffPerQuery: 20_000_000 } },
      ],
      [made.the("aws:athena/preparedStatement:PreparedStatement"), { queryStatement: "SELECT ?" }],
      [made.the("aws:athena/namedQuery:NamedQuery"), { query: "SELECT 1" }],
      [
        made.the("aws:emrserverless/application:Application"),
        { maximumCapacity: { cpu: "8 vCPU", memory: "32 GB" } },
      ],
      [machine(), { definition: JSON.stringify(ENDS_AT_ONCE) }],
      [made.the("aws:cloudwatch/eventRule:EventRule", "sis"), { description: "Changed", state: "DISABLED" }],
      [
        target(),
        { input: '{"changed":true}', retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 60 } },
      ],
      [queue(), { visibilityTimeoutSeconds: 45, tags: {} }],
      [
        made.the("aws:sqs/queuePolicy:QueuePolicy"),
        { policy: JSON.stringify(allowing("sqs:SendMessage", queue().state.arn, "events.amazonaws.com")) },
      ],
      [topic(), { displayName: "Changed", tags: { only: "this" } }],
      [
        made.the("aws:sns/topicPolicy:TopicPolicy"),
        { policy: JSON.stringify(allowing("sns:Publish", topic().state.arn, "events.amazonaws.com")) },
      ],
      [
        made.the("aws:dynamodb/table:Table"),
        { pointInTimeRecovery: { enabled: true }, tags: { only: "this" } },
      ],
      [
        made.the("aws:sns/topicSubscription:TopicSubscription"),
        { filterPolicy: JSON.stringify({ level: ["warning"] }) },
      ],
      [made.the("aws:apigateway/restApi:RestApi"), { description: "Changed", tags: { only: "this" } }],
      [made.the("aws:apigateway/apiKey:ApiKey"), { description: "Changed" }],
      [made.the("aws:apigateway/method:Method"), { apiKeyRequired: false }],
      [made.the("aws:apigateway/stage:Stage"), { description: "Changed", variables: { one: "1" } }],
      [made.the("aws:glue/crawler:Crawler"), { tablePrefix: "changed_" }],
      [
        made.the("aws:iam/role:Role"),
        { description: "Reads & writes <all>", maxSessionDuration: 7200, tags: { only: "this" } },
      ],
      [redrivers(), { policy: allowing("kinesis:ListShards", stream().id) }],
      [made.the("aws:kms/key:Key", "stream"), { description: "Changed", enableKeyRotation: false }],
      [logGroup(), { retentionInDays: 7, tags: { only: "this" } }],
      [made.the("aws:s3/bucket:Bucket"), { tags: { only: "this" } }],
      [lifecycle(), { rules: [{ id: "changed", status: "Enabled", filter: {}, expiration: { days: 9 } }] }],
    ];
    for (const [one, change] of changes) {
      await made.update(one, change);
      const { inputs } = (await made.read(one))!;
      for (const [input, value] of Object.entries(change)) {
        expect(inputs[input] ?? {}, `${one.type} ${input}`).to.deep.equal(value);
      }
    }
    expect(await made.drift()).to.deep.equal([]);
  });

  it("are without an input that was given and is taken away again", async () => {
    const key = made.the("aws:kms/key:Key", "lake").state.arn as string;
    const dead = JSON.stringify({ deadLetterTargetArn: queue().state.arn, maxReceiveCount: 3 });
    const unused = await made.make("aws:sqs/queue:Queue", "unused", { name: "unused" });
    const given: readonly (readonly [MadeResource, string, unknown])[] = [
      [unused, "redrivePolicy", dead],
      [unused, "kmsMasterKeyId", key],
      [made.the("aws:sns/topic:Topic", "named"), "displayName", "Changed"],
      [made.the("aws:sns/topic:Topic", "named"), "kmsMasterKeyId", key],
      [made.the("aws:sns/topicSubscription:TopicSubscription"), "filterPolicy", '{"level":["info"]}'],
      [made.the("aws:apigateway/method:Method"), "apiKeyRequired", true],
      [made.the("aws:glue/catalogTable:CatalogTable"), "partitionKeys", [{ name: "dt", type: "string" }]],
      [made.the("aws:glue/crawler:Crawler"), "description", "Changed"],
      [made.the("aws:glue/catalogDatabase:CatalogDatabase"), "description", "Changed"],
      [made.the("aws:iam/role:Role"), "description", "Changed"],
    ];
    for (const [one, input, value] of given) {
      const before: unknown = one.state[input];
      await made.update(one, { [input]: value });
      await made.update(one, { [input]: undefined });
      // As at an import: what was asked for has no part in it.
      const { inputs } = (await TYPES[one.type]!.read!(
        one.id,
        { ...one.state, [input]: undefined, [IMPORT]: true },
        cloud,
      ))!;
      // A description that is not there is told as an empty one.
      const left = inputs[input] === "" ? undefined : inputs[input];
      expect(left ?? [], `${one.type} ${input}`).to.deep.equal([]);
      await made.update(one, { [input]: before });
    }
    expect(await made.drift()).to.deep.equal([]);
  });

  it("are seen to be changed by hand, and are mended", async () => {
    const changes = changesByHand(made, cloud);
    for (const { act } of changes) await act();
    const lines = changes.flatMap(({ made: one, inputs }) => inputs.map((input) => lineOf(one, input)));
    expect(await made.drift()).to.have.members(lines);

    for (const { made: one } of changes) {
      const wanted = one.state;
      const { inputs, outputs } = (await made.read(one))!;
      one.state = { ...wanted, ...inputs, ...outputs };
      // What nobody asked for is taken away again.
      const unasked = Object.keys(inputs).filter((input) => !(input in wanted));
      const none = Object.fromEntries(unasked.map((input) => [input, undefined]));
      await made.update(one, { ...wanted, ...none });
    }
    expect(await made.drift()).to.deep.equal([]);
  });

  it("are seen to be gone, and deleted again without complaint", async () => {
    const statement = made.the("aws:athena/preparedStatement:PreparedStatement");
    const { workgroup: WorkGroup, name: StatementName } = statement.state;
    await cloud.athena.send(new DeletePreparedStatementCommand({ WorkGroup, StatementName }));
    const { rule: Rule, targetId } = target().state;
    await cloud.eventBridge.send(new RemoveTargetsCommand({ Rule, Ids: [targetId] }));
    for (const one of [statement, target()]) {
      expect(await made.read(one), one.type).to.equal(undefined);
      await made.delete(one);
    }
  });

  it("are deleted, the last that was made first, and nothing is left in any service", async function () {
    this.timeout(600_000);
    // A bucket is emptied of what it holds: older versions and marks of deletion too.
    const object = { Bucket: made.the("aws:s3/bucket:Bucket", "landing").id, Key: "sis/students/one.csv" };
    for (const Body of ["one", "two"]) await cloud.s3.send(new PutObjectCommand({ ...object, Body }));
    await cloud.s3.send(new DeleteObjectCommand(object));
    for (const one of [...made.all].reverse()) await made.delete(one);
    const left = await leftBehind(cloud);
    const services = Object.entries(left).filter(([, names]) => names.length > 0);
    expect(Object.fromEntries(services)).to.deep.equal({});
  });
});

/** By type, what is not asked of a service when the resource is read. */
const BELIEVED: Readonly<Record<string, readonly string[]>> = {
  "aws:apigateway/apiKey:ApiKey": ["tags"],
  "aws:apigateway/deployment:Deployment": ["restApi", "triggers"],
  "aws:apigateway/integration:Integration": ["httpMethod", "resourceId", "restApi"],
  "aws:apigateway/method:Method": ["resourceId", "restApi"],
  "aws:apigateway/resource:Resource": ["restApi"],
  "aws:apigateway/stage:Stage": ["restApi"],
  "aws:apigateway/usagePlan:UsagePlan": ["tags"],
  "aws:apigateway/usagePlanKey:UsagePlanKey": ["usagePlanId"],
  "aws:athena/workgroup:Workgroup": ["forceDestroy"],
  "aws:kms/key:Key": ["customerMasterKeySpec", "deletionWindowInDays", "keyUsage"],
  "aws:lambda/function:Function": ["code"],
  "aws:lambda/permission:Permission": ["function"],
  "aws:s3/bucket:Bucket": ["forceDestroy", "objectLockEnabled"],
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["transitionDefaultMinimumObjectSize"],
  "aws:s3/bucketObjectv2:BucketObjectv2": ["source"],
};

const ENDS_AT_ONCE = { StartAt: "End", States: { End: { Type: "Succeed" } } };

function withOne({ inputs }: MadeResource): Record<string, string> {
  return { ...inputs.environment.variables, ADDED: "yes" };
}

function buffered(made: MadeResources): Inputs {
  const { inputs } = made.the("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream");
  return { extendedS3Configuration: { ...inputs.extendedS3Configuration, bufferingInterval: 90 } };
}
