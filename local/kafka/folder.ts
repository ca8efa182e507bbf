/** The folder of a node: whose it is, and its first files. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { JAVA } from "../toolchain";
import { formatProgram } from "./programs";

const run = promisify(execFile);

/** Marks a folder as one of ours, and says which cluster's. */
const MARK = "cluster.json";

export interface NodeFolder {
  readonly path: string;
  readonly clusterId: string;
  readonly data: string;
  readonly settings: string;
  readonly log: string;
}

/**
 * A new folder gets a cluster of its own; one that has been used goes on with its cluster.
 * @throws Error when something else lies there, or another cluster's data.
 */
export function claimFolder(path: string): NodeFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const mark = join(path, MARK);
  if (!existsSync(mark)) {
    if (readdirSync(path).length > 0) {
      throw new Error(
        `${path} holds other files than a broker of Naru's; give an empty folder, or one that it made`,
      );
    }
    writeFileSync(mark, JSON.stringify({ clusterId: newClusterId() }));
  }
  const { clusterId } = JSON.parse(readFileSync(mark, "utf8")) as { readonly clusterId: string };
  const data = join(path, "data");
  const found = clusterOf(data);
  if (found !== undefined && found !== clusterId) {
    throw new Error(
      `${data} is of the cluster ${found}, and ${mark} says ${clusterId}; give another folder, or remove this one`,
    );
  }
  return { path, clusterId, data, settings: join(path, "server.properties"), log: join(path, "broker.log") };
}

/** @throws Error with what Kafka says against it. */
export async function formatFolder({ settings, clusterId, data }: NodeFolder): Promise<void> {
  if (clusterOf(data) !== undefined) return;
  await run(JAVA, formatProgram(settings, clusterId)).catch((error: { stderr?: string; message: string }) => {
    throw new Error(`${data} could not be made ready for Kafka: ${error.stderr?.trim() ?? error.message}`);
  });
}

/** Marks a folder as in use: Kafka's own lock comes after it has opened its metadata, which a second one would spoil. */
export interface FolderLock {
  /** From the starting process to the broker's. */
  passTo(pid: number): void;
  release(): void;
}

/** @throws Error when the process that holds it is alive. */
export function lockFolder({ path }: NodeFolder): FolderLock {
  const file = join(path, "broker.pid");
  const holder = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  if (isAlive(holder)) {
    throw new Error(
      `${path}: another broker uses this folder (process ${holder}); end it, or give another folder`,
    );
  }
  rmSync(file, { force: true });
  // Fails where another start was quicker.
  let mine = String(process.pid);
  writeFileSync(file, mine, { flag: "wx" });
  return {
    passTo: (pid) => writeFileSync(file, (mine = String(pid))),
    release: () => {
      if (existsSync(file) && readFileSync(file, "utf8") === mine) rmSync(file, { force: true });
    },
  };
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The cluster that a log folder belongs to, where it is formatted. */
function clusterOf(data: string): string | undefined {
  const file = join(data, "meta.properties");
  if (!existsSync(file)) return undefined;
  return /^cluster\.id=(.*)$/m.exec(readFileSync(file, "utf8"))?.[1];
}

/** 22 characters of base64url, as Kafka's own; a hyphen in front would be read as an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString("base64url");
  return id.startsWith("-") ? newClusterId() : id;
}
