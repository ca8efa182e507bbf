/** Jars from Maven Central by a lock file, checked by hash. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { PATHS, ROOT } from "../paths";

interface JarLock {
  readonly repository: string;
  readonly jars: readonly { readonly artifact: string; readonly sha256: string; readonly bytes: number }[];
}

/** What is fetched together, into a folder of its own: a class path is a whole folder. */
export interface JarSet {
  /** The lock file. */
  readonly lock: string;
  readonly folder: string;
}

/** What Spark needs beside PySpark; 7 MB. */
const SPARK: JarSet = { lock: join(ROOT, "spark-jobs", "jars.lock.json"), folder: PATHS.jars };

/**
 * Fetches what is missing. `NARU_MAVEN_REPOSITORY` names a mirror, for networks that reach no other.
 * @param say told of each jar that had to be fetched, and of how many are there.
 * @throws Error naming the jar that could not be fetched or has other bytes than locked.
 */
export async function ensureJars(
  { lock, folder }: JarSet = SPARK,
  say: (what: string) => void = () => undefined,
): Promise<void> {
  const { repository, jars } = JSON.parse(readFileSync(lock, "utf8")) as JarLock;
  const from = process.env.NARU_MAVEN_REPOSITORY ?? repository;
  mkdirSync(folder, { recursive: true });
  let ready = 0;
  await Promise.all(
    jars.map(async ({ artifact, sha256 }) => {
      const isNew = await ensureJar({ artifact, sha256, from, folder, lock: relative(ROOT, lock) });
      ready += 1;
      if (isNew) say(`${artifact} (${ready} of ${jars.length} jars)`);
    }),
  );
}

interface WantedJar {
  readonly artifact: string;
  readonly sha256: string;
  readonly from: string;
  readonly folder: string;
  readonly lock: string;
}

/** @returns whether it had to be fetched. */
async function ensureJar({ artifact, sha256, from, folder, lock }: WantedJar): Promise<boolean> {
  const [group, name, version] = artifact.split(":") as [string, string, string];
  const file = `${name}-${version}.jar`;
  const path = join(folder, file);
  if (existsSync(path) && hash(readFileSync(path)) === sha256) return false;
  const url = `${from.replace(/\/*$/, "/")}${group.replaceAll(".", "/")}/${name}/${version}/${file}`;
  const response = await fetch(url).catch((error: Error) => {
    throw new Error(`${artifact}: could not be fetched from ${url}: ${error.message}`);
  });
  if (!response.ok) throw new Error(`${artifact}: ${url} answered ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (hash(bytes) !== sha256) {
    throw new Error(`${artifact}: ${url} has other bytes than ${lock} says; nothing was kept.`);
  }
  // Written beside and moved, so that a killed download leaves no half jar; two at once do not meet.
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, bytes);
  renameSync(unfinished, path);
  return true;
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
