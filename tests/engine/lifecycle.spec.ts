/**
 * A stack's whole life in the real engine, with the packs: killed while it is made, made, made again, changed, refused,
 * refreshed, destroyed. No cloud is up, so that every type is recorded only: state, order and differences are the engine's.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { policyPack } from "../../cli/engine/policy-pack";
import { findEngine } from "../../local/engine/binary";
import { PolicyRefusal } from "../../local/engine/events";
import { EngineStack, type Outcome } from "../../local/engine/workspace";
import { ROOT } from "../../local/paths";
import { recordProgram } from "../../local/recorder";
import type { Program } from "../../local/recorder/load-program";
import { edited, type Edits } from "./changed-program";

const STACK = "dev";
/** Resources in the state when the process that makes them is killed. */
const KILLED_AFTER = 40;
const POLL_MS = 50;

/** Ten inputs that AWS changes in place, of ten types. */
const TEN: Edits = {
  "aws:athena/workgroup:Workgroup": { description: "changed" },
  "aws:cloudwatch/eventRule:EventRule": { description: "changed" },
  "aws:cloudwatch/logGroup:LogGroup": { retentionInDays: 3653 },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { alarmDescription: "changed" },
  "aws:glue/catalogDatabase:CatalogDatabase": { description: "changed" },
  "aws:iam/role:Role": { description: "changed" },
  "aws:kinesis/stream:Stream": { retentionPeriod: 168 },
  "aws:kms/key:Key": { description: "changed" },
  "aws:lambda/function:Function": { memorySize: 2048 },
  "aws:sqs/queue:Queue": { messageRetentionSeconds: 1_000_000 },
};

describe(`the life of ${STACK} in Pulumi's engine`, function () {
  this.timeout(300_000);
  const folder = mkdtempSync(join(tmpdir(), "naru-engine-"));
  const state = join(folder, ".pulumi", "stacks", "naru", `${STACK}.json`);
  const told: string[] = [];
  let resources: number;

  before(async () => {
    resources = (await recordProgram({ root: ROOT, stack: STACK })).resources.length;
  });
  after(() => {
    rmSync(folder, { recursive: true });
    console.log(["", ...told].join("\n    "));
  });

  const open = async (program?: Program) =>
    EngineStack.open({
      engine: await findEngine(),
      ...{ stack: STACK, folder, program, packs: [await policyPack(STACK, folder)] },
    });
  /** Runs one operation, and keeps its line of the table. */
  const timed = async (what: string, operation: () => Promise<Outcome>): Promise<Outcome["changes"]> => {
    const started = performance.now();
    const { changes } = await operation();
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    told.push(`${what.padEnd(32)} ${seconds.padStart(4)} s  ${JSON.stringify(changes)}`);
    return changes;
  };
  const made = (): number => {
    if (!existsSync(state)) return 0;
    try {
      const { checkpoint } = JSON.parse(readFileSync(state, "utf8")) as {
        checkpoint: { latest?: { resources?: { type: string }[] } };
      };
      const all = checkpoint.latest?.resources ?? [];
      return all.filter(({ type }) => !type.startsWith("pulumi:providers:")).length;
    } catch {
      // It is being written.
      return 0;
    }
  };

  it("is refused before anything is made where the program is broken", async () => {
    const broken = await open(edited({ "aws:kms/key:Key": { enableKeyRotation: false } }));
    const error = await broken.up().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(PolicyRefusal);
    expect(await broken.resources()).to.deep.equal([]);
  });

  it("converges after it was killed while it was made", async () => {
    const child = spawn(
      process.execPath,
      ["-r", join(ROOT, "cli", "typescript.js"), join(__dirname, "up.ts"), STACK, folder],
      // A group of its own, so that the engine and its plugins are killed with it.
      { detached: true, stdio: "ignore" },
    );
    const ended = new Promise((resolve) => child.once("close", resolve));
    while (made() < KILLED_AFTER && child.exitCode === null) await sleep(POLL_MS);
    process.kill(-child.pid!, "SIGKILL");
    await ended;
    const before = made();
    expect(before).to.be.within(KILLED_AFTER, resources - 1);
    const opened = await open();
    await opened.unlock();
    const { create = 0, same = 0, ...others } = await timed("up after kill -9", () => opened.up());
    expect(others).to.deep.equal({});
    expect(create + same).to.equal(resources);
    expect(create).to.be.lessThan(resources);
    expect(made()).to.equal(resources);
  });

  it("has nothing to change the second time", async () => {
    const opened = await open();
    expect(await timed("up again", () => opened.up())).to.deep.equal({ same: resources });
  });

  it("changes ten inputs, and only those", async () => {
    const opened = await open(edited(TEN));
    expect(await timed("ten inputs changed", () => opened.up())).to.deep.equal({
      ...{ update: 10, same: resources - 10 },
    });
  });

  it("is not changed by a program that is refused", async () => {
    const before = readFileSync(state, "utf8");
    const broken = await open(edited({ ...TEN, "aws:kms/key:Key": { enableKeyRotation: false } }));
    expect(await broken.up().catch((reason: unknown) => reason)).to.be.instanceOf(PolicyRefusal);
    expect(readFileSync(state, "utf8")).to.equal(before);
  });

  it("shows no drift where nobody changed anything", async () => {
    const opened = await open();
    expect(await timed("refresh", () => opened.refresh())).to.deep.equal({ same: resources });
  });

  it("leaves nothing when it is destroyed", async () => {
    const opened = await open();
    expect(await timed("destroy", () => opened.destroy())).to.deep.equal({ delete: resources });
    expect(await opened.resources()).to.deep.equal([]);
  });
});
