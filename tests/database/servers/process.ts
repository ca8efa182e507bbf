/** A server's process: as an ordinary user, in a folder of its own, until the test stops it. */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Neither server runs as root: `nobody` on every Linux (Debian policy 9.2.2). */
const NOBODY = 65534;

/** Whom the server runs as. */
export function ordinaryUser(): { uid: number; gid: number } | object {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** A new folder that the server's user owns. */
export function serverFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "naru-server-"));
  chmodSync(folder, 0o700);
  give(folder);
  return folder;
}

/** Makes the server's user the owner. */
export function give(path: string): void {
  if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY);
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Runs a program of the server to its end. @throws Error with its output when it fails. */
export async function runOnce(program: string, args: readonly string[], env: object = {}): Promise<void> {
  const child = start(program, args, env);
  const output = gathered(child);
  const code = await new Promise((resolve) => child.once("close", resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${output()}`);
}

export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Starts the server and waits until `ready` no longer throws. */
  static async start(
    program: string,
    args: readonly string[],
    folder: string,
    ready: () => Promise<void>,
  ): Promise<ServerProcess> {
    const child = start(program, args);
    const output = gathered(child);
    const until = Date.now() + 60_000;
    for (;;) {
      try {
        await ready();
        return new ServerProcess(child, folder);
      } catch (error) {
        if (child.exitCode !== null || Date.now() > until) {
          child.kill("SIGKILL");
          throw new Error(`${program} does not answer: ${(error as Error).message}\n${output()}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  /** Ends it as a crash would. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("close", resolve));
    this.child.kill(signal);
    await ended;
  }

  /** Ends it and removes its data. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function start(program: string, args: readonly string[], env: object = {}): ChildProcess {
  return spawn(program, [...args], {
    ...ordinaryUser(),
    cwd: "/",
    env: { ...process.env, LC_ALL: "C", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function gathered(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (piece: Buffer) => (text = (text + piece.toString()).slice(-4000)));
  }
  return () => text;
}
