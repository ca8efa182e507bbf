import { expect } from "chai";
import {
  DataLake,
  EncryptionKeys,
  Kafka,
  Network,
  SparkCluster,
  StreamIngest,
} from "../../../components/aws";
import { sinkSettings } from "../../../components/aws/kafka/sink-settings";
import type { DataSet } from "../../../components/contract";
import type { KafkaDefinition } from "../../../components/kafka";
import { CONTRACTS, contextWith, mocked, refusal, type MockedStack } from "./mocks";
import { wideRights } from "./privileges";

const REQUESTS = CONTRACTS.find(({ id }) => id === "lms.requests")!;
const READINGS: DataSet = {
  ...REQUESTS,
  ...{ id: "iot.readings", domain: "iot", name: "readings" },
  columns: REQUESTS.columns.filter(({ kind }) => kind === undefined),
};
const STREAMS = [REQUESTS, READINGS];

const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const CONNECTOR = "aws:mskconnect/connector:Connector";

function make(definition: KafkaDefinition): Kafka {
  const context = contextWith();
  const keys = new EncryptionKeys("keys", context, { contracts: STREAMS });
  const network = new Network("network", context, { keys, zones: 3 });
  const lake = new DataLake("lake", context, { contracts: STREAMS, keys });
  const { transforms } = new StreamIngest("ingest", context, { lake, keys, network });
  const spark = new SparkCluster("spark", context, { lake, keys, network });
  return new Kafka("kafka", context, {
    ...{ lake, keys, network, definition, transforms, alarms: spark.nodes.alarms, zones: 3 },
  });
}

describe("Kafka with a connector of MSK Connect", () => {
  let stack: MockedStack;
  let kafka: Kafka;

  before(async () => {
    stack = await mocked(() => {
      kafka = make({
        cluster: "provisioned",
        connect: { streams: ["iot.readings"], pluginBucket: "plugins", pluginKey: "s3-sink.zip", workers: 2 },
      });
    });
  });

  const named = (type: string) =>
    stack.resources.filter((each) => each.type === type).map(({ name }) => name);

  it("writes a stream by one way only", () => {
    expect(named(CONNECTOR)).to.deep.equal(["kafka-sink-iot-readings"]);
    expect(named(DELIVERY)).to.include("kafka-lms-requests").and.not.include("kafka-iot-readings");
    expect(named("aws:msk/topic:Topic")).to.have.members([
      "kafka-lms-requests",
      "kafka-iot-readings",
      "kafka-iot-readings-refused",
    ]);
  });

  it("stands in the closed subnets, signs in with IAM over TLS, and logs under the platform's key", () => {
    const { inputs } = stack.one(CONNECTOR, "kafka-sink-iot-readings");
    expect(inputs).to.deep.include({
      kafkaClusterClientAuthentication: { authenticationType: "IAM" },
      kafkaClusterEncryptionInTransit: { encryptionType: "TLS" },
      capacity: { provisionedCapacity: { mcuCount: 1, workerCount: 2 } },
    });
    expect(inputs.kafkaCluster.apacheKafkaCluster.vpc.securityGroups).to.have.length(2);
    expect(
      stack.one("aws:cloudwatch/logGroup:LogGroup", "kafka-sink-iot-readings-logs").inputs,
    ).to.have.property("kmsKeyId");
    expect(stack.one("aws:mskconnect/customPlugin:CustomPlugin", "kafka-sink-plugin").inputs).to.deep.include(
      {
        contentType: "ZIP",
        location: { s3: { bucketArn: "arn:aws:s3:::plugins", fileKey: "s3-sink.zip" } },
      },
    );
  });

  it("has no right that is wider than its purpose", () => {
    expect(wideRights(stack).filter((right) => right.startsWith("kafka"))).to.deep.equal([]);
  });

  it("tells when a task has stopped", () => {
    expect(
      stack.one("aws:cloudwatch/metricAlarm:MetricAlarm", "kafka-sink-iot-readings-connector-iot-readings")
        .inputs,
    ).to.include({ metricName: "ErroredTaskCount", namespace: "AWS/KafkaConnect" });
  });

  it("says what a client needs, and of which topics", () => {
    const rights = [
      ...kafka.produceStatements("lms.requests"),
      ...kafka.consumeStatements("lms.requests", "audit"),
    ];
    expect(rights.every(({ Effect }) => Effect === "Allow")).to.equal(true);
    expect(rights.map(({ Resource }) => Resource)).to.include.members([
      "arn:aws:kafka:ap-northeast-2:123456789012:cluster/naru-test-events/*",
      "arn:aws:kafka:ap-northeast-2:123456789012:topic/naru-test-events/*/lms.requests",
      "arn:aws:kafka:ap-northeast-2:123456789012:group/naru-test-events/*/audit",
    ]);
    expect(() => kafka.produceStatements("lms.courses")).to.throw(
      'Kafka "kafka" has no topic of lms.courses; name one of lms.requests, iot.readings',
    );
  });
});

describe("Kafka without servers", () => {
  it("says which topics a client must make, and with what; with brokers none", async () => {
    let serverless: Kafka | undefined;
    let provisioned: Kafka | undefined;
    await mocked(() => {
      serverless = make({ cluster: "serverless", streams: ["iot.readings"] });
    });
    await mocked(() => {
      provisioned = make({ cluster: "provisioned" });
    });
    expect(serverless!.topicsToCreate).to.deep.equal([
      {
        ...{ topic: "iot.readings", partitions: 3 },
        configs: { "cleanup.policy": "delete", "retention.ms": "86400000" },
      },
    ]);
    expect(provisioned!.topicsToCreate).to.deep.equal([]);
  });
});

describe("Kafka's arguments", () => {
  it("are refused all at once", async () => {
    const message = await refusal(() =>
      make({
        ...{ cluster: "provisioned", instance: "kafka.m5.large", streams: ["lms.courses"] },
        connect: { streams: ["lms.requests"] },
      }),
    );
    for (const told of [
      'definition.instance: is "kafka.m5.large"; write one of kafka.m7g.large',
      'definition.streams[0]: is "lms.courses"; write one of lms.requests, iot.readings',
      "definition.connect.pluginArn: is missing",
      "definition.connect.streams[0]: is",
    ])
      expect(message).to.contain(told);
  });
});

describe("what a sink is told", () => {
  const told = sinkSettings({
    ...{ dataSet: READINGS, topic: "iot.readings", refusedTopic: "iot.readings.refused" },
    ...{ region: "ap-northeast-2", bucket: "naru-raw", keyArn: "arn:aws:kms:::key/1" },
    ...{ registryName: "naru-events", tasks: 3, bufferSeconds: 0 },
  });

  it("puts Parquet/Snappy into the folders of the raw table, by the day of the event in the contract's zone", () => {
    expect(told).to.include({
      "parquet.codec": "snappy",
      "topics.dir": "iot",
      "transforms.route.replacement": "readings",
      "path.format": "'dt='YYYY-MM-dd",
      timezone: "Asia/Seoul",
      "timestamp.field": "occurred_at",
      "s3.ssea.name": "aws:kms",
      "rotate.schedule.interval.ms": "60000",
    });
  });

  it("makes of each column what the raw table has", () => {
    expect(told["transforms.narrow.spec"]).to.equal("duration_ms:int32");
    expect(told).to.include({
      "transforms.time-occurred_at.field": "occurred_at",
      "transforms.time-occurred_at.target.type": "Timestamp",
    });
    expect(told.transforms).to.equal("route,narrow,time-occurred_at");
    const renamed = {
      ...READINGS,
      columns: READINGS.columns.map((each) => ({ ...each, sourceName: `x_${each.name}` })),
    };
    const settings = sinkSettings({
      ...{ dataSet: renamed, topic: "a", refusedTopic: "b", region: "c", bucket: "d", keyArn: "e" },
      ...{ registryName: "f", tasks: 1, bufferSeconds: 300 },
    });
    expect(settings.transforms).to.equal("route,rename,narrow,time-occurred_at");
    expect(settings["transforms.rename.renames"]).to.match(/^x_id:id,/);
    expect(settings["rotate.schedule.interval.ms"]).to.equal("300000");
  });

  it("keeps what can't be written, and stops for none of it", () => {
    expect(told).to.include({
      "errors.tolerance": "all",
      "errors.deadletterqueue.topic.name": "iot.readings.refused",
    });
  });
});
