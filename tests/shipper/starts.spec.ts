import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ROOT } from "../../local/paths";
import { newKeyFile } from "../../shipper/keys/key-file";
import { Spool } from "../../shipper/database/spool";
import { leaveAll, lock, unlock } from "../../shipper/run/lock";
import type { Abandoned } from "../../shipper/run/work";
import { ship, type ShipRequest } from "../../shipper/ship";
import { temporaryFolder } from "../unit/contract/temporary-folder";
import { checksums, filesUnder, refusal, request, studentCsv, studentRow } from "./shipments";

/** Another disk, on Linux. */
const MEMORY = "/dev/shm";

describe("a shipment that is started more than once, or on something that changes", () => {
  const folder = temporaryFolder();

  function wanted(rows = 30, own: Partial<ShipRequest> = {}): ShipRequest {
    const key = folder.path("key.json");
    if (!existsSync(key)) newKeyFile(key);
    mkdirSync(folder.path("out"), { recursive: true });
    const people = Array.from({ length: rows }, (_, n) => studentRow(n));
    const sources = own.sources ?? [folder.write("s.csv", studentCsv(people))];
    return request(folder.path("out"), key, { chunkBytes: 500, ...own, sources });
  }

  /** Stops behind conversion. */
  function stopped(whole: ShipRequest): ShipRequest {
    const publish = () => Promise.reject(new Error("stopped"));
    return { ...whole, destination: { published: () => Promise.resolve(undefined), publish } };
  }

  const inStaging = () => filesUnder(folder.path("out")).filter((path) => path.startsWith(".staging"));

  it("is refused while the same one goes on", async () => {
    const one = wanted();
    const outcomes = await Promise.allSettled([ship(one), ship(one)]);
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(refused.map((error: Error) => error.message.replace(/^.*?: /, ""))).to.deep.equal([
      `is in use by process ${process.pid}; wait for it: the same source is being shipped there`,
    ]);
    expect((await ship(one)).new).to.equal(false);
  });

  it("takes a folder's lock that a dead process left, and none that one is making", () => {
    const work = folder.path("work");
    mkdirSync(work);
    // Beyond the numbers that Linux gives.
    writeFileSync(join(work, "lock"), "99999999");
    lock(work, /part/);
    unlock(work);
    expect(readdirSync(work)).to.deep.equal([]);
    writeFileSync(join(work, "lock"), "");
    expect(() => lock(work, /part/)).to.throw("is in use by another process");
  });

  it("leaves rows of a table that are half read to nobody when it is told to stop", () => {
    const spool = Spool.open(folder.path("staging"), "identity", "t");
    writeFileSync(join(spool.folder, "rows.part"), "in clear");
    writeFileSync(join(spool.folder, "facts.json"), "{}");
    leaveAll();
    expect(readdirSync(spool.folder)).to.deep.equal(["facts.json"]);
    const again = Spool.open(folder.path("staging"), "identity", "t");
    again.remove();
    Spool.open(folder.path("staging"), "identity", "t").remove();
  });

  it("removes what was left by a stop right behind publication", async () => {
    const one = wanted();
    const { manifest } = await ship(one);
    mkdirSync(join(one.staging, manifest.run), { recursive: true });
    writeFileSync(join(one.staging, manifest.run, "journal.jsonl"), "");
    expect((await ship(one)).new).to.equal(false);
    expect(inStaging()).to.deep.equal([]);
  });

  it("publishes nothing of a file that is written to meanwhile", async () => {
    const one = wanted();
    const [source] = one.sources;
    let appended = false;
    const converted = () => {
      if (!appended) appendFileSync(source, `${studentRow(31)}\r\n`);
      appended = true;
    };
    expect(await refusal({ ...one, watch: { converted } })).to.equal(
      `${source}: was changed while it was shipped; ship it again when nobody writes to it; nothing was published`,
    );
    expect(filesUnder(folder.path("out"))).to.deep.equal([]);
    expect((await ship(one)).manifest.rows.written).to.equal(31);
  });

  it("says why it does not go on behind an earlier start", async () => {
    const one = wanted();
    const told: Abandoned[] = [];
    const watch = { abandoned: (run: Abandoned) => void told.push(run) };
    expect(await refusal(stopped(one))).to.equal("stopped");
    expect(await refusal(stopped({ ...one, watch }))).to.equal("stopped");
    expect(told).to.deep.equal([]);
    expect(await refusal(stopped({ ...one, epoch: 2, chunkBytes: 600, watch }))).to.equal("stopped");
    expect(told.splice(0).map(({ because }) => because)).to.deep.equal([["--epoch", "--chunk-mb"]]);
    appendFileSync(one.sources[0], `${studentRow(31)}\r\n`);
    await ship({ ...one, epoch: 2, chunkBytes: 600, watch });
    expect(told.map(({ because }) => because).sort()).to.deep.equal([
      ["the source"],
      ["the source", "--epoch", "--chunk-mb"],
    ]);
    for (const { folder: left } of told) expect(existsSync(left)).to.equal(true);
  });

  it("publishes no manifest over a file that is gone", async () => {
    const one = wanted();
    expect(await refusal(stopped(one))).to.equal("stopped");
    const part = inStaging().find((path) => path.endsWith(".parquet"))!;
    rmSync(join(folder.path("out"), part));
    expect(await refusal(one)).to.match(/was converted and is gone, .*; remove .*\.staging.* and ship again/);
    expect(filesUnder(folder.path("out")).some((path) => path.includes("manifest.json"))).to.equal(false);
  });

  it("does not take one file for two", async () => {
    const [source] = wanted().sources;
    expect(await refusal(wanted(30, { sources: [source, source] }))).to.include("is named more than once");
  });

  it("says what to do when its folders are none", async () => {
    const file = folder.write("file", "");
    expect(await refusal({ ...wanted(), staging: join(file, ".staging") })).to.match(
      /is no folder; name a folder with --out or --staging$/,
    );
  });

  const isOther = existsSync(MEMORY) && statSync(MEMORY).dev !== statSync(tmpdir()).dev;
  (isOther ? it : it.skip)("takes a staging folder on another disk than the output's", async () => {
    const staging = join(MEMORY, `naru-staging-${process.pid}`);
    try {
      await ship({ ...wanted(), staging });
      const there = checksums(folder.path("out"));
      expect(filesUnder(staging)).to.deep.equal([]);
      rmSync(folder.path("out"), { recursive: true });
      await ship({ ...wanted(), staging: folder.path("out/.staging") });
      expect(Object.values(there).length).to.be.greaterThan(3);
      expect(Object.keys(there).length).to.equal(Object.keys(checksums(folder.path("out"))).length);
    } finally {
      rmSync(staging, { recursive: true, force: true });
    }
  });

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    it(`leaves nothing in clear at ${signal}, and goes on`, async () => {
      const { sources } = wanted(60_000);
      const words = ["--contract", "sis.students", "--dt", "2026-11-20", "--key", folder.path("key.json")];
      const all = ["ship", ...sources, ...words, "--out", folder.path("out"), "--chunk-mb", "1"];
      const child = spawn(process.execPath, [join(ROOT, "cli/naru.js"), ...all], { stdio: "ignore" });
      await until(child, () => inStaging().some((path) => /chunk-2/.test(path)));
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill(signal);
      expect(await ended).to.equal(code);
      expect(inStaging().filter((path) => /chunk-|lock/.test(path))).to.deep.equal([]);
      let resumed = 0;
      const watch = { started: (_: number, chunks: number) => void (resumed = chunks) };
      const { manifest } = await ship(wanted(0, { sources, chunkBytes: 1024 * 1024, watch }));
      expect(manifest.rows.written).to.equal(60_000);
      expect(resumed).to.be.greaterThan(0);
    });
  }
});

/** Waits for something that a process does. */
async function until(child: ChildProcess, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    if (child.exitCode !== null) throw new Error(`it has ended before, with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
