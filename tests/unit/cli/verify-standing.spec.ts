/** A stack that stands already, and whose `naru verify aws` leaves alone. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { deadLockOf } from "../../../cli/verify/lock";
import { BUCKET, KEY, STANDS, VerifyBench } from "./verify-bench";

describe("naru verify aws, where something stands", function () {
  this.timeout(60_000);
  const bench = new VerifyBench();

  beforeEach(() => bench.open());
  afterEach(() => bench.close());

  it("leaves a stack alone that no run of this checkout made, whatever it is asked", async () => {
    bench.standing(STANDS, [{ kind: "update", startTime: "2026-11-01T00:00:00.000Z", message: "our lake" }]);
    for (const end of [false, true]) {
      const { code, err } = await bench.verify({ yes: true, end });
      expect(code).to.equal(1);
      expect(err)
        .to.contain("1 resource,")
        .and.to.contain("our lake")
        .and.to.contain("pulumi stack init verify");
    }
    expect(bench.asked).to.deep.equal([]);
    expect(existsSync(bench.kept)).to.equal(false);
  });

  it("leaves an account alone whose resources another backend knows", async () => {
    bench.tagged = [BUCKET, KEY];
    const { code, err } = await bench.verify({ yes: true });
    expect(code).to.equal(1);
    expect(err).to.contain(BUCKET).and.to.contain("pulumi whoami --verbose").and.not.to.contain(KEY);
    expect(bench.asked).to.deep.equal([]);
  });

  it("leaves alone what is older than the run, or what somebody else has updated since", async () => {
    bench.began({ done: ["deploy"] });
    const old = { ...STANDS.resources[1], created: "2026-11-20T00:00:00Z" };
    bench.standing({ resources: [...STANDS.resources, old] });
    const older = await bench.verify({ yes: true, end: true });
    expect([older.code, older.err]).to.satisfy(
      ([code, err]: [number, string]) => code === 1 && /1 of the 2 resources .* were made before/.test(err),
    );
    bench.standing(STANDS, [
      { kind: "update", startTime: "2026-11-21T02:00:00.000Z", message: "real data" },
      { kind: "refresh", startTime: "2026-11-21T01:00:00.000Z", message: "" },
      { kind: "update", startTime: "2026-11-21T00:00:01.000Z", message: "naru verify aws r1" },
    ]);
    const updated = await bench.verify({ yes: true, end: true });
    expect(updated.code).to.equal(1);
    expect(updated.err)
      .to.contain("somebody else")
      .and.to.contain("real data")
      .and.not.to.contain("refresh 2026");
    expect(bench.asked).to.deep.equal([]);
  });

  it("does not run beside an earlier run, or beside its Pulumi, that is alive", async () => {
    const still = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "verify", "pulumi"]);
    try {
      bench.began({ process: still.pid });
      expect((await bench.verify({ yes: true })).err)
        .to.contain(`process ${still.pid}`)
        .and.to.contain("wait for it");
      bench.began({ command: { pid: still.pid, command: "pulumi up", since: "2026-11-21T00:00:00Z" } });
      expect((await bench.verify({ yes: true })).err).to.contain(
        "`pulumi up` of the earlier run still works",
      );
    } finally {
      still.kill();
    }
    expect(bench.asked).to.deep.equal([]);
  });

  it("does not begin where another run has begun while a person was asked", async () => {
    const ask = async () => {
      bench.began({});
      return "dev";
    };
    const { code, err } = await bench.verify({ ask });
    expect(code).to.equal(1);
    expect(err).to.contain("meanwhile another run has begun");
    expect(bench.asked).to.deep.equal([]);
  });

  it("names what Pulumi was making when it was killed, and ends the rest when it is asked to", async () => {
    bench.began({ begun: "deploy" });
    const pending = {
      urn: "urn:pulumi:dev::naru::aws:iam/role:Role::loader",
      type: "aws:iam/role:Role",
      custom: true,
    };
    const resource = { ...pending, inputs: { name: "naru-dev-loader" } };
    bench.standing({ ...STANDS, pending_operations: [{ type: "creating", resource }] });
    const on = await bench.verify({ yes: true });
    expect(on.code).to.equal(1);
    expect(on.err).to.contain("loader (naru-dev-loader)").and.to.contain("pulumi refresh --stack dev");
    expect(bench.asked).to.deep.equal([]);
    const ended = await bench.verify({ yes: true, end: true });
    expect([ended.code, ended.out]).to.satisfy(
      ([code, out]: [number, string]) => code === 0 && out.includes("loader (naru-dev-loader)"),
    );
    expect(bench.asked).to.have.length(1);
  });

  it("begins anew where the stack was destroyed by hand, and destroys nothing a second time", async () => {
    bench.began({ done: ["deploy", "no-op"] });
    const again = await bench.verify({ yes: true });
    expect(again.out).to.contain("begins anew");
    expect(bench.commands).to.deep.equal(["stack", "up", "up", "stack"]);
    const ended = await bench.verify({ yes: true, end: true });
    expect([ended.code, bench.asked.length]).to.deep.equal([0, 4]);
  });

  it("goes on after it began anew, although the stack's history has who destroyed it", async () => {
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    bench.began({ done: ["deploy"], startedAt: hoursAgo(2) });
    await bench.verify({ yes: true });
    bench.standing(STANDS, [{ kind: "destroy", startTime: hoursAgo(1), message: "by hand" }]);
    const { err } = await bench.verify({ yes: true, end: true });
    expect(err).not.to.contain("somebody else");
    expect(bench.commands).to.include("destroy");
  });

  it("lets go of a lock of this machine's dead run, and of no other", async () => {
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const lock = (pid: number, host: string) =>
      `error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.\n` +
      `  file:///state/lock.json: created by ${userInfo().username}@${host} (pid ${pid}) at 2026-11-21T00:00:00+09:00`;
    expect(deadLockOf(lock(dead, hostname()), "2026-11-22T00:00:00Z")).to.contain(`process ${dead}`);
    expect(deadLockOf(lock(process.pid, hostname()), "2026-11-22T00:00:00Z"), "alive").to.equal(undefined);
    expect(deadLockOf(lock(dead, "elsewhere"), "2026-11-22T00:00:00Z"), "another machine").to.equal(
      undefined,
    );
    expect(deadLockOf(lock(dead, hostname()), "2026-11-20T00:00:00Z"), "younger").to.equal(undefined);
    const both = `${lock(dead, hostname())}\n${lock(dead, "elsewhere").split("\n")[1]}`;
    expect(deadLockOf(both, "2026-11-22T00:00:00Z"), "two").to.equal(undefined);

    // Held until it is cancelled.
    writeFileSync(join(bench.folder, "lock"), lock(dead, hostname()));
    const held = `if [ "$1" = up ] && [ -e ${bench.folder}/lock ]; then cat ${bench.folder}/lock >&2; exit 255; fi\nif [ "$1" = cancel ]; then rm ${bench.folder}/lock; fi`;
    bench.pulumi(held);
    await bench.verify({ yes: true });
    expect(bench.commands).to.deep.equal(["stack", "up", "cancel", "up", "up", "stack"]);
  });
});
