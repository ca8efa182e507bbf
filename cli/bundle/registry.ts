/** Packages of the registry that this machine has not installed: those of other platforms, and Node.js itself. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { packages as locked } from "../../package-lock.json";
import { PATHS, ROOT } from "../../local/paths";
import { BundleError } from "./bundle-error";
import type { PinnedPackage } from "./platforms";

const run = promisify(execFile);

/** Fetched packages are kept: an archive made again needs no registry. */
const CACHE = join(PATHS.own, "bundle");

/** The version, and where there is one the checksum, that the lockfile has for a package. */
export function lockedPackage(name: string): PinnedPackage {
  const entries: Readonly<Record<string, { version?: string; integrity?: string }>> = locked;
  const { version, integrity } = entries[`node_modules/${name}`] ?? {};
  if (version !== undefined) return { name, version, integrity };
  throw new BundleError(
    "package-lock.json",
    `does not know ${name}`,
    "run npm install, so that it is pinned",
  );
}

/** Folder of a package that `npm ci` installed, when it is there in the pinned version. */
export async function installedFolder({ name, version }: PinnedPackage): Promise<string | undefined> {
  const folder = join(ROOT, "node_modules", name);
  const description = join(folder, "package.json");
  if (!existsSync(description)) return undefined;
  const found = JSON.parse(await readFile(description, "utf8")) as { version?: string };
  return found.version === version ? folder : undefined;
}

/**
 * Folder of an unpacked package, fetched with `npm pack` when it was not before.
 * @param instead what to do where the registry lacks it; ends the error's sentence.
 * @throws BundleError when the registry lacks the version or can't be reached, or the packed file is not the pinned one.
 */
export async function fetchedFolder(pinned: PinnedPackage, instead: string): Promise<string> {
  const folder = join(CACHE, `${pinned.name.replace("/", "+")}-${pinned.version}`);
  if (existsSync(folder)) return folder;
  await mkdir(CACHE, { recursive: true });
  const work = await mkdtemp(join(CACHE, ".fetch-"));
  try {
    const file = await packed(pinned, work, instead);
    refuseChanged(pinned, await readFile(file));
    await run("tar", ["-xzf", file, "-C", work]);
    // Whole or not at all: a fetch that was cut off leaves no folder of that name.
    await rename(join(work, "package"), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

async function packed({ name, version }: PinnedPackage, into: string, instead: string): Promise<string> {
  const what = `${name}@${version}`;
  try {
    // Named here, as `npm run --silent` hands its own level on, and the reason would not be told.
    const words = ["pack", what, "--json", "--pack-destination", into, "--loglevel", "error"];
    const { stdout } = await run("npm", words, { cwd: ROOT });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    // npm 8 names the file of a scoped package as it does the package.
    return join(into, filename.replace(/^@/, "").replaceAll("/", "-"));
  } catch (error) {
    const { stderr = "", message } = error as Error & { stderr?: string };
    const absent = /\b(E404|ETARGET|ENOVERSIONS)\b/.test(stderr);
    const reason = /npm (?:error|ERR!) code (\w+)/.exec(stderr)?.[1] ?? message.split("\n")[0];
    throw new BundleError(
      what,
      absent ? "is not in the registry" : `can't be fetched from the registry (${reason})`,
      instead,
    );
  }
}

/** @throws BundleError when the bytes are not those of the pinned checksum. */
export function refuseChanged({ name, version, integrity }: PinnedPackage, bytes: Uint8Array): void {
  // npm itself holds the file against the registry's checksum; without a pin that has to do.
  if (integrity === undefined) return;
  const found = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (found === integrity) return;
  throw new BundleError(
    `${name}@${version}`,
    `has the checksum ${found}, and ${integrity} is pinned`,
    "find out who changed the package before you use it",
  );
}
