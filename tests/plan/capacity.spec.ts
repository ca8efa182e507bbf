import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";

describe("a stack whose settings can't carry the contracts' rates", () => {
  it("has no plan, and is told each setting that mends it", async function () {
    this.timeout(60_000);
    const config = {
      "naru:contracts": JSON.stringify(["contracts", "tests/plan/busy-contracts"]),
      "naru:streamCapacity": "1",
      "naru:apiRequestsPerSecond": "5",
    };
    const error = await recordProgram({ root: ROOT, stack: "dev", config }).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(Error);
    const { message } = error as Error;
    expect(message).to.contain("The stack's configuration has 2 error(s)");
    expect(message).to.contain(
      "(Kinesis: writing gate.passes). Fix: pulumi config set naru:streamCapacity 5",
    );
    expect(message).to.contain("Fix: pulumi config set naru:apiRequestsPerSecond 11");
  });

  it("has one with these", async function () {
    this.timeout(120_000);
    const config = {
      "naru:contracts": JSON.stringify(["contracts", "tests/plan/busy-contracts"]),
      "naru:streamCapacity": "5",
      "naru:apiRequestsPerSecond": "11",
    };
    const { resources } = await recordProgram({ root: ROOT, stack: "dev", config });
    const streams = resources.filter(({ type }) => type === "aws:kinesis/stream:Stream");
    expect(streams.map(({ inputs }) => inputs.shardCount)).to.deep.equal([5, 5]);
  });
});
