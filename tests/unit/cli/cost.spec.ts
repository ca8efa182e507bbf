import { expect } from "chai";
import { cost, type CostOptions } from "../../../cli/cost";
import { toldCost, type CostReport } from "../../../cli/cost/report";
import { estimateOf, resource } from "../cost/planned";

describe("naru cost", () => {
  let said: string[];
  let wrong: string[];

  const run = (options: Partial<CostOptions> = {}) =>
    cost({
      stacks: ["dev"],
      output: { out: (text) => said.push(text), err: (text) => wrong.push(text) },
      ...options,
    });

  beforeEach(() => {
    [said, wrong] = [[], []];
  });

  it("prints stacks as JSON, with the rate and the won that are asked for", async () => {
    expect(await run({ json: true, eventsPerSecond: "0", krwPerUsd: "1400.5" })).to.equal(0);
    const [report] = JSON.parse(said[0]!) as CostReport[];
    expect(report).to.include({ stack: "dev", region: "ap-northeast-2", eventsPerSecond: 0, declared: 50 });
    expect(report!.krwPerUsd).to.deep.equal({ rate: 1400.5, date: null, source: "--krw-per-usd" });
    expect(report!.total.usage).to.equal(0);
    // Six keys, a shard and four alarm metrics.
    expect(report!.total.idle).to.be.closeTo(6 + 730 * 0.0185 + 0.4, 1e-9);
  });

  it("takes only numbers", async () => {
    const options = { eventsPerSecond: "many", eventsPerRequest: "0", krwPerUsd: "-1" };
    expect(await run(options)).to.equal(2);
    expect(said).to.deep.equal([]);
    expect(wrong).to.deep.equal([
      'naru cost: --events-per-second is "many"; write a whole number from 0 to 999999999',
      'naru cost: --events-per-request is "0"; write a whole number from 1 to 999999999',
      'naru cost: --krw-per-usd is "-1"; write won for a dollar, such as 1400',
    ]);
  });

  describe("as a person reads it", () => {
    const told = (...resources: Parameters<typeof resource>[0][]) => toldWith(null, ...resources);
    const toldWith = (
      monthlyBudgetUsd: CostReport["monthlyBudgetUsd"],
      ...resources: Parameters<typeof resource>[0][]
    ) =>
      toldCost({
        ...estimateOf(resources.map((type) => resource(type))),
        ...{
          stack: "dev",
          region: "us-east-1",
          pricedRegion: "ap-northeast-2",
          eventsPerSecond: 1,
          declared: 1,
          monthlyBudgetUsd,
        },
        krwPerUsd: { rate: 1000, date: "2026-01-14", source: "" },
      }).join("\n");

    it("says that a region's prices are not known, and whose are taken", () => {
      expect(told("aws:kms/key:Key")).to.contain("  prices of ap-northeast-2: none of us-east-1 are known");
    });

    it("turns dollars into won by the dated rate", () => {
      expect(told("aws:kms/key:Key", "aws:kms/key:Key")).to.match(
        /^KRW \(1,000 a dollar, 2026-01-14\) +2,000 +2,000 +2,000$/m,
      );
    });

    it("says unconfirmed beside what is, and what it was taken from", () => {
      const text = told("aws:kinesis/stream:Stream");
      expect(text).to.match(/13\.50 USD \(100 %\)  one, idle: 730 × shard-hour, unconfirmed/);
      expect(text).to.match(
        /Unconfirmed, 13\.50 of 13\.50 USD stand on them:\n  - Kinesis 0\.0185 USD per shard-hour \(unconfirmed\): this project's/,
      );
    });

    it("holds the estimate against the budget, and proposes one where there is none", () => {
      const against = (monthlyBudgetUsd: CostReport["monthlyBudgetUsd"]) =>
        toldWith(monthlyBudgetUsd, ...Array.from({ length: 9 }, () => "aws:kms/key:Key"));
      expect(against(10)).to.contain("\nBudget: 9.00 of 10.00 USD a month (90 %); what only use tells");
      expect(against(9)).to.contain("\nBudget: 9.00 of 9.00 USD a month (100 %)");
      expect(against(8)).to.contain("\nABOVE THE BUDGET: 9.00 of 8.00 USD a month (113 %)");
      // 9 is 80 % of 11.25.
      expect(against("none")).to.contain("pulumi config set naru:monthlyBudgetUsd 20 -s dev");
      expect(against(null)).to.not.match(/budget/i);
    });

    it("counts what is not priced", () => {
      expect(told("aws:a/b:C", "aws:a/b:C", "aws:kms/key:Key")).to.contain(
        "Not priced, and in no sum: 2 resources\n  - 2 × aws:a/b:C: no rule knows this type yet\n",
      );
      expect(told("aws:kms/key:Key")).to.contain("Not priced, and in no sum: 0 resources\n");
    });
  });
});
