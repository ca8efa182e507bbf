/** Fetches programs of database servers by `servers.lock.json`: only the parts of the archives that a server needs to run. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { inflateRawSync } from "node:zlib";
import { PATHS } from "../paths";

type ServerName = "postgres" | "mysql";

interface ArchivePart {
  /** Path in the repository; a zip. */
  readonly archive: string;
  /** Where the packed (deflate) bytes of the entry begin in it. */
  readonly offset: number;
  readonly packed: number;
  /** Of the unpacked bytes. */
  readonly sha256: string;
  readonly file: string;
}

interface ServerLock {
  readonly repository: string;
  readonly servers: Readonly<
    Record<ServerName, { readonly version: string; readonly parts: readonly ArchivePart[] }>
  >;
}

const LOCK = JSON.parse(readFileSync(join(__dirname, "servers.lock.json"), "utf8")) as ServerLock;

/** The programs are for this system. */
export const SERVERS_RUN_HERE = process.platform === "linux" && process.arch === "x64";

/**
 * The server's folder, fetched where it is missing. `NARU_MAVEN_REPOSITORY` names a mirror.
 * @throws Error naming the part that could not be fetched or has other bytes than locked.
 */
export async function binariesOf(server: ServerName): Promise<string> {
  const { version, parts } = LOCK.servers[server];
  const folder = join(PATHS.own, "test-servers", `${server}-${version}`);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  for (const part of parts) {
    const file = join(unfinished, part.file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await fetched(part), { mode: 0o755 });
    if (file.endsWith(".txz")) await unpackTar(file, unfinished);
  }
  // Moved when whole, so that a killed download leaves no half server.
  renameSync(unfinished, folder);
  return folder;
}

async function fetched({ archive, offset, packed, sha256 }: ArchivePart): Promise<Buffer> {
  const repository = process.env.NARU_MAVEN_REPOSITORY ?? LOCK.repository;
  const url = `${repository.replace(/\/*$/, "/")}${archive}`;
  const response = await fetch(url, { headers: { range: `bytes=${offset}-${offset + packed - 1}` } });
  if (response.status !== 206) throw new Error(`${url}: answered ${response.status} to a part of it`);
  const bytes = inflateRawSync(Buffer.from(await response.arrayBuffer()));
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw new Error(`${url}: has other bytes than servers.lock.json says; nothing was kept`);
  }
  return bytes;
}

/** By Python, which has xz with it; `tar` needs it installed beside. */
async function unpackTar(file: string, folder: string): Promise<void> {
  const program =
    "import sys, tarfile; tarfile.open(sys.argv[1], 'r:xz').extractall(sys.argv[2], filter='data')";
  await promisify(execFile)("python3", ["-c", program, file, folder]);
  rmSync(file);
}
