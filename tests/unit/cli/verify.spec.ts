/** `naru verify aws` as far as it can go without an account. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { leftovers } from "../../../cli/verify/account";
import { RUN_HOURS, runCost } from "../../../cli/verify/cost";
import { STEPS } from "../../../cli/verify/steps";
import { ENGINE_VERSION } from "../../../local/engine/binary";
import { ACCOUNT, BUCKET, KEY, STANDS, VerifyBench } from "./verify-bench";

describe("naru verify aws", function () {
  this.timeout(60_000);
  const bench = new VerifyBench();

  beforeEach(() => bench.open());
  afterEach(() => bench.close());

  it("tells the cost by day and every step with --dry-run, and does nothing", async () => {
    const { code, out, err } = await bench.verify({ dryRun: true });
    expect({ code, err }).to.deep.equal({ code: 0, err: "" });
    expect(out).to.match(/costs, idle, \$\d+\.\d\d a day, \$\d+\.\d\d a month/);
    expect(out).to.match(/together +\$\d+\.\d\d/);
    expect(out.indexOf("a day")).to.be.below(out.indexOf("1. Deploy"));
    for (const { title } of STEPS) expect(out).to.contain(title);
    expect(bench.asked).to.deep.equal([]);
  });

  it("refuses where nobody can be asked, after the cost and before anything else", async () => {
    const { code, out, err } = await bench.verify({});
    expect(code).to.equal(2);
    expect(out).to.contain("a day");
    expect(err).to.contain("--yes");
    expect(bench.asked).to.deep.equal([]);
  });

  it("does nothing unless the stack's name is the answer", async () => {
    const { code, err } = await bench.verify({ ask: async () => "y" });
    expect(code).to.equal(2);
    expect(err).to.contain("nothing was done");
    expect(bench.asked).to.deep.equal([]);
  });

  it("refuses this machine's stack, and one that protects its data", async () => {
    const local = await bench.verify({ stack: "local", yes: true });
    expect([local.code, local.err]).to.satisfy(
      ([code, err]: [number, string]) => code === 2 && /npm start/.test(err),
    );
    const prod = await bench.verify({ stack: "prod", yes: true });
    expect([prod.code, prod.err]).to.satisfy(
      ([code, err]: [number, string]) => code === 2 && /protects/.test(err),
    );
    expect(bench.asked).to.deep.equal([]);
  });

  it("says how to log in where there are no credentials", async () => {
    for (const key of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"]) delete process.env[key];
    Object.assign(process.env, {
      ...{ AWS_EC2_METADATA_DISABLED: "true", HOME: bench.folder },
      ...{
        AWS_CONFIG_FILE: join(bench.folder, "none"),
        AWS_SHARED_CREDENTIALS_FILE: join(bench.folder, "none"),
      },
    });
    const { failure } = await bench.verify({ yes: true });
    expect(failure?.message).to.contain("there are no credentials for it").and.to.contain("aws sso login");
    expect(bench.asked).to.deep.equal([]);
  });

  it("names the version where pulumi is too old", async () => {
    bench.pulumi("", "v3.1.0");
    const { failure } = await bench.verify({ yes: true });
    expect(failure?.message).to.contain(`3.1.0; ${ENGINE_VERSION} or newer`);
  });

  it("stops at the first step that fails, keeps how far it came, goes on there, and ends it", async () => {
    const stands = JSON.stringify({ version: 3, deployment: STANDS });
    bench.pulumi(
      `if [ "$1" = up ]; then echo '${stands}' > ${bench.folder}/state; fi\nif [ "$1" = destroy ]; then rm ${bench.folder}/state; fi`,
    );
    const first = await bench.verify({ ask: async () => "dev" });
    expect(first.code).to.equal(1);
    expect(first.err).to.contain("✖ Sample files into landing").and.to.contain("--stack dev --end");
    expect(first.err).to.contain("1 resource of the stack stands, and cost");
    expect(bench.commands).to.deep.equal(["stack", "up", "up", "stack"]);
    expect(bench.asked[1]).to.contain("--policy-pack policies");
    const progress = JSON.parse(readFileSync(bench.kept, "utf8")) as { done: string[] };
    expect(progress.done).to.deep.equal(["deploy", "no-op"]);

    const second = await bench.verify({ yes: true });
    expect(second.out).to.contain("goes on").and.to.contain("1. Deploy (done)");
    expect(bench.commands.slice(4)).to.deep.equal(["stack"]);

    const ended = await bench.verify({ yes: true, end: true });
    expect({ code: ended.code, err: ended.err }).to.deep.equal({ code: 0, err: "" });
    expect(ended.out).to.contain(`waits for its deletion: ${KEY}`).and.to.contain("Nothing is left.");
    expect(bench.asked.at(-1)).to.match(/^destroy --yes --message naru verify aws \S+ --stack dev/);
    expect(existsSync(bench.kept)).to.equal(false);
  });

  it("sends events once: where that was under way, it asks to begin anew", async () => {
    bench.began({ begun: "events", done: ["deploy", "no-op", "drop"] });
    bench.standing(STANDS);
    const { code, err } = await bench.verify({ yes: true });
    expect(code).to.equal(1);
    expect(err).to.contain("a second time its sums could not be told").and.to.contain("--end");
  });

  it("goes on in no other account", async () => {
    bench.began({ accountId: "999999999999" });
    const { code, err } = await bench.verify({ yes: true });
    expect(code).to.equal(1);
    expect(err).to.contain("999999999999");
    expect(bench.asked).to.deep.equal([]);
  });

  it("counts at most what its own hours, Spark and requests cost, and more for a dearer stack", () => {
    const cheap = runCost({ total: { idle: 0, usage: 0, usageAfterRetention: 0 } }, 16);
    expect(cheap.standing).to.equal(0);
    // 16 vCPU at 0.0484 and 64 GB at 0.0053 for an hour.
    expect(cheap.spark).to.be.closeTo(16 * 0.0484 + 64 * 0.0053, 1e-9);
    const dear = runCost({ total: { idle: 730, usage: 0, usageAfterRetention: 0 } }, 16);
    expect(dear.together - cheap.together).to.be.closeTo(RUN_HOURS, 1e-9);
    expect(cheap.requests).to.be.within(0.5, 2);
  });

  it("tells what is left from keys that wait for their deletion", async () => {
    bench.tagged = [KEY, BUCKET];
    const account = { accountId: ACCOUNT, caller: "arn", region: "ap-northeast-2" };
    expect(await leftovers(account, "naru-dev")).to.deep.equal({ left: [BUCKET], keysThatWait: [KEY] });
  });
});
