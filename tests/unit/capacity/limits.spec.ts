import { expect } from "chai";
import {
  limitsOf,
  mostEventsPerRequest,
  type CapacitySettings,
  type StreamLoad,
} from "../../../components/capacity";
import { connectionsOf, sizeFor } from "../../../components/capacity/connections";
import type { DatabaseDefinition } from "../../../components/database";

/** 36 bytes more with the partition key's 64: 100 bytes a record. */
const stream = (change: Partial<StreamLoad> = {}): StreamLoad => ({
  ...{ id: "shop.orders", eventsPerSecond: 5000, eventBytes: 36, consumed: false },
  ...change,
});

const settings = (change: Partial<CapacitySettings> = {}): CapacitySettings => ({
  ...{ streamCapacity: 4, apiRequestsPerSecond: 500, database: "none" },
  ...change,
});

const SEOUL = "ap-northeast-2";

function limit(
  part: string,
  streams: readonly StreamLoad[],
  given: CapacitySettings,
  region = SEOUL,
  eventsPerRequest: number | null = null,
) {
  const found = limitsOf({ streams, settings: given, region, eventsPerRequest }).filter(({ name }) =>
    name.startsWith(part),
  );
  expect(found, part).to.have.length(1);
  return found[0]!;
}

describe("limits of a shard", () => {
  it("count small records: 5,000 a second need five shards", () => {
    const { needed, allowed, fix } = limit("Kinesis: writing", [stream()], settings());
    expect([needed, allowed]).to.deep.equal([5, 4]);
    expect(fix).to.equal("Fix: pulumi config set naru:streamCapacity 5");
  });

  it("count bytes, the partition key among them: 5,000 records of 936 + 64 bytes need five shards", () => {
    const large = stream({ eventBytes: 936 });
    expect(limit("Kinesis: writing", [large], settings()).needed).to.equal(5);
    expect(limit("Kinesis: writing", [{ ...large, eventBytes: 1936 }], settings()).needed).to.equal(10);
  });

  it("share what is read among two readers: 5 MB/s twice need five shards of 2 MB/s", () => {
    const large = stream({ eventBytes: 936 });
    const database = { engine: "postgresql" } as const;
    expect(limit("Kinesis: reading", [large], settings()).needed).to.equal(2.5);
    expect(limit("Kinesis: reading", [{ ...large, consumed: true }], settings({ database })).needed).to.equal(
      5,
    );
  });

  it("share it among the lake's delivery and each destination's, of which five are the most", () => {
    const large = stream({ eventBytes: 936, destinations: 3 });
    expect(limit("Kinesis: reading", [large], settings())).to.include({
      name: `Kinesis: reading ${large.id} (Firehose 4 times)`,
      needed: 10,
    });
    const readers = limit("Kinesis: readers", [{ ...large, destinations: 5 }], settings());
    expect(readers).to.include({ needed: 6, allowed: 5, setting: "deliveryDestinations" });
    expect(readers.fix).to.contain("Name 1 fewer");
    const database = { engine: "postgresql" } as const;
    const consumed = { ...large, consumed: true };
    expect(limit("Kinesis: readers", [consumed], settings({ database })).needed).to.equal(5);
    const own = settings({ database, enhancedFanOut: true });
    expect(limit("Kinesis: readers", [consumed], own).needed).to.equal(4);
  });

  it("on demand are read first where more than two read what is large", () => {
    const large = stream({ eventBytes: 936 });
    const onDemand = settings({ streamCapacity: "on-demand" });
    const names = (destinations: number) =>
      limitsOf({ streams: [{ ...large, destinations }], settings: onDemand, region: SEOUL }).map(
        ({ name, needed }) => `${name}: ${needed}`,
      );
    expect(names(1)).to.include(`Kinesis: writing ${large.id}, new on-demand stream: 5`);
    expect(names(2)).to.include(`Kinesis: reading (Firehose 3 times) ${large.id}, new on-demand stream: 7.5`);
  });

  it("end at 500, where streams on demand go on", () => {
    const { fix } = limit("Kinesis: writing", [stream({ eventsPerSecond: 500_001 })], settings());
    expect(fix).to.equal("Fix: pulumi config set naru:streamCapacity on-demand");
  });

  it("fill the account's: 400 shards for each of three streams are more than 1,000, and not in Ireland", () => {
    const three = ["a", "b", "c"].map((id) => stream({ id }));
    const many = settings({ streamCapacity: 400 });
    expect(limit("Kinesis: shards", three, many)).to.include({
      needed: 1200,
      allowed: 1000,
      remedy: "quota",
    });
    expect(limit("Kinesis: shards", three, many, "eu-west-1")).to.include({ allowed: 20_000 });
  });
});

describe("limits of a stream on demand", () => {
  const onDemand = settings({ streamCapacity: "on-demand" });

  it("are 4 MB/s when new, which time mends, and 200 when grown, which AWS does", () => {
    const large = [stream({ eventsPerSecond: 5000, eventBytes: 936 })];
    expect(limit("Kinesis: writing shop.orders, new", large, onDemand)).to.include({
      ...{ needed: 5, allowed: 4, remedy: "time" },
    });
    expect(limit("Kinesis: writing shop.orders, grown", large, onDemand)).to.include({
      ...{ needed: 5, allowed: 200, remedy: "quota" },
    });
    expect(limit("Kinesis: writing shop.orders, grown", large, onDemand, "us-east-1").allowed).to.equal(
      10_000,
    );
  });

  it("offer no number of shards that the setting refuses", () => {
    const rate = (eventsPerSecond: number) =>
      limit("Kinesis: writing shop.orders, new", [stream({ eventsPerSecond })], onDemand).fix;
    expect(rate(5000)).to.match(/naru:streamCapacity 5$/);
    expect(rate(500_001)).not.to.contain("streamCapacity");
  });
});

describe("limits of the collector", () => {
  it("count requests of 500 events, or as many as 1 MB holds, or as senders gather", () => {
    expect(mostEventsPerRequest(stream())).to.equal(500);
    expect(mostEventsPerRequest(stream({ eventBytes: 10_000 }))).to.equal(100);
    expect(mostEventsPerRequest(stream({ eventBytes: 2_000_000 }))).to.equal(1);
    const part = "API Gateway: the collector's throttle";
    expect(limit(part, [stream()], settings()).needed).to.equal(10);
    expect(limit(part, [stream()], settings(), SEOUL, 5)).to.include({ needed: 1000, allowed: 500 });
    expect(limit(part, [stream()], settings(), SEOUL, 5).fix).to.equal(
      "Fix: pulumi config set naru:apiRequestsPerSecond 1000",
    );
    expect(limit(part, [stream({ eventBytes: 10_000 })], settings(), SEOUL, 900).needed).to.equal(50);
  });

  it("tell what to do beyond what one collector takes", () => {
    const { fix } = limit(
      "API Gateway: the collector's",
      [stream({ eventsPerSecond: 20_000 })],
      settings(),
      SEOUL,
      1,
    );
    expect(fix).to.contain("Send more events in a request").and.not.contain("pulumi config set");
  });

  it("are the account's, lower in some regions", () => {
    expect(limit("API Gateway: all", [stream()], settings()).allowed).to.equal(10_000);
    expect(limit("API Gateway: all", [stream()], settings(), "ap-southeast-3").allowed).to.equal(2500);
  });
});

describe("functions at once", () => {
  it("are at least a tenth of the requests a second, as an environment takes ten", () => {
    // 2,000 requests/s of one event in 30 ms and a little would be 61 at once.
    const { needed, basis } = limit(
      "Lambda: functions",
      [stream({ eventsPerSecond: 2000 })],
      settings(),
      SEOUL,
      1,
    );
    expect(basis).to.match(/^collector 200, pseudonymising 1; /);
    expect(needed).to.equal(201);
  });

  it("add up the collector, what pseudonymises, and the database's consumer", () => {
    // 100,000/s: 200 requests/s of 500 events in 67 ms, under a tenth of a second: 20. 10 batches/s of 10,000 events in 243 ms: 3.
    // And 100,000 rows of 0.36 ms: 36.
    const busy = stream({ eventsPerSecond: 100_000, eventBytes: 100, consumed: true });
    const { needed, basis } = limit(
      "Lambda: functions",
      [busy],
      settings({ database: { engine: "postgresql" } }),
    );
    expect(basis).to.match(/^collector 20, pseudonymising 3, database 36; /);
    expect(needed).to.equal(59);
  });
});

describe("limits of the database", () => {
  const consumed = stream({ consumed: true });

  it("are a batch of each shard at a time: 5,000 rows of 0.36 ms are 1.8 at once, of MySQL 2.7", () => {
    const of = (engine: "postgresql" | "mysql") =>
      limit("Lambda: writing", [consumed], settings({ streamCapacity: 2, database: { engine } }));
    expect(of("postgresql").needed).to.be.closeTo(1.8, 1e-9);
    expect(of("mysql").needed).to.be.closeTo(2.7, 1e-9);
    expect(of("mysql")).to.include({ allowed: 2, remedy: "setting" });
    expect(of("mysql").fix).to.match(/streamCapacity 3$/);
  });

  it("are a connection for each shard", () => {
    const micro = settings({ streamCapacity: 100, database: { engine: "postgresql" } });
    const { needed, allowed, fix } = limit("RDS: connections of postgresql micro", [consumed], micro);
    // 0.7 of 1 GiB by 9,531,392 bytes.
    expect([needed, allowed]).to.deep.equal([100, 78]);
    expect(fix).to.equal(
      `Fix: pulumi config set naru:database '{"engine":"postgresql","workload":"small","size":"small"}'`,
    );
  });

  it("are of no stream that is not written there", () => {
    const names = limitsOf({
      streams: [stream()],
      settings: settings({ database: { engine: "postgresql", streams: [] } }),
      region: SEOUL,
    }).map(({ name }) => name);
    expect(names.filter((name) => /database|RDS/.test(name))).to.deep.equal([]);
  });

  const CONNECTIONS: readonly [DatabaseDefinition, number][] = [
    // 0.7 of 2 GiB by 12,582,880 bytes.
    [{ engine: "mysql", size: "small" }, 119],
    [{ engine: "mariadb", workload: "cpu" }, 477],
    [{ engine: "postgresql", workload: "query", size: "4xlarge" }, 5000],
    [{ engine: "aurora-postgresql" }, 315],
    [{ engine: "aurora-mysql" }, 90],
    [{ engine: "aurora-mysql", workload: "query", size: "xlarge" }, 2000],
    [{ engine: "aurora-mysql", proxy: true }, 81],
  ];
  for (const [definition, connections] of CONNECTIONS) {
    it(`are ${connections} connections of ${JSON.stringify(definition)}`, () => {
      expect(connectionsOf(definition)).to.equal(connections);
    });
  }

  it("offer the smallest size that is enough, else the class for queries, else none", () => {
    expect(sizeFor({ engine: "aurora-mysql" }, 100)).to.include({ workload: "small", size: "large" });
    expect(sizeFor({ engine: "aurora-mysql" }, 136)).to.include({ workload: "query", size: "large" });
    expect(sizeFor({ engine: "aurora-mysql" }, 4001)).to.equal(undefined);
  });
});
