import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { capacity, type CapacityOptions } from "../../../cli/capacity";
import type { CapacityReport } from "../../../cli/capacity/report";
import { SettingsError } from "../../../components/settings";
import { ROOT } from "../../../local/paths";

describe("naru capacity", () => {
  let root: string;
  let said: string[];
  let wrong: string[];

  const configure = (...lines: string[]) =>
    writeFileSync(
      join(root, "Pulumi.dev.yaml"),
      ["config:", "naru:stage: dev", "naru:owner: data-team@example.com", ...lines].join("\n  "),
    );
  const run = (options: Partial<CapacityOptions> = {}) =>
    capacity({
      ...{ stack: "dev", root },
      output: { out: (text) => said.push(text), err: (text) => wrong.push(text) },
      ...options,
    });
  const report = async (options: Partial<CapacityOptions> = {}) => {
    await run({ ...options, json: true });
    return JSON.parse(said.at(-1)!) as CapacityReport;
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "naru-capacity-"));
    [said, wrong] = [[], []];
    writeFileSync(join(root, "Pulumi.yaml"), "name: naru\n");
    cpSync(join(ROOT, "contracts"), join(root, "contracts"), { recursive: true });
    configure("naru:streamCapacity: '1'");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  for (const stack of ["dev", "prod", "local"]) {
    it(`holds for the project's own ${stack} at the declared rate`, async () => {
      expect(await run({ stack, root: ROOT })).to.equal(0);
      expect(said.join()).to.contain("HOLDS at 50 events/s");
    });
  }

  it("prints a line for each limit, with what is needed, what is allowed and how many times over", async () => {
    await run();
    expect(said.join()).to.match(/^Kinesis: writing lms\.requests +0\.05 +1 +shards +20 x +a setting$/m);
    expect(said.join()).to.match(
      /^API Gateway: the collector's throttle +0\.1 +500 +requests\/s +5,000 x +a setting$/m,
    );
  });

  it("tells what breaks at a rate, the first first, with the fix, and exits 1", async () => {
    expect(await run({ eventsPerSecond: "5000" })).to.equal(1);
    const lines = said.join().split("\n");
    const at = lines.indexOf("BREAKS at 5,000 events/s: 2 limits, the first first");
    expect(lines.slice(at + 1, at + 3)).to.deep.equal([
      "  - Kinesis: writing lms.requests: 5 of 1 shards. Fix: pulumi config set naru:streamCapacity 5",
      "  - Kinesis: reading lms.requests (Firehose): 1.2 of 1 shards. Fix: pulumi config set naru:streamCapacity 2",
    ]);
  });

  it("looks from a hundred to a million events a second", async () => {
    await run();
    const outlook = said
      .join()
      .split("\n")
      .filter((line) => /^ +[\d,]+ events\/s  /.test(line));
    expect(outlook.map((line) => line.trim().split("  ")[0])).to.deep.equal([
      ...["100 events/s", "1,000 events/s", "10,000 events/s", "100,000 events/s", "1,000,000 events/s"],
    ]);
    expect(outlook[1]).to.match(/holds$/);
    expect(outlook[2]).to.match(
      /breaks first: Kinesis: writing lms\.requests: 10 of 1 shards .*streamCapacity 10$/,
    );
  });

  it("counts the requests that senders make", async () => {
    const { limits, streams } = await report({ eventsPerSecond: "1000", eventsPerRequest: "1" });
    expect(streams.map(({ eventsPerRequest }) => eventsPerRequest)).to.deep.equal([1]);
    expect(limits.find(({ name }) => name.includes("throttle"))).to.include({ needed: 1000, allowed: 500 });
  });

  it("reads the database's setting, and the region", async () => {
    configure("aws:region: us-east-1", "naru:network: own", `naru:database: '{"engine":"mysql"}'`);
    const { limits, region } = await report();
    expect(region).to.equal("us-east-1");
    expect(limits.map(({ name }) => name)).to.include.members([
      ...["Lambda: writing lms.requests into the database", "RDS: connections of mysql micro"],
    ]);
    expect(limits.find(({ name }) => name.includes("grown"))!.allowed).to.equal(10_000);
  });

  it("says so where no contract is a stream", async () => {
    rmSync(join(root, "contracts/lms"), { recursive: true });
    expect(await run({ eventsPerSecond: "10" })).to.equal(0);
    expect(said).to.deep.equal(["dev (ap-northeast-2) has no stream: no contract has ingestion stream."]);
  });

  for (const given of ["0", "-1", "1.5", "many", "", "1000000000"]) {
    it(`takes no rate "${given}"`, async () => {
      expect(await run({ eventsPerSecond: given, eventsPerRequest: given })).to.equal(2);
      expect(wrong).to.deep.equal([
        `naru capacity: --events-per-second is "${given}"; write a whole number from 1 to 999999999`,
        `naru capacity: --events-per-request is "${given}"; write a whole number from 1 to 999999999`,
      ]);
      expect(said).to.deep.equal([]);
    });
  }

  it("takes no wrong settings", async () => {
    configure("naru:streamCapacity: many");
    expect(await run().catch((reason: Error) => reason)).to.be.instanceOf(SettingsError);
  });
});
