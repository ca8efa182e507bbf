import { expect } from "chai";
import {
  broken,
  capacityProblems,
  checkCapacity,
  limitsOf,
  outlook,
  scaledTo,
  totalRate,
  type CapacitySettings,
  type StreamLoad,
} from "../../../components/capacity";
import { QUOTAS } from "../../../components/capacity/quotas";
import type { DataSet } from "../../../components/contract";
import { SettingsError } from "../../../components/settings";
import { Random } from "../../../samples/random";

const SETTINGS: CapacitySettings = { streamCapacity: 1, apiRequestsPerSecond: 500, database: "none" };

/** As much of a contract as its rate needs. */
const contract = (id: string, eventsPerSecond: number, eventBytes = 400) =>
  ({ id, ingestion: "stream", eventsPerSecond, eventBytes }) as DataSet;

describe("what settings can't carry", () => {
  it("is told with the setting that mends it", () => {
    expect(capacityProblems([contract("shop.orders", 5000)], SETTINGS)).to.deep.equal([
      "naru:streamCapacity: the contracts' 5000 events a second need 5 shards, and 1 are there " +
        "(Kinesis: writing shop.orders). Fix: pulumi config set naru:streamCapacity 5",
    ]);
  });

  it("is told all at once, each setting once, with the value that is enough for all", () => {
    const contracts = [contract("a.a", 3000), contract("b.b", 7000)];
    const settings = { ...SETTINGS, apiRequestsPerSecond: 1 };
    const problems = capacityProblems(contracts, settings);
    expect(problems.map((problem) => problem.slice(problem.indexOf("Fix: ")))).to.have.members([
      "Fix: pulumi config set naru:streamCapacity 7",
      "Fix: pulumi config set naru:apiRequestsPerSecond 20",
    ]);
    expect(() => checkCapacity(contracts, settings)).to.throw(SettingsError, "has 2 error(s)");
    expect(() =>
      checkCapacity(contracts, { ...settings, streamCapacity: 7, apiRequestsPerSecond: 20 }),
    ).not.to.throw();
  });

  it("is nothing where only AWS's quotas or time are in the way", () => {
    const settings = { ...SETTINGS, streamCapacity: "on-demand" } as const;
    const contracts = [contract("shop.orders", 240_000, 1000)];
    const limits = limitsOf({
      streams: [{ id: "shop.orders", eventsPerSecond: 240_000, eventBytes: 1000, consumed: false }],
      ...{ settings, region: "ap-northeast-2" },
    });
    expect(broken(limits).map(({ remedy }) => remedy)).to.deep.equal(["time", "quota"]);
    expect(capacityProblems(contracts, settings)).to.deep.equal([]);
  });

  it("is nothing of files", () => {
    const csv = { ...contract("shop.shops", 0), ingestion: "csv" } as DataSet;
    expect(capacityProblems([csv], SETTINGS)).to.deep.equal([]);
  });
});

describe("the outlook", () => {
  const orders: StreamLoad = { id: "shop.orders", eventsPerSecond: 50, eventBytes: 400, consumed: false };

  it("names first what breaks at the lowest rate", () => {
    const args = { streams: [orders], settings: SETTINGS, region: "ap-northeast-2", eventsPerRequest: 1 };
    const first = outlook(args).map(({ broken: [limit] }) => limit?.name ?? null);
    const throttle = "API Gateway: the collector's throttle";
    expect(first).to.deep.equal([null, throttle, throttle, throttle, throttle]);
  });

  it("shares a rate among streams as contracts do", () => {
    const clicks = { ...orders, id: "shop.clicks", eventsPerSecond: 150 };
    const scaled = scaledTo([orders, clicks], 1000);
    expect(scaled.map(({ eventsPerSecond }) => eventsPerSecond)).to.deep.equal([250, 750]);
    expect(totalRate(scaled)).to.equal(1000);
  });

  it("is empty without streams", () => {
    expect(outlook({ streams: [], settings: SETTINGS, region: "ap-northeast-2" })).to.deep.equal([]);
  });
});

describe("capacity of random stacks", () => {
  const random = new Random(20_261_121);
  const stacks = Array.from({ length: 300 }, () => {
    const engine = random.pick(["postgresql", "mysql", "aurora-mysql", "none"] as const);
    const settings: CapacitySettings = {
      streamCapacity: random.pick(["on-demand", 1, 7, 500] as const),
      apiRequestsPerSecond: random.pick([1, 500, 10_000]),
      database: engine === "none" ? engine : { engine },
    };
    const streams = Array.from({ length: random.integer(1, 4) }, (_, at) => ({
      ...{ id: `d.s${at}`, eventsPerSecond: random.integer(1, 100_000) },
      ...{ eventBytes: random.integer(1, 20_000), consumed: engine !== "none" && random.pick([true, false]) },
    }));
    return { streams, settings, region: random.pick(["ap-northeast-2", "us-east-1", "ap-southeast-3"]) };
  });

  it("needs no less of any limit at a higher rate", () => {
    for (const args of stacks) {
      const rates = [1, 99, 5000, 123_456, 3_000_000];
      const limits = rates.map((rate) => limitsOf({ ...args, streams: scaledTo(args.streams, rate) }));
      for (const [at, lower] of limits.slice(0, -1).entries()) {
        for (const [place, { name, needed }] of lower.entries()) {
          expect(limits[at + 1]![place]!.name).to.equal(name);
          expect(limits[at + 1]![place]!.needed, name).to.be.at.least(needed);
        }
      }
    }
  });

  it("keeps what broke broken, where shards are set", () => {
    for (const args of stacks.filter(({ settings }) => settings.streamCapacity !== "on-demand")) {
      const names = outlook(args).map(({ broken: wrong }) => wrong.map(({ name }) => name));
      for (const [at, lower] of names.slice(0, -1).entries()) {
        expect(names[at + 1]).to.include.members(lower);
      }
    }
  });

  it("has for each limit a number, a remedy, a fix and a source of AWS's own", () => {
    for (const args of stacks) {
      for (const limit of limitsOf(args)) {
        expect(limit.allowed, limit.name).to.be.above(0);
        expect(limit.fix, limit.name).to.not.equal("");
        expect(limit.remedy === "setting", limit.name).to.equal(limit.setting !== undefined);
        expect(Object.values(QUOTAS)).to.include(limit.quota);
        expect(limit.quota.source).to.match(/^https:\/\/docs\.aws\.amazon\.com\//);
      }
    }
  });
});
