import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { unzipSync } from "fflate";
import { type ArchiveFile, tarGz, zip } from "../../cli/bundle/archive";
import { FILES } from "../../cli/bundle/assets";
import { bundle } from "../../cli/bundle/bundle";
import { sha256 } from "../../cli/bundle/checksums";
import { licenceOf } from "../../cli/bundle/licences";
import { PLATFORM_NAMES, platformOf } from "../../cli/bundle/platforms";
import { compileProgram } from "../../cli/bundle/program";
import { fetchedFolder, lockedPackage, refuseChanged } from "../../cli/bundle/registry";
import { PATHS, ROOT } from "../../local/paths";
import { temporaryFolder } from "../unit/contract/temporary-folder";

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

  it("has data that lies beside code in its list, and packages that are imported late", async () => {
    mkdirSync(PATHS.own, { recursive: true });
    const beside = mkdtempSync(join(PATHS.own, "beside-"));
    try {
      const path = beside.slice(ROOT.length + 1);
      writeFileSync(join(beside, "engine.ts"), 'export const engine = () => import("yaml");\n');
      mkdirSync(join(beside, "dist"));
      writeFileSync(join(beside, "dist", "hash.wasm"), "");
      expect(await rejection(compileProgram([`${path}/engine.ts`], FILES))).to.equal(
        `${path}/dist/hash.wasm: lies beside the program's code and would stay behind; add a line to FILES in cli/bundle/assets.ts`,
      );
      const program = await compileProgram([`${path}/engine.ts`], [`${path}/dist/hash.wasm`]);
      expect(program.packages).to.deep.equal(["node_modules/yaml"]);
      expect(program.files.map((file) => file.path)).to.have.members([
        `${path}/engine.js`,
        "node_modules/packages.js",
        "node_modules/yaml/index.js",
      ]);
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
