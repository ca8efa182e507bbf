import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";

const BUSY = { "naru:contracts": JSON.stringify(["contracts", "tests/plan/busy-contracts"]) };

/** In a process of its own: what a failed program leaves behind would meet the next recording here. */
const RECORD =
  'require("./local/recorder").recordProgram({ root: process.cwd(), stack: "dev", config: JSON.parse(process.argv[1]) })' +
  ".catch(({ message }) => { console.error(message); process.exit(1); })";

describe("a stack whose settings can't carry the contracts' rates", () => {
  it("has no plan, and is told each setting that mends it", function () {
    this.timeout(60_000);
    const config = { ...BUSY, "naru:streamCapacity": "1", "naru:apiRequestsPerSecond": "5" };
    const { status, stderr } = spawnSync(
      process.execPath,
      ["-r", "./cli/typescript.js", "-e", RECORD, JSON.stringify(config)],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(status).to.equal(1);
    expect(stderr).to.contain("The stack's configuration has 2 error(s)");
    expect(stderr).to.contain("(Kinesis: writing gate.passes). Fix: pulumi config set naru:streamCapacity 5");
    expect(stderr).to.contain("Fix: pulumi config set naru:apiRequestsPerSecond 11");
  });

  it("has one with these", async function () {
    this.timeout(120_000);
    const config = { ...BUSY, "naru:streamCapacity": "5", "naru:apiRequestsPerSecond": "11" };
    const { resources } = await recordProgram({ root: ROOT, stack: "dev", config });
    const streams = resources.filter(({ type }) => type === "aws:kinesis/stream:Stream");
    expect(streams.map(({ inputs }) => inputs.shardCount)).to.deep.equal([5, 5]);
  });
});
