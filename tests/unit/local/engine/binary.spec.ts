import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  ENGINE_VERSION,
  EngineMissing,
  findEngine,
  isAtLeast,
  type FindOptions,
} from "../../../../local/engine/binary";

/** A `go` that leaves a program at the place it is asked to, as `go build … -o PLACE PACKAGE`. */
const GO_THAT_BUILDS = `
case "$1" in
  version) echo "go version go1.26.1 linux/amd64" ;;
  build)
    while [ "$1" != "-o" ]; do shift; done
    /bin/mkdir -p "\${2%/*}"
    printf '#!/bin/sh\\necho v${ENGINE_VERSION}\\n' > "$2"
    /bin/chmod +x "$2" ;;
esac`;

describe("the engine at hand", () => {
  const path = process.env.PATH;
  let folder: string;
  let cache: string;

  /** Puts a program on the PATH, which holds nothing else. */
  const program = (name: string, script: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  const missing = (options: FindOptions = {}): Promise<Error> =>
    findEngine({ cache, ...options }).then(
      () => expect.fail("an engine was found"),
      (error: Error) => error,
    );

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "naru-engine-"));
    cache = join(folder, "cache");
    mkdirSync(cache);
    process.env.PATH = folder;
  });
  afterEach(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  });

  it("is the person's own pulumi where it is new enough", async () => {
    program("pulumi", "echo v3.999.0");
    expect(await findEngine({ cache })).to.deep.equal({ version: "3.999.0" });
  });

  it("is built once, whole, and then found without Go", async () => {
    program("pulumi", "echo v3.1.0");
    program("go", GO_THAT_BUILDS);
    const told: string[] = [];
    const built = await findEngine({ cache, say: (what) => told.push(what) });
    const root = join(cache, `pulumi-${ENGINE_VERSION}`);
    expect(built).to.deep.equal({ version: ENGINE_VERSION, root });
    expect(told.join()).to.contain("about 6 minutes");
    expect(readdirSync(cache), "work folders").to.deep.equal([`pulumi-${ENGINE_VERSION}`]);
    program("go", "exit 1");
    expect(await findEngine({ cache })).to.deep.equal(built);
  });

  it("is built anew where what lies in the cache does not run", async () => {
    const bin = join(cache, `pulumi-${ENGINE_VERSION}`, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, "pulumi"), "half");
    program("go", GO_THAT_BUILDS);
    expect((await findEngine({ cache })).version).to.equal(ENGINE_VERSION);
  });

  it("is missed with what to install where there is neither pulumi nor Go", async () => {
    const error = await missing();
    expect(error).to.be.instanceOf(EngineMissing);
    expect(error.message)
      .to.contain("no pulumi on the PATH, and there is no Go")
      .and.to.contain("https://www.pulumi.com/docs/iac/download-install/");
  });

  it("is missed where pulumi and Go are too old", async () => {
    program("pulumi", "echo v3.229.9");
    program("go", 'echo "go version go1.24.9 linux/amd64"');
    expect((await missing()).message)
      .to.contain("the pulumi on the PATH is 3.229.9")
      .and.to.contain("Go is 1.24.9");
  });

  it("is no pulumi that hangs, fails or tells no version", async () => {
    program("pulumi", "exec /bin/sleep 600");
    expect((await missing({ answerMs: 200 })).message).to.contain("did not tell its version in 0.2 s");
    program("pulumi", "exit 3");
    expect((await missing()).message).to.contain("fails when it is asked for its version");
    program("pulumi", "echo 'Welcome! Press Enter'");
    expect((await missing()).message).to.contain("tells no version");
  });

  it("leaves nothing of a build that fails, and says what Go said", async () => {
    program(
      "go",
      `[ "$1" = version ] && echo "go version go1.26.1 linux/amd64" && exit 0\necho "no proxy" >&2; exit 1`,
    );
    expect((await missing()).message).to.contain("no proxy\nInstall Pulumi");
    expect(existsSync(join(cache, `pulumi-${ENGINE_VERSION}`))).to.equal(false);
    expect(readdirSync(cache)).to.deep.equal([]);
  });

  it("is missed with what to set where its cache can't be written", async () => {
    program("go", GO_THAT_BUILDS);
    const file = join(folder, "no-folder");
    writeFileSync(file, "");
    const error = await findEngine({ cache: join(file, "naru") }).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(EngineMissing);
    expect((error as Error).message)
      .to.contain(file)
      .and.to.contain("set XDG_CACHE_HOME");
  });

  it("lies in the home where XDG_CACHE_HOME is relative, which would be the checkout", async () => {
    const { HOME: home, XDG_CACHE_HOME: given } = process.env;
    Object.assign(process.env, { HOME: folder, XDG_CACHE_HOME: "relative" });
    program("go", GO_THAT_BUILDS);
    try {
      const { root } = await findEngine();
      expect(root).to.equal(join(folder, ".cache", "naru", `pulumi-${ENGINE_VERSION}`));
    } finally {
      process.env.HOME = home;
      if (given === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = given;
    }
  });

  it("is not taken of another major version", () => {
    expect(isAtLeast("4.0.0", "3.230.0")).to.equal(false);
    expect(isAtLeast("3.230.0", "3.230.0")).to.equal(true);
    expect(isAtLeast("3.231.0-alpha.1", "3.230.4")).to.equal(true);
    expect(isAtLeast("3.230.3", "3.230.4")).to.equal(false);
  });
});
