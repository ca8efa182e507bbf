import { spawnSync } from "node:child_process";
import {
  chmodSync,
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
import { unzipSync } from "fflate";
import { parquetReadObjects } from "hyparquet";
import { version } from "../../package.json";
import { type ArchiveFile, tarGz, zip } from "../../cli/bundle/archive";
import { FILES } from "../../cli/bundle/assets";
import { bundle } from "../../cli/bundle/bundle";
import { sha256 } from "../../cli/bundle/checksums";
import { contentOf } from "../../cli/bundle/content";
import { licenceOf } from "../../cli/bundle/licences";
import { PLATFORM_NAMES, platformOf } from "../../cli/bundle/platforms";
import { compileProgram } from "../../cli/bundle/program";
import { fetchedFolder, lockedPackage, refuseChanged } from "../../cli/bundle/registry";
import { encodeCp949 } from "../../components/contract/csv/cp949";
import { pseudonym } from "../../functions/pseudonym/pseudonym";
import { PATHS, ROOT } from "../../local/paths";
import { FileEpochKeys } from "../../shipper";
import { temporaryFolder } from "../unit/contract/temporary-folder";
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
  const told: string[] = [];
  const naru = (...words: string[]) =>
    alone(join(home, "there", `naru-${version}-${platformOf().name}`, "naru"), ...words);
  const unpacked = (into: string) => {
    mkdirSync(join(home, into), { recursive: true });
    const { status, stderr } = spawnSync("tar", ["-xzf", archive, "-C", join(home, into)], {
      encoding: "utf8",
    });
    expect(status, stderr).to.equal(0);
    return join(home, into, `naru-${version}-${platformOf().name}`);
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
    const lint = naru(
      "contract",
      "lint",
      join(home, "there", `naru-${version}-${platformOf().name}`, "contracts"),
    );
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
    const plan = naru("plan", "dev");
    expect([plan.status, plan.out]).to.deep.equal([2, ""]);
    expect(plan.err).to.include("naru plan is not in the offline archive");
  });

  it("starts through a link, and from its own folder", () => {
    const link = join(home, "naru-link");
    symlinkSync(join("there", `naru-${version}-${platformOf().name}`, "naru"), link);
    // A link is read with a program of the system.
    const linked = spawnSync(link, ["--version"], { env: { PATH: "/usr/bin:/bin" }, encoding: "utf8" });
    expect(linked.stdout.trim(), linked.stderr).to.equal(version);
    const folder = join(home, "there", `naru-${version}-${platformOf().name}`);
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
    const folder = join(home, "there", `naru-${version}-${platformOf().name}`);
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
    const there = join(home, "there", `naru-${version}-${platformOf().name}`, "SHA256SUMS");
    expect(Buffer.from(sums.bytes).toString()).to.equal(readFileSync(there, "utf8"));
  });
});

describe("an archive", () => {
  const files: readonly ArchiveFile[] = [
    { path: `${"deep/".repeat(25)}나루.txt`, bytes: Buffer.from("text") },
    { path: "run", bytes: Buffer.alloc(513, 7), executable: true },
    { path: "empty", bytes: Buffer.alloc(0) },
  ];
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  for (const [name, pack] of Object.entries({ tarGz, zip })) {
    it(`has the same bytes in any order and time zone (${name})`, () => {
      process.env.TZ = "Asia/Seoul";
      const one = sha256(pack("a", files));
      process.env.TZ = "America/New_York";
      expect(sha256(pack("a", [...files].reverse()))).to.equal(one);
      expect(sha256(pack("b", files))).not.to.equal(one);
    });
  }

  it("unpacks to the same files and modes", () => {
    const home = mkdtempSync(join(tmpdir(), "naru-archive-"));
    try {
      for (const { path, bytes } of files) {
        expect(Buffer.from(unzipSync(zip("a", files))[`a/${path}`]).equals(bytes), path).to.equal(true);
      }
      const tar = join(home, "a.tar.gz");
      writeFileSync(tar, tarGz("a", files));
      const { status, stderr } = spawnSync("tar", ["-xzf", tar, "-C", home], { encoding: "utf8" });
      expect([status, stderr]).to.deep.equal([0, ""]);
      for (const { path, bytes } of files)
        expect(readFileSync(join(home, "a", path)).equals(bytes), path).to.equal(true);
      const listing = spawnSync("tar", ["-tzvf", tar], {
        encoding: "utf8",
        env: { ...process.env, TZ: "UTC" },
      }).stdout;
      expect(listing)
        .to.match(/-rwxr-xr-x .*1980-01-01.* a\/run\n/)
        .and.match(/-rw-r--r-- .* a\/empty\n/);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  it("refuses a path that tar can't say", () => {
    expect(() => tarGz("a", [{ path: "x".repeat(200), bytes: Buffer.alloc(0) }])).to.throw("too long a path");
  });
});

describe("what goes into the archive", () => {
  const folder = temporaryFolder();
  const rejection = async (promise: Promise<unknown>) =>
    promise.then(
      () => "nothing was refused",
      ({ message }: Error) => message,
    );

  it("must be there", async () => {
    expect(await rejection(compileProgram(["cli/none.ts"], []))).to.equal(
      "PROGRAMS: names cli/none.ts, which is not there; correct cli/bundle/assets.ts",
    );
  });

  it("has data that lies beside code in its list", async () => {
    mkdirSync(PATHS.own, { recursive: true });
    const beside = mkdtempSync(join(PATHS.own, "beside-"));
    try {
      const path = beside.slice(ROOT.length + 1);
      writeFileSync(join(beside, "engine.ts"), "export const engine = 1;\n");
      writeFileSync(join(beside, "hash.wasm"), "");
      expect(await rejection(compileProgram([`${path}/engine.ts`], FILES))).to.equal(
        `${path}/hash.wasm: lies beside the program's code and would stay behind; add a line to FILES in cli/bundle/assets.ts`,
      );
      const program = await compileProgram([`${path}/engine.ts`], [`${path}/hash.wasm`]);
      expect(program.files.map((file) => file.path)).to.include(`${path}/engine.js`);
    } finally {
      rmSync(beside, { recursive: true });
    }
  });

  it("has packages with a licence only", async () => {
    folder.write("package.json", '{"name":"free","version":"1.0.0"}');
    expect(await rejection(licenceOf(folder.path("")))).to.include("free@1.0.0: names no licence");
  });

  it("is made for platforms that there are", async () => {
    const err: string[] = [];
    const output = { out: () => undefined, err: (text: string) => void err.push(text) };
    expect(await bundle({ platform: "plan9-x64", output })).to.equal(1);
    expect(err).to.deep.equal([
      `bundle: --platform: is plan9-x64; write one of ${PLATFORM_NAMES.join(", ")}`,
    ]);
    expect(await bundle({ node: folder.path("none"), output })).to.equal(1);
    expect(err[1]).to.include("which is no file; name the program itself");
  });

  for (const name of PLATFORM_NAMES) {
    it(`has packages at one version for ${name}`, () => {
      expect(lockedPackage(`@duckdb/node-bindings-${name}`).version).to.equal(
        lockedPackage("@duckdb/node-bindings").version,
      );
      expect(platformOf(name).node.version).to.equal(platformOf("linux-x64").node.version);
      expect(platformOf(name).node.integrity).to.match(/^sha512-[\w+/]{86}==$/);
    });
  }
});

describe("a package of the registry", () => {
  const folder = temporaryFolder();
  const path = process.env.PATH;
  const pinned = { name: "naru-test-package", version: `0.0.0-${process.pid}` };
  const kept = join(PATHS.own, "bundle", `${pinned.name}-${pinned.version}`);
  afterEach(() => {
    process.env.PATH = path;
    rmSync(kept, { recursive: true, force: true });
  });

  /** Stands in for npm: a script with `$5` as the folder that a packed file goes to. */
  function npm(script: string): void {
    const file = folder.write("npm", `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    process.env.PATH = `${folder.path("")}${delimiter}${path}`;
  }
  const refusal = async () =>
    fetchedFolder(pinned, "do this").then(
      () => "it was fetched",
      ({ message }: Error) => message,
    );

  it("that is not there is told, with what to do", async () => {
    npm("echo 'npm error code ETARGET' >&2; exit 1");
    expect(await refusal()).to.equal(`naru-test-package@${pinned.version}: is not in the registry; do this`);
    npm("echo 'npm error code ENOTFOUND' >&2; exit 1");
    expect(await refusal()).to.include("can't be fetched from the registry (ENOTFOUND); do this");
    expect(existsSync(kept)).to.equal(false);
  });

  it("is fetched once", async () => {
    const packed = folder.path("p.tgz");
    writeFileSync(packed, tarGz("package", [{ path: "package.json", bytes: Buffer.from("{}") }]));
    npm(`cp '${packed}' "$5/p.tgz"; echo '[{"filename":"p.tgz"}]'`);
    expect(await fetchedFolder(pinned, "do this")).to.equal(kept);
    npm("exit 1");
    expect(readFileSync(join(await fetchedFolder(pinned, "do this"), "package.json"), "utf8")).to.equal("{}");
  });

  it("must be the one that was pinned", () => {
    const integrity = platformOf("linux-x64").node.integrity;
    expect(() => refuseChanged({ ...pinned, integrity }, Buffer.from("other"))).to.throw(
      /has the checksum sha512-.*find out who changed/,
    );
  });
});
