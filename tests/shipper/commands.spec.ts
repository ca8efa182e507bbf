import { chmodSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { expect } from "chai";
import { keyCheck, keyNew } from "../../cli/key";
import { shipFiles, type ShipOptions } from "../../cli/ship";
import { Progress } from "../../shipper/progress";
import { temporaryFolder } from "../unit/contract/temporary-folder";
import { filesUnder, studentCsv, studentRow } from "./shipments";

/** What a command printed. */
function recorded() {
  const [out, err]: [string[], string[]] = [[], []];
  return {
    out,
    err,
    output: { out: (text: string) => out.push(text), err: (text: string) => err.push(text) },
  };
}

describe("naru key", () => {
  const folder = temporaryFolder();

  it("makes a file for its owner alone, and shows no byte of the key", async () => {
    const file = folder.path("key.json");
    const { out, err, output } = recorded();
    expect(await keyNew({ file, output })).to.equal(0);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const { id, key, created } = JSON.parse(readFileSync(file, "utf8")) as Record<string, string>;
    expect(Buffer.from(key, "hex")).to.have.length(32);
    expect(created).to.match(/^\d{4}-\d\d-\d\d$/);
    expect(await keyCheck({ file, output })).to.equal(0);
    expect(out[0]).to.include(id).and.equal(out[1]);
    expect([...out, ...err].join()).not.to.include(key.slice(0, 8));
  });

  it("makes another key each time, and never over one", async () => {
    const { err, output } = recorded();
    const [one, two] = [folder.path("1.json"), folder.path("2.json")];
    await keyNew({ file: one, output });
    await keyNew({ file: two, output });
    const content = readFileSync(one, "utf8");
    expect(content).not.to.equal(readFileSync(two, "utf8"));
    expect(await keyNew({ file: one, output })).to.equal(1);
    expect(err.at(-1)).to.include("exists already");
    expect(readFileSync(one, "utf8")).to.equal(content);
  });

  for (const mode of [0o640, 0o604, 0o620, 0o601]) {
    it(`refuses mode ${mode.toString(8)}, with the command that mends it`, async () => {
      const file = folder.path("key.json");
      const { err, output } = recorded();
      await keyNew({ file, output });
      chmodSync(file, mode);
      expect(await keyCheck({ file, output })).to.equal(1);
      expect(err.at(-1)).to.include(`chmod 600 '${file}'`);
    });
  }

  it("refuses what is no key file, without quoting it", async () => {
    const { err, output } = recorded();
    const file = folder.write("key.json", '{"key":"a secret"}');
    chmodSync(file, 0o600);
    expect(await keyCheck({ file, output })).to.equal(1);
    expect(err.at(-1)).to.include("is no key file").and.not.include("a secret");
    expect(await keyCheck({ file: folder.path("none.json"), output })).to.equal(1);
    expect(err.at(-1)).to.include("does not exist");
    expect(await keyCheck({ file: folder.path("."), output })).to.equal(1);
    expect(err.at(-1)).to.include("is no file; name the key file itself");
  });
});

describe("naru ship", () => {
  const folder = temporaryFolder();

  async function run(own: Partial<ShipOptions> = {}) {
    const { out, err, output } = recorded();
    const source = folder.write("s.csv", studentCsv([studentRow(1), studentRow(2)]));
    const options = {
      sources: [source],
      contract: "sis.students",
      out: folder.path("out"),
      dt: "2026-11-20",
    };
    const code = await shipFiles({ ...options, threads: "1", json: true, output, ...own });
    return { code, out, err };
  }

  async function key(): Promise<string> {
    const file = folder.path("key.json");
    await keyNew({ file, output: recorded().output });
    return file;
  }

  it("prints the manifest, and nothing else, as JSON", async () => {
    mkdirSync(folder.path("out"));
    const { code, out, err } = await run({ key: await key() });
    expect([code, err]).to.deep.equal([0, []]);
    const manifest = JSON.parse(out.join("\n")) as { run: string; rows: object };
    expect(manifest.rows).to.include({ read: 2, written: 2 });
    expect(filesUnder(folder.path("out"))).to.include(`manifests/${manifest.run}/manifest.json`);
  });

  const wrong: readonly (readonly [string, Partial<ShipOptions>, string])[] = [
    ["two keys", { key: "a", kms: "b" }, "give the one"],
    ["a key file that is missing", { key: "none.json" }, "`naru key new FILE` makes one"],
    ["no folder", { out: "" }, "--out: is empty; name a folder"],
    ["no number of threads", { threads: "many" }, 'is "many"; write a whole number from 1 to 256'],
    ["no epoch", { epoch: "0" }, 'is "0"'],
    [
      "an epoch that its column can't hold",
      { epoch: "2147483648" },
      "write a whole number from 1 to 2147483647",
    ],
    ["chunks that no module can hold", { chunkMb: "257" }, "write a whole number from 1 to 256"],
    ["an unknown encoding", { encoding: "latin1" }, "write one of utf-8, cp949"],
    ["a wrong limit", { maxRejects: "some" }, "write a number of rows"],
  ];
  for (const [what, own, told] of wrong) {
    it(`refuses ${what}`, async () => {
      const { code, out, err } = await run("key" in own ? own : { key: await key(), ...own });
      expect([code, out]).to.deep.equal([1, []]);
      expect(err.join()).to.include(told);
    });
  }
});

describe("the progress of a shipment", () => {
  function watched(terminal: boolean) {
    let now = 0;
    const written: string[] = [];
    const progress = new Progress({ write: (text) => written.push(text), terminal, now: () => now });
    return { progress, written, wait: (ms: number) => (now += ms) };
  }

  it("is a line every few seconds, with rate and remaining time", () => {
    const { progress, written, wait } = watched(false);
    progress.started(10_000_000, 0);
    progress.read(1_000_000);
    wait(5000);
    progress.converted({ read: 70 });
    progress.read(1_000_000);
    expect(written).to.deep.equal(["10 % of 10.0 MB, 0.2 MB/s, 70 rows, 45 s left\n"]);
  });

  it("is redrawn on a terminal, and tells of an earlier start", () => {
    const { progress, written, wait } = watched(true);
    progress.started(1_000_000, 3);
    wait(200);
    progress.read(500_000);
    expect(written[0]).to.include("3 chunks are converted");
    expect(written[1]).to.match(/^\r.*50 % of 1.0 MB/);
  });
});
