/** Jars that Spark needs beside PySpark: fetched from Maven Central by `spark-jobs/jars.lock.json`, checked by hash. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATHS, ROOT } from "../paths";

interface JarLock {
  readonly repository: string;
  readonly jars: readonly { readonly artifact: string; readonly sha256: string; readonly bytes: number }[];
}

const LOCK = join(ROOT, "spark-jobs", "jars.lock.json");

/**
 * Fetches what is missing (7 MB in all). `NARU_MAVEN_REPOSITORY` names a mirror, for networks that reach no other.
 * @throws Error naming the jar that could not be fetched or has other bytes than locked.
 */
export async function ensureJars(): Promise<void> {
  const lock = JSON.parse(readFileSync(LOCK, "utf8")) as JarLock;
  const repository = process.env.NARU_MAVEN_REPOSITORY ?? lock.repository;
  mkdirSync(PATHS.jars, { recursive: true });
  await Promise.all(lock.jars.map(({ artifact, sha256 }) => ensureJar(repository, artifact, sha256)));
}

async function ensureJar(repository: string, artifact: string, sha256: string): Promise<void> {
  const [group, name, version] = artifact.split(":") as [string, string, string];
  const file = `${name}-${version}.jar`;
  const path = join(PATHS.jars, file);
  if (existsSync(path) && hash(readFileSync(path)) === sha256) return;
  const url = `${repository.replace(/\/*$/, "/")}${group.replaceAll(".", "/")}/${name}/${version}/${file}`;
  const response = await fetch(url).catch((error: Error) => {
    throw new Error(`${artifact}: could not be fetched from ${url}: ${error.message}`);
  });
  if (!response.ok) throw new Error(`${artifact}: ${url} answered ${response.status}`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (hash(bytes) !== sha256) {
    throw new Error(
      `${artifact}: ${url} has other bytes than spark-jobs/jars.lock.json says; nothing was kept.`,
    );
  }
  // Written beside and moved, so that a killed download leaves no half jar.
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
