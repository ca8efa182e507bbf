import { expect } from "chai";
import { filesOf } from "../../../components/cost/rules/firehose";
import { gbSeconds } from "../../../components/cost/rules/lambda";
import { billOf, contextOf, EVENTS, expectBill, GB, resource, STREAM, UNKNOWN } from "./planned";

describe("cost of Kinesis", () => {
  const type = "aws:kinesis/stream:Stream";
  const name = "naru-dev-lms-requests";

  it("is 13.505 USD for a shard, and a payload unit for each event", () => {
    expectBill(
      billOf(resource(type, { name, shardCount: 1, streamModeDetails: { streamMode: "PROVISIONED" } })),
      {
        "1 shard(s)": 730 * 0.0185,
        written: (EVENTS / 1_000_000) * 0.0173,
      },
    );
  });

  it("counts units of 25 KB, the key of 64 bytes with them", () => {
    const bill = (eventBytes: number) =>
      billOf(resource(type, { name, shardCount: 2 }), contextOf({ streams: [{ ...STREAM, eventBytes }] }))
        .written;
    expect(bill(25_536)).to.be.closeTo((EVENTS / 1_000_000) * 0.0173, 1e-9);
    expect(bill(25_537)).to.be.closeTo((2 * EVENTS * 0.0173) / 1_000_000, 1e-9);
  });

  it("asks for shards that keep longer than a day, and says what a year would be: not priced", () => {
    expect(
      billOf(resource(type, { name, shardCount: 3, retentionPeriod: 168 }))["kept for 168 hours"],
    ).to.be.closeTo(3 * 730 * 0.0247, 1e-9);
    expect(billOf(resource(type, { name, shardCount: 3, retentionPeriod: 8760 }))).to.include({
      "kept beyond 168 hours": "not-priced",
    });
  });

  it("rounds records on demand up to 1 KB, in, out for each reader, and kept", () => {
    const stream = resource(type, {
      name,
      streamModeDetails: { streamMode: "ON_DEMAND" },
      retentionPeriod: 48,
    });
    const reader = resource(
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      {},
      {
        kinesisSourceConfiguration: [stream.urn],
      },
    );
    // 1,000 + 64 bytes are two KB.
    const gb = (EVENTS * 2048) / GB;
    expectBill(billOf(stream, contextOf({ resources: [stream, reader] })), {
      "on-demand stream": 730 * 0.049,
      written: gb * 0.098,
      read: gb * 0.049,
      "kept for 24 hours more": ((gb * 24) / 730) * 0.1225,
    });
  });

  it("asks KMS every five minutes for the writer and each reader", () => {
    const bill = billOf(resource(type, { name, shardCount: 1, encryptionType: "KMS" }));
    expect(bill["KMS requests"]).to.be.closeTo((12 * 730 * 0.03) / 10_000, 1e-9);
  });

  it("depends on what the plan does not know", () => {
    expectBill(billOf(resource(type, { name, retentionPeriod: UNKNOWN })), { stream: "depends" });
    expectBill(billOf(resource(type, { name, shardCount: UNKNOWN })), { shards: "depends" });
    expect(billOf(resource(type, { name: UNKNOWN, shardCount: 1 }))).to.include({
      "data of the stream": "depends",
    });
    expect(billOf(resource(type, { name: "naru-dev-other", shardCount: 1 }))).to.include({
      "data of the stream": "depends",
    });
  });

  it("is by shard, hour and GB with enhanced fan-out", () => {
    const stream = resource(type, { name, shardCount: 2 });
    const consumer = resource("aws:kinesis/streamConsumer:StreamConsumer", {}, { streamArn: [stream.urn] });
    expectBill(billOf(consumer, contextOf({ resources: [stream, consumer] })), {
      "enhanced fan-out": 2 * 730 * 0.015,
      "read with enhanced fan-out": ((EVENTS * 2048) / GB) * 0.013,
    });
    expectBill(billOf(consumer), { "enhanced fan-out": "depends" });
  });
});

describe("cost of Firehose", () => {
  const type = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
  const name = "naru-dev-lms-requests";
  const s3 = {
    ...{ bufferingSize: 64, bufferingInterval: 300 },
    dataFormatConversionConfiguration: { enabled: true },
    dynamicPartitioningConfiguration: { enabled: true },
  };

  it("rounds each record up to 5 KB, and counts the files of its buffer", () => {
    const taken = (EVENTS * 5120) / GB;
    expectBill(billOf(resource(type, { name, extendedS3Configuration: s3 })), {
      "taken in": taken * 0.029,
      "made Parquet": taken * 0.018,
      "delivered into partitions": ((EVENTS * 1000) / GB) * 0.02,
      "files in partitions": (8760 * 0.005) / 1000,
      "files written to S3": (8760 * 0.0045) / 1000,
    });
  });

  it("rounds 5,121 bytes up to ten KB", () => {
    const bill = billOf(resource(type, { name }), contextOf({ streams: [{ ...STREAM, eventBytes: 5121 }] }));
    expectBill(bill, {
      "taken in": ((EVENTS * 10_240) / GB) * 0.029,
      "files written to S3": (8760 * 0.0045) / 1000,
    });
  });

  it("writes a file whenever the buffer is full, if that is sooner", () => {
    expect(filesOf(1024, 64, 300)).to.equal(16_384);
    expect(filesOf(0, 64, 300)).to.equal(0);
  });

  it("of a destination beside the lake counts what is taken in, and has no price inside a network", () => {
    const taken = { "taken in": ((EVENTS * 5120) / GB) * 0.029 };
    const to = (block: string, own: object) =>
      billOf(resource(type, { name: "naru-dev-to-search-lms-requests", [block]: own }));
    expectBill(to("httpEndpointConfiguration", { url: "https://collect.example.com/" }), taken);
    expectBill(to("opensearchConfiguration", { indexName: "requests" }), taken);
    expectBill(to("opensearchserverlessConfiguration", { vpcConfig: { subnetIds: [UNKNOWN] } }), {
      ...taken,
      "delivery into a network": "not-priced",
    });
  });

  it("has another price for Kafka, and depends on unknown buffers", () => {
    expectBill(billOf(resource(type, { name, mskSourceConfiguration: { topicName: "a" } })), {
      "records from Kafka": "not-priced",
    });
    const unknown = { ...s3, bufferingSize: UNKNOWN };
    expect(billOf(resource(type, { name, extendedS3Configuration: unknown }))).to.include({
      files: "depends",
    });
  });
});

describe("cost of Lambda", () => {
  const type = "aws:lambda/function:Function";
  const inputs = { memorySize: 512, architectures: ["arm64"], tags: { "naru:role": "collector" } };

  it("is memory in GB for each second: 2,000 seconds of 512 MB are 1,000", () => {
    expect(gbSeconds(2000, 512)).to.equal(1000);
  });

  it("calls the collector for each request, in whole milliseconds", () => {
    // 500 events: 30 ms and 500 × 0.0213 × 1769 / 512 = 36.8 ms.
    expectBill(billOf(resource(type, inputs)), {
      calls: (EVENTS / 500 / 1_000_000) * 0.2,
      "seconds × 512 MB": ((EVENTS / 500) * 67 * 0.5 * 0.0000133334) / 1000,
    });
  });

  it("calls it more often where senders gather less, and costs more on x86_64", () => {
    const bill = billOf(
      resource(type, { ...inputs, architectures: undefined }),
      contextOf({ eventsPerRequest: 1 }),
    );
    // 30 ms and 0.0736 ms.
    expectBill(bill, {
      calls: (EVENTS / 1_000_000) * 0.2,
      "seconds × 512 MB": (EVENTS * 31 * 0.5 * 0.0000166667) / 1000,
    });
  });

  it("calls what pseudonymises for each MB", () => {
    const pseudonymiser = {
      memorySize: 1024,
      architectures: ["arm64"],
      name: "naru-dev-pseudonymise-lms-requests",
    };
    // 1,000 events: 30 ms and 1000 × 0.0123 × 1769 / 1024 = 21.2 ms.
    expectBill(billOf(resource(type, pseudonymiser)), {
      calls: (EVENTS / 1000 / 1_000_000) * 0.2,
      "seconds × 1024 MB": ((EVENTS / 1000) * 52 * 0.0000133334) / 1000,
    });
  });

  it("depends on calls of which nothing tells, and on unknown memory", () => {
    expectBill(billOf(resource(type, { name: "other" })), { calls: "depends" });
    expectBill(billOf(resource(type, { ...inputs, memorySize: UNKNOWN })), { calls: "depends" });
  });
});
