import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { parquetReadObjects } from "hyparquet";
import { version } from "../../package.json";
import { bundle } from "../../cli/bundle/bundle";
import { sha256 } from "../../cli/bundle/checksums";
import { contentOf } from "../../cli/bundle/content";
import { platformOf } from "../../cli/bundle/platforms";
import { encodeCp949 } from "../../components/contract/csv/cp949";
import { pseudonym } from "../../functions/pseudonym/pseudonym";
import { ROOT } from "../../local/paths";
import { FileEpochKeys } from "../../shipper";
import { checksums, filesUnder, person, studentCsv, studentRow } from "./shipments";

/** The program that takes the network from a command, or why there is none. */
const unshare = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "unshare"))
  .find((file) => existsSync(file));
const refused =
  unshare === undefined ? "no unshare here" : spawnSync(unshare, ["-rn", "true"]).stderr.toString();
const offline = refused === "" ? [unshare!, "-rn"] : [];

/** Runs a program of the archive with the network off where that can be done, and without an environment. */
function alone(program: string, ...words: string[]) {
  const [first, ...rest] = [...offline, program, ...words];
  const { status, stdout, stderr } = spawnSync(first, rest, {
    cwd: tmpdir(),
    env: { HOME: "/nonexistent" },
    encoding: "utf8",
  });
  return { status, out: stdout, err: stderr };
}

describe("the offline archive", function () {
  this.timeout(300_000);
  const home = mkdtempSync(join(tmpdir(), "naru-bundle-"));
  const archive = join(home, "naru.tar.gz");
  const name = `naru-${version}-${platformOf().name}`;
  const told: string[] = [];
  const naru = (...words: string[]) => alone(join(home, "there", name, "naru"), ...words);
  const unpacked = (into: string) => {
    mkdirSync(join(home, into), { recursive: true });
    const { status, stderr } = spawnSync("tar", ["-xzf", archive, "-C", join(home, into)], {
      encoding: "utf8",
    });
    expect(status, stderr).to.equal(0);
    return join(home, into, name);
  };

  before(async () => {
    const output = {
      out: (text: string) => void told.push(text),
      err: (text: string) => void told.push(text),
    };
    // This machine's Node.js, so that the test asks no registry.
    expect(await bundle({ out: archive, node: process.execPath, output }), told.join("\n")).to.equal(0);
    unpacked("there");
  });
  after(() => rmSync(home, { recursive: true }));

  const sees = "is run where there is no network";
  if (refused !== "") it.skip(`${sees} (not here: ${refused.trim()})`);
  else
    it(sees, () => {
      const list = "console.log(JSON.stringify(require('node:os').networkInterfaces()))";
      expect(alone(process.execPath, "-e", list).out.trim()).to.equal("{}");
    });

  it("ships a CP949 file to the same bytes as the checkout does", async () => {
    const [source, key] = [join(home, "s.csv"), join(home, "key.json")];
    const numbers = Array.from({ length: 300 }, (_, n) => n);
    writeFileSync(source, encodeCp949(studentCsv(numbers.map((n) => studentRow(n)))));
    const made = naru("key", "new", key);
    expect([made.status, made.out], made.err).to.deep.equal([0, naru("key", "check", key).out]);

    const words = ["ship", source, "--contract", "sis.students", "--key", key, "--dt", "2026-11-20"];
    const there = naru(...words, "--out", join(home, "out-there"));
    expect(there.status, there.err).to.equal(0);
    const here = spawnSync(process.execPath, [
      join(ROOT, "cli", "naru.js"),
      ...words,
      "--out",
      join(home, "out-here"),
    ]);
    expect(here.status, here.stderr.toString()).to.equal(0);

    const sums = checksums(join(home, "out-there"));
    expect(sums).to.deep.equal(checksums(join(home, "out-here")));
    const [parquet] = Object.keys(sums).filter((path) => path.endsWith(".parquet"));
    const bytes = readFileSync(join(home, "out-there", parquet));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows = (await parquetReadObjects({ file })) as Record<string, unknown>[];
    const studentKey = await new FileEpochKeys(key).key("student-id", 1);
    expect(rows.map((row) => row.student_id)).to.deep.equal(
      numbers.map((n) => pseudonym(studentKey, "student-id", person(n).id)),
    );
    expect(rows[0]).to.include({ department: "컴퓨터공학과", grade: 1, pseudonym_epoch: 1 });
    for (const clear of Object.values(person(7))) expect(bytes.includes(clear)).to.equal(false);
  });

  it("checks contracts and proposes them", () => {
    const lint = naru("contract", "lint", join(home, "there", name, "contracts"));
    expect(lint.status, lint.err).to.equal(0);
    expect(lint.out).to.include("0 errors");
    const source = join(home, "courses.csv");
    writeFileSync(source, "course_id,title\nC1,Algebra\nC2,Botany\n");
    const proposal = naru("contract", "from-csv", source, "--id", "lms.offered");
    expect(proposal.status, proposal.err).to.equal(0);
    expect(proposal.out).to.include("course_id");
  });

  it("says what it has, and what it has not", () => {
    expect(naru().out).to.include("offline archive").and.include("verify");
    expect(naru("--version").out.trim()).to.equal(version);
    expect(naru("ship", "--help").out).to.include("--max-rejects");
    expect(naru("key", "--help").out).to.include("check");
    for (const words of [["plan", "dev"], ["key", "rotate"], ["toString"]]) {
      const { status, out, err } = naru(...words);
      expect([status, out]).to.deep.equal([2, ""]);
      expect(err).to.include(`naru ${words.join(" ")} is not in the offline archive`);
    }
  });

  it("starts through a link, and from its own folder", () => {
    const link = join(home, "naru-link");
    symlinkSync(join("there", name, "naru"), link);
    // A link is read with a program of the system.
    const linked = spawnSync(link, ["--version"], { env: { PATH: "/usr/bin:/bin" }, encoding: "utf8" });
    expect(linked.stdout.trim(), linked.stderr).to.equal(version);
    const folder = join(home, "there", name);
    const inside = spawnSync("/bin/sh", ["naru", "--version"], { cwd: folder, env: {}, encoding: "utf8" });
    expect(inside.stdout.trim(), inside.stderr).to.equal(version);
  });

  it("takes the machine's Node.js when it has none, and says when there is none at all", () => {
    const folder = unpacked("bare");
    rmSync(join(folder, "node"), { recursive: true });
    const run = (PATH: string) =>
      spawnSync(join(folder, "naru"), ["--version"], { env: { PATH }, encoding: "utf8" });
    expect(run(join(process.execPath, "..")).stdout.trim()).to.equal(version);
    const none = run("/nonexistent");
    expect([none.status, none.stdout]).to.deep.equal([1, ""]);
    expect(none.stderr).to.include("there is no Node.js on this machine");
  });

  it("finds what was changed, removed or added behind its back", () => {
    const folder = unpacked("touched");
    const verify = () => alone(join(folder, "naru"), "verify");
    const whole = verify();
    expect([whole.status, whole.err]).to.deep.equal([0, ""]);
    // What people there make is theirs.
    writeFileSync(join(folder, "pseudonym.key.json"), "{}");
    writeFileSync(join(folder, "contracts", "own.odcs.yaml"), "");
    expect(verify().status).to.equal(0);

    const engine = join(folder, "shipper", "ship.js");
    const bytes = readFileSync(engine);
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(engine, bytes);
    rmSync(join(folder, "cli", "key.js"));
    writeFileSync(join(folder, "node_modules", "more.js"), "");
    const { status, err } = verify();
    expect(status).to.equal(1);
    expect(err.split("\n").slice(0, 3)).to.deep.equal([
      "shipper/ship.js: changed",
      "cli/key.js: missing",
      "node_modules/more.js: not of the archive",
    ]);
    rmSync(join(folder, "SHA256SUMS"));
    expect(verify().err).to.match(/SHA256SUMS: can't be read; unpack the archive again/);
  });

  it("has a list of checksums that other programs read", function () {
    const folder = unpacked("sums");
    const { error, status, stderr } = spawnSync("sha256sum", ["-c", "--quiet", "SHA256SUMS"], {
      cwd: folder,
    });
    if (error !== undefined) return this.skip();
    expect([status, stderr.toString()]).to.deep.equal([0, ""]);
    const listed = readFileSync(join(folder, "SHA256SUMS"), "utf8").trim().split("\n");
    expect(listed.map((line) => line.slice(66))).to.have.members(
      filesUnder(folder).filter((path) => path !== "SHA256SUMS"),
    );
  });

  it("tells its own SHA-256, and a changed byte shows before anything is unpacked", () => {
    const bytes = readFileSync(archive);
    expect(told).to.include(`SHA-256 ${sha256(bytes)}`);
    bytes[bytes.length >> 1] ^= 1;
    const changed = join(home, "changed.tar.gz");
    writeFileSync(changed, bytes);
    expect(told).not.to.include(`SHA-256 ${sha256(bytes)}`);
    mkdirSync(join(home, "changed"));
    expect(spawnSync("tar", ["-xzf", changed, "-C", join(home, "changed")]).status).not.to.equal(0);
  });

  it("names the licence of everything in it, and no place of this machine", () => {
    const folder = join(home, "there", name);
    const licences = readFileSync(join(folder, "THIRD-PARTY-LICENCES.txt"), "utf8");
    for (const work of [
      "@duckdb/node-api",
      "@aws-sdk/client-s3",
      "csv-parse",
      `@duckdb/node-bindings-${platformOf().name}`,
    ]) {
      expect(licences).to.include(`\n${work} `);
    }
    expect(licences).to.include("Open Data Contract Standard").and.include("\nNode.js");
    const text = filesUnder(folder).filter((path) => /\.(js|json|txt|md|yaml)$|SUMS$/.test(path));
    const telling = text.filter((path) => readFileSync(join(folder, path)).includes(ROOT));
    expect(telling).to.deep.equal([]);
  });

  it("is the same for the same checkout", async () => {
    const again = await contentOf(platformOf(), { file: process.execPath });
    const sums = again.files.find(({ path }) => path === "SHA256SUMS")!;
    const there = join(home, "there", name, "SHA256SUMS");
    expect(Buffer.from(sums.bytes).toString()).to.equal(readFileSync(there, "utf8"));
  });
});
