/** A child process that is up when it says so, and whose end is its parent's business. */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { noteService } from "./running";

export interface ServiceProcess {
  readonly name: string;
  readonly pid: number;
  /** Ends it: SIGTERM, and SIGKILL where it has not ended in time. */
  stop(): Promise<void>;
  /** Ends it as a crash would: SIGKILL. */
  kill(): Promise<void>;
  /** Resolves when it has ended, by whomever. */
  readonly ended: Promise<void>;
}

export interface ServiceOptions {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Whom it runs as. @default this process' own user */
  readonly user?: { readonly uid?: number; readonly gid?: number };
  /** File that takes its output. */
  readonly log: string;
  /** Resolves to true once the service answers. */
  readonly isUp: () => Promise<boolean>;
  /** Milliseconds that it has to end. @default 8000 */
  readonly graceMs?: number;
}

/** Milliseconds that a service has to come up; a cold disk takes Python several seconds. */
const START_MS = 60_000;
const GRACE_MS = 8_000;
const POLL_MS = 50;
const LOG_TAIL_LINES = 15;

/** @throws Error with the end of its log when it ends or does not answer in time. */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const log = openSync(options.log, "a");
  const child = spawn(options.command, options.arguments, {
    cwd: options.folder,
    ...options.user,
    env: options.environment,
    stdio: ["ignore", log, log],
    // A group of its own: Ctrl-C in the terminal reaches only the parent, which ends its services in order.
    detached: true,
  });
  closeSync(log);
  endWithThisProcess(child);
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const deadline = Date.now() + START_MS;
  while (!(await options.isUp().catch(() => false))) {
    if (
      child.exitCode !== null ||
      child.signalCode !== null ||
      child.pid === undefined ||
      Date.now() > deadline
    ) {
      child.kill("SIGKILL");
      throw new Error(`${options.name} did not start. The end of ${options.log}:\n${tail(options.log)}`);
    }
    await sleep(POLL_MS);
  }
  return {
    name: options.name,
    pid: child.pid!,
    stop: () => end(child, "SIGTERM", options.graceMs ?? GRACE_MS),
    kill: () => end(child, "SIGKILL", GRACE_MS),
    ended,
  };
}

/** Where this process exits without a word to its services (while one starts, or on an error nobody caught), they end too. */
function endWithThisProcess(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  noteService(pid);
  const endIt = () => process.kill(-pid, "SIGTERM");
  process.once("exit", endIt);
  child.once("exit", () => process.off("exit", endIt));
}

async function end(child: ChildProcess, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  process.kill(-child.pid!, signal);
  const force = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), graceMs);
  await ended;
  clearTimeout(force);
}

function tail(file: string): string {
  return readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
}
