import { expect } from "chai";
import { brokersOf, type KafkaDefinition } from "../../../components/kafka";
import { kafkaMismatches, topicPlans } from "../../../components/kafka-topics";
import type { DataSet } from "../../../components/contract";
import { parseSettings, SettingsError, type Settings } from "../../../components/settings";
import { CONTRACTS } from "./mocks";

const OWN = { "naru:network": "own", "naru:networkZones": "3" };

function settings(kafka: unknown, config: Record<string, string> = OWN): Settings {
  const text = typeof kafka === "string" ? kafka : JSON.stringify(kafka);
  const least = { "naru:stage": "dev", "naru:owner": "data-team@example.com" };
  return parseSettings({ ...least, "naru:kafka": text, ...config });
}

function problems(kafka: unknown, config?: Record<string, string>): readonly string[] {
  try {
    settings(kafka, config);
    return [];
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.problems;
  }
}

const REQUESTS = CONTRACTS.find(({ id }) => id === "lms.requests")!;

/** A stream without personal data. */
const READINGS: DataSet = {
  ...REQUESTS,
  ...{ id: "iot.readings", domain: "iot", name: "readings" },
  columns: REQUESTS.columns.filter(({ kind }) => kind === undefined),
};

const mismatches = (definition: KafkaDefinition, contracts: readonly DataSet[] = [REQUESTS, READINGS]) =>
  kafkaMismatches(definition, contracts).filter((problem) => problem !== undefined);

describe("naru:kafka", () => {
  it("is none, or a definition with what it does not say left open", () => {
    expect(settings("none").kafka).to.equal("none");
    const given = { cluster: "provisioned", topics: { "lms.requests": { partitions: 6 } } };
    expect(settings(given).kafka).to.deep.equal(given);
  });

  it("needs a network", () => {
    expect(problems({ cluster: "serverless" }, {})).to.deep.equal([
      "naru:kafka: names a cluster, which stands in a network, but naru:network is none. Fix: pulumi config set naru:network own",
    ]);
  });

  it("tells every wrong key at once, at its place", () => {
    expect(problems({ cluster: "provisioned", brokers: "3", topics: [], colour: "red" })).to.have.members([
      "naru:kafka.brokers: is of another form; write a number of brokers",
      "naru:kafka.topics: is of another form; write an object of streams' ids, each with partitions, retentionHours, minInSyncReplicas, replication or consumerGroups",
      "naru:kafka.colour: is no key of it; leave it out",
    ]);
    expect(problems({})[0]).to.contain("naru:kafka.cluster: is missing; write serverless or provisioned");
    const values = {
      ...{ cluster: "provisioned", version: "2.8.1", instance: "kafka.t3.small", storageGb: 5 },
      topics: { "lms.requests": { partitions: 0, minInSyncReplicas: 3, consumerGroups: ["a:b"] } },
    };
    const told = problems(values).join("\n");
    for (const key of [
      'naru:kafka.version: is "2.8.1"; write one of 3.9.x.kraft',
      'naru:kafka.instance: is "kafka.t3.small"; write one of kafka.m7g.large',
      "naru:kafka.storageGb: is 5; write a whole number from 10 to 16384 GiB",
      'naru:kafka.topics["lms.requests"].partitions: is 0; write a whole number from 1',
      'naru:kafka.topics["lms.requests"].minInSyncReplicas: is 3; write a whole number from 2 to 2 copies (fewer than replication',
      'naru:kafka.topics["lms.requests"].consumerGroups[0]: is "a:b"; write up to 100 letters',
    ])
      expect(told).to.contain(key);
  });

  for (const [title, kafka, told] of [
    [
      "brokers of a serverless cluster",
      { cluster: "serverless", brokers: 3 },
      "brokers: is set, but a serverless cluster has no brokers to choose; leave it out",
    ],
    [
      "AWS's key beside the platform's",
      { cluster: "provisioned", awsKey: true },
      "awsKey: is set, but a provisioned cluster is under the platform's key; leave it out",
    ],
    [
      "storage of Express",
      { cluster: "provisioned", instance: "express.m7g.large", storageGb: 100 },
      "storageGb: is set, but the storage of Express brokers grows by itself; leave it out",
    ],
    [
      "Kafka 4 on Express",
      { cluster: "provisioned", instance: "express.m7g.large", version: "4.0.x.kraft" },
      'version: is "4.0.x.kraft"; write one of 3.9.x.kraft, 3.9.x, 3.8.x',
    ],
    [
      "copies of Express",
      {
        ...{ cluster: "provisioned", instance: "express.m7g.large" },
        topics: { "lms.requests": { replication: 4 } },
      },
      'topics["lms.requests"].replication: is 4, but Express has 3 always; leave it out',
    ],
    [
      "brokers that no zones share",
      { cluster: "provisioned", brokers: 4 },
      "brokers: is 4, but 3 zones want a multiple of 3, and replication 3 as many brokers; write 3 or more",
    ],
    [
      "more copies than brokers",
      { cluster: "provisioned", topics: { "lms.requests": { replication: 4 } } },
      "brokers: is 3 by default, but replication is 4; write 6 or more",
    ],
    [
      "a storage that does not grow",
      { cluster: "provisioned", storageGb: 100, storageLimitGb: 110 },
      "storageLimitGb: is 110; write a whole number from 126 to 16384 GiB",
    ],
    [
      "a connector without a plugin",
      { cluster: "provisioned", connect: { streams: ["iot.readings"] } },
      "connect.pluginArn: is missing; write pluginArn, or pluginBucket and pluginKey",
    ],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(problems(kafka)).to.deep.equal([`naru:kafka.${told}`]);
    });
  }

  it("wants three zones of Express, and two or three of any", () => {
    const two = { ...OWN, "naru:networkZones": "2" };
    expect(problems({ cluster: "provisioned", instance: "express.m7g.large" }, two)).to.deep.equal([
      'naru:kafka.instance: is "express.m7g.large", but Express brokers stand in 3 zones and the network has 2; give it 3, or take kafka.m7g.large',
    ]);
    const one = {
      "naru:network": "vpc-0123456789abcdef0",
      "naru:networkSubnetIds": '["subnet-0123456789abcdef0"]',
    };
    expect(problems({ cluster: "serverless" }, one)).to.deep.equal([
      "naru:kafka.cluster: stands in 1 subnets, but MSK takes 2 or 3, each of its own zone; give the network as many",
    ]);
    expect([2, 3].map((zones) => brokersOf({ cluster: "provisioned" }, zones))).to.deep.equal([4, 3]);
  });

  it("brings the endpoint that a connector asks, and none without one", () => {
    const connect = { streams: ["iot.readings"], pluginBucket: "plugins", pluginKey: "sink.zip" };
    expect(settings({ cluster: "provisioned", connect }).networkEndpoints).to.include("glue");
    expect(settings({ cluster: "provisioned" }).networkEndpoints).not.to.include("glue");
  });
});

describe("topics of a cluster", () => {
  it("are those of every stream, or of the named ones", () => {
    const named = (definition: KafkaDefinition) =>
      topicPlans(definition, [REQUESTS, READINGS], 24).map(({ topic }) => topic);
    expect(named({ cluster: "provisioned" })).to.deep.equal(["lms.requests", "iot.readings"]);
    expect(named({ cluster: "provisioned", streams: ["iot.readings"] })).to.deep.equal(["iot.readings"]);
  });

  it("are refused where there is no such stream", () => {
    const told = mismatches({
      ...{ cluster: "provisioned", streams: ["lms.courses"] },
      topics: { "iot.readings": { partitions: 3 } },
    });
    expect(told).to.deep.equal([
      'streams[0]: is "lms.courses"; write one of lms.requests, iot.readings',
      'topics: is "iot.readings"; write one of lms.courses',
    ]);
  });

  it("hold personal data under AWS's own key only where that is said", () => {
    const [told, ...others] = mismatches({ cluster: "serverless" });
    expect(told).to.match(/^streams: have lms\.requests, which holds personal data/);
    expect(others).to.deep.equal([]);
    expect(mismatches({ cluster: "serverless", awsKey: true })).to.deep.equal([]);
    expect(mismatches({ cluster: "serverless", streams: ["iot.readings"] })).to.deep.equal([]);
  });

  it("go through no connector where a transform is wanted", () => {
    const connect = (...streams: string[]): KafkaDefinition => ({
      ...{ cluster: "provisioned" },
      connect: { streams, pluginBucket: "plugins", pluginKey: "sink.zip" },
    });
    expect(mismatches(connect("iot.readings"))).to.deep.equal([]);
    const [personal, ...others] = mismatches(connect("lms.requests", "iot.readings"));
    expect(personal).to.match(/^connect\.streams: has lms\.requests, which holds personal data.*by Firehose/);
    expect(others).to.deep.equal([]);
    const [first, ...rest] = READINGS.columns;
    const decimal: DataSet = { ...READINGS, columns: [{ ...first!, type: "decimal(9,2)" }, ...rest] };
    expect(mismatches(connect("iot.readings"), [decimal])[0]).to.contain(
      `column ${first!.name} is a decimal`,
    );
  });
});
