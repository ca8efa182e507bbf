import { expect } from "chai";
import {
  capacityProblems,
  declaredLoad,
  limitsOf,
  type CapacitySettings,
  type StreamLoad,
} from "../../../components/capacity";
import { kafkaSizeFor } from "../../../components/capacity/kafka-size";
import { hasTopic } from "../../../components/capacity/kafka-demand";
import type { DataSet } from "../../../components/contract";
import { kafkaPlacementProblems, kafkaProblems, type KafkaDefinition } from "../../../components/kafka";
import { partitionsFor } from "../../../components/kafka-topics";
import { Random } from "../../../samples/random";

const settings = (kafka: KafkaDefinition): CapacitySettings => ({
  ...{ streamCapacity: "on-demand", apiRequestsPerSecond: 500, database: "none", enhancedFanOut: false },
  ...{ kafka, streamRetentionHours: 24, network: "own", networkZones: 3 },
});

const contract = (eventsPerSecond: number, eventBytes = 1000) =>
  ({
    ...{ id: "shop.orders", domain: "shop", name: "orders", ingestion: "stream", columns: [] },
    ...{ eventsPerSecond, eventBytes },
  }) as unknown as DataSet;

const PROVISIONED: KafkaDefinition = { cluster: "provisioned" };
const EXPRESS: KafkaDefinition = { cluster: "provisioned", instance: "express.m7g.large" };
const SERVERLESS: KafkaDefinition = { cluster: "serverless" };

function limit(part: string, definition: KafkaDefinition, streams: readonly StreamLoad[]) {
  const found = limitsOf({ streams, settings: settings(definition), region: "ap-northeast-2" }).filter(
    ({ name }) => name.startsWith(`MSK: ${part}`),
  );
  expect(found, part).to.have.length(1);
  return found[0]!;
}

/** At a rate of events of 1,000 bytes: thousands of them are MB. */
const loadOf = (definition: KafkaDefinition, eventsPerSecond: number) =>
  declaredLoad([contract(eventsPerSecond)], settings(definition));

describe("limits of a Kafka cluster", () => {
  it("are none without a cluster, or of a stream without a topic", () => {
    const none = { ...settings(PROVISIONED), kafka: "none" } as const;
    const named = (given: CapacitySettings) =>
      limitsOf({
        ...{ streams: declaredLoad([contract(1)], given), settings: given, region: "ap-northeast-2" },
      }).filter(({ name }) => name.startsWith("MSK"));
    expect(named(none)).to.deep.equal([]);
    expect(named(settings({ ...PROVISIONED, streams: ["other.one"] }))).to.deep.equal([]);
  });

  for (const [title, definition, mb] of [
    ["10 MB/s by Firehose", PROVISIONED, 10],
    ["10 MB/s by Firehose, before Express's 15", EXPRESS, 10],
    ["5 MB/s of a serverless cluster", SERVERLESS, 5],
  ] as const) {
    it(`count a partition with ${title}`, () => {
      const { needed, allowed } = limit("partitions of shop.orders", definition, loadOf(definition, 60_000));
      expect(needed).to.equal(60 / mb);
      // Twice the declared rate by 5 MB/s each.
      expect(allowed).to.equal(24);
    });
  }

  it("count copies: brokers write three, four cost a third more", () => {
    const four = { ...PROVISIONED, brokers: 6, topics: { "shop.orders": { replication: 4 } } };
    expect(limit("writing into the brokers", PROVISIONED, loadOf(PROVISIONED, 30_000)).needed).to.equal(30);
    expect(limit("writing into the brokers", four, loadOf(four, 30_000)).needed).to.equal(40);
    expect(limit("partitions of the brokers", four, loadOf(four, 30_000)).needed).to.equal(12 * 4);
  });

  it("count every group that reads", () => {
    const read = { ...EXPRESS, topics: { "shop.orders": { consumerGroups: ["a", "b"] } } };
    expect(limit("reading from the brokers", read, loadOf(read, 10_000)).needed).to.equal(30);
  });

  it("count what is kept, with its copies, on disks that are never full", () => {
    const { needed, allowed } = limit("storage", PROVISIONED, loadOf(PROVISIONED, 1000));
    expect(Math.round(needed)).to.equal(Math.round((86_400 * 3 * 1e6) / 2 ** 30 / 0.85));
    expect(allowed).to.equal(3 * 500);
  });

  it("ask AWS of a serverless cluster, which has no size to set", () => {
    const { needed, allowed, remedy } = limit(
      "writing into the serverless",
      SERVERLESS,
      loadOf(SERVERLESS, 300_000),
    );
    expect([needed, allowed, remedy]).to.deep.equal([300, 200, "quota"]);
  });
});

describe("a plan whose cluster can't carry the declared rate", () => {
  it("is refused, with a definition that can", () => {
    const [problem, ...others] = capacityProblems([contract(50_000, 400)], settings(PROVISIONED));
    expect(others).to.deep.equal([]);
    expect(problem).to.contain("naru:kafka: the contracts' 50000 events a second need");
    const [, mended] = /naru:kafka '(.+)'$/.exec(problem!)!;
    const definition = JSON.parse(mended!) as KafkaDefinition;
    expect(definition).to.deep.include({ cluster: "provisioned", brokers: 3 });
    expect(capacityProblems([contract(50_000, 400)], settings(definition))).to.deep.equal([]);
  });

  it("is mended at once by what is told, whatever the rate and the cluster (300 random ones)", () => {
    const random = new Random(20_261_121);
    let mendable = 0;
    for (let at = 0; at < 300; at++) {
      const definition = random.pick([PROVISIONED, EXPRESS, SERVERLESS]);
      const contracts = [contract(random.integer(1, 500_000), random.integer(50, 1000))];
      const partitions = { ...definition, topics: { "shop.orders": { partitions: random.integer(1, 10) } } };
      const streams = declaredLoad(contracts, settings(partitions)).filter(hasTopic);
      const larger = kafkaSizeFor(partitions, streams, 3);
      if (larger === undefined) continue;
      mendable++;
      expect([...kafkaProblems(larger), ...kafkaPlacementProblems(larger, 3)].filter(Boolean)).to.deep.equal(
        [],
      );
      const left = capacityProblems(contracts, settings(larger)).filter((one) =>
        one.startsWith("naru:kafka"),
      );
      expect(left, JSON.stringify(larger)).to.deep.equal([]);
    }
    expect(mendable).to.be.greaterThan(150);
  });
});

describe("partitions of a topic that says none", () => {
  it("are three, or carry twice the declared rate", () => {
    expect(partitionsFor({ eventsPerSecond: 50, eventBytes: 400 })).to.equal(3);
    expect(partitionsFor({ eventsPerSecond: 10_000, eventBytes: 1000 })).to.equal(4);
    expect(partitionsFor({ eventsPerSecond: 100_000, eventBytes: 1000 })).to.equal(40);
  });
});
