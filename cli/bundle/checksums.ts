/** `SHA256SUMS`: what lies in an unpacked archive. `sha256sum -c` reads it, and so does `naru verify`. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ArchiveFile } from "./archive";
import { BundleError } from "./bundle-error";

export const SUMS = "SHA256SUMS";

/** The one folder of the archive that the people there may add to. */
const THEIRS = "contracts";

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** @param files sorted. */
export function sumsOf(files: readonly ArchiveFile[]): string {
  return files.map(({ path, bytes }) => `${sha256(bytes)}  ${path}\n`).join("");
}

/** What is not as it was packed; nothing when all is. Paths are relative. */
export interface Verification {
  readonly files: number;
  readonly changed: readonly string[];
  readonly missing: readonly string[];
  /** In the program's folders, and not of the archive: the program could load them. */
  readonly added: readonly string[];
}

/** Compares an unpacked archive with its list. @throws BundleError when there is no list */
export async function verifyFolder(folder: string): Promise<Verification> {
  const list = await readFile(join(folder, SUMS), "utf8").catch(() => {
    throw new BundleError(join(folder, SUMS), "can't be read", "unpack the archive again");
  });
  const sums = new Map(
    [...list.matchAll(/^([0-9a-f]{64}) {2}(.+)$/gm)].map(([, sum, path]) => [path!, sum!]),
  );
  const there = new Set(await filesUnder(folder));
  const programs = new Set(
    [...sums.keys()].map(firstFolder).filter((name) => name !== "" && name !== THEIRS),
  );
  const kept = [...sums.keys()].filter((path) => there.has(path));
  const changed: string[] = [];
  for (const path of kept) {
    if ((await sumOfFile(join(folder, path))) !== sums.get(path)) changed.push(path);
  }
  return {
    files: sums.size,
    changed,
    missing: [...sums.keys()].filter((path) => !there.has(path)),
    added: [...there].filter((path) => !sums.has(path) && programs.has(firstFolder(path))),
  };
}

/** Empty for a file that lies in none. */
function firstFolder(path: string): string {
  return path.slice(0, Math.max(0, path.indexOf("/")));
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

async function sumOfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
