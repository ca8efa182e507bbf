/**
 * The Pulumi engine as a program: the person's own `pulumi`, else one that was built before, else one built now from
 * Pulumi's Go module, which the checksums in `build/go.sum` pin.
 */
import { execFile, spawn, type ExecFileException } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { promisify } from "node:util";

/** Built where there is none, and the oldest `pulumi` of a person's own that is taken: what this project was tried with. */
export const ENGINE_VERSION = "3.230.0";
const PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
/** What `build/go.mod` asks for. */
const GO_VERSION = "1.25";
const SOURCES = join(__dirname, "build");
/** Between two words of progress. */
const TELL_EVERY_MS = 15_000;
const LOG_TAIL_LINES = 10;
/** A program says its version in a second; one that waits for somebody never does. */
const ANSWER_MS = 30_000;

const run = promisify(execFile);

export interface Engine {
  readonly version: string;
  /** Folder with `bin/pulumi`; absent for the `pulumi` of the PATH. */
  readonly root?: string;
}

/** What to start. */
export function commandOf({ root }: Engine): string {
  return root === undefined ? "pulumi" : binaryIn(root);
}

/** There is no engine, and none can be built. The message says what to do. */
export class EngineMissing extends Error {
  constructor(reason: string) {
    super(
      // What Go said ends with a line of its own.
      `There is no Pulumi engine: ${reason}${reason.endsWith("\n") ? "" : ". "}Install Pulumi ${ENGINE_VERSION} or newer ` +
        `(curl -fsSL https://get.pulumi.com | sh; https://www.pulumi.com/docs/iac/download-install/), ` +
        `or Go ${GO_VERSION} or newer (https://go.dev/dl/), with which Naru builds the engine once`,
    );
    this.name = "EngineMissing";
  }
}

export interface FindOptions {
  /** Told what takes long. @default nobody is told */
  readonly say?: (what: string) => void;
  /** Where engines that were built lie, outside the checkout. @default `naru` in XDG_CACHE_HOME, or in ~/.cache */
  readonly cache?: string;
  /** Milliseconds that a `pulumi` has to say its version. @default 30 seconds */
  readonly answerMs?: number;
}

/**
 * With an engine at hand it takes no network; without one about 6 minutes and a proxy of Go modules (GOPROXY).
 * @throws EngineMissing when there is none and Go is missing, too old, or fails.
 */
export async function findEngine(options: FindOptions = {}): Promise<Engine> {
  const { say, cache = cacheFolder(), answerMs } = options;
  const own = await ask("pulumi", answerMs);
  if (own.version !== undefined && isAtLeast(own.version, ENGINE_VERSION)) return { version: own.version };
  const root = join(cache, `pulumi-${ENGINE_VERSION}`);
  const built = await versionOf(binaryIn(root));
  if (built === ENGINE_VERSION) return { version: built, root };
  const found = own.version === undefined ? own.reason : `the pulumi on the PATH is ${own.version}`;
  await checkGo(found);
  await build(root, cache, found, say);
  return { version: ENGINE_VERSION, root };
}

/** Whether a version has the same major one as `wanted` and is no older. */
export function isAtLeast(version: string, wanted: string): boolean {
  const [major, minor, patch] = numbers(version);
  const [wantedMajor, wantedMinor, wantedPatch] = numbers(wanted);
  return (
    major === wantedMajor && (minor! > wantedMinor! || (minor === wantedMinor && patch! >= wantedPatch!))
  );
}

/** `3.230.0-alpha.1` counts as 3.230.0, `1.25` as 1.25.0. */
function numbers(version: string): number[] {
  const parts = version.split(/[-+]/)[0]!.split(".").map(Number);
  return [...parts, 0, 0].slice(0, 3);
}

/** Where engines that were built lie, for every checkout: `naru` in XDG_CACHE_HOME, or in ~/.cache. */
export function cacheFolder(): string {
  const given = process.env.XDG_CACHE_HOME;
  // A relative one counts for none (XDG Base Directory Specification).
  return join(given !== undefined && isAbsolute(given) ? given : join(homedir(), ".cache"), "naru");
}

function binaryIn(root: string): string {
  return join(root, "bin", "pulumi");
}

/** What `pulumi version` says. */
type Answer = { readonly version: string } | { readonly version?: undefined; readonly reason: string };

async function ask(command: string, answerMs = ANSWER_MS): Promise<Answer> {
  try {
    const { stdout } = await run(command, ["version"], {
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      // By force: what hangs may not listen.
      ...({ timeout: answerMs, killSignal: "SIGKILL" } as const),
    });
    const version = /^v(\d+\.\d+\.\d+\S*)/m.exec(stdout)?.[1];
    return version === undefined ? { reason: "the pulumi on the PATH tells no version" } : { version };
  } catch (error) {
    return { reason: whyNot(error as ExecFileException, answerMs) };
  }
}

function whyNot({ code, killed }: ExecFileException, answerMs: number): string {
  if (code === "ENOENT") return "no pulumi on the PATH";
  if (killed === true) return `the pulumi on the PATH did not tell its version in ${answerMs / 1000} s`;
  return "the pulumi on the PATH fails when it is asked for its version";
}

/** @returns undefined where there is no such program, or it says no version. */
async function versionOf(command: string): Promise<string | undefined> {
  return (await ask(command)).version;
}

async function checkGo(found: string): Promise<void> {
  let version: string | undefined;
  try {
    version = /\bgo(\d+\.\d+(?:\.\d+)?)/.exec((await run("go", ["version"])).stdout)?.[1];
  } catch {
    throw new EngineMissing(`${found}, and there is no Go to build it`);
  }
  if (version === undefined || !isAtLeast(version, GO_VERSION)) {
    throw new EngineMissing(
      `${found}, and Go is ${version ?? "of no version that it tells"}, too old to build it`,
    );
  }
}

/** Whole or not at all: built in a folder beside, tried, and renamed. */
async function build(root: string, cache: string, found: string, say?: FindOptions["say"]): Promise<void> {
  const work = await workFolder(cache, found);
  try {
    for (const file of await readdir(SOURCES)) await copyFile(join(SOURCES, file), join(work, file));
    const made = join(work, "made");
    await compile(work, binaryIn(made), found, say);
    if ((await versionOf(binaryIn(made))) !== ENGINE_VERSION) {
      throw new EngineMissing(`${found}, and what Go built does not run`);
    }
    // Another process may have built it meanwhile; a broken one makes room.
    if ((await versionOf(binaryIn(root))) === ENGINE_VERSION) return;
    await rm(root, { recursive: true, force: true });
    await rename(made, root);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function workFolder(cache: string, found: string): Promise<string> {
  try {
    await mkdir(cache, { recursive: true });
    return await mkdtemp(join(cache, "building-"));
  } catch (error) {
    throw new EngineMissing(
      `${found}, and it can't be built in ${cache} (${(error as Error).message}): set XDG_CACHE_HOME to a folder that can be written`,
    );
  }
}

async function compile(work: string, binary: string, found: string, say?: FindOptions["say"]): Promise<void> {
  const started = Date.now();
  const tell = () => {
    const seconds = Math.round((Date.now() - started) / 1000);
    say?.(`building the Pulumi engine ${ENGINE_VERSION}, once, about 6 minutes: ${seconds} s`);
  };
  tell();
  const progress = setInterval(tell, TELL_EVERY_MS);
  const flags = ["-trimpath", "-ldflags", `-s -w -X ${VERSION_VARIABLE}=v${ENGINE_VERSION}`];
  const child = spawn("go", ["build", ...flags, "-o", binary, PACKAGE], {
    cwd: work,
    // As Pulumi builds its releases: no C compiler is needed. A workspace around the cache would be in the way.
    env: { ...process.env, CGO_ENABLED: "0", GOWORK: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const endIt = () => child.kill();
  process.once("exit", endIt);
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  try {
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once("close", resolve).once("error", reject),
    );
    if (code === 0) return;
    const end = log.trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
    throw new EngineMissing(`${found}, and Go could not build it:\n${end}\n`);
  } finally {
    process.off("exit", endIt);
    clearInterval(progress);
  }
}
