/** A server's process: as an ordinary user, in a folder of its own, until the test stops it. */
import type { ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gathered, give, startProgram } from "../../../local/database/ordinary-user";

/** A new folder that the server's user owns. */
export function serverFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "naru-server-"));
  chmodSync(folder, 0o700);
  give(folder);
  return folder;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
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
    const child = startProgram(program, args);
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
