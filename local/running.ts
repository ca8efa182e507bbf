/** One run at a time in a checkout: who runs, what it started, and how another command ends both. */
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { PATHS } from "./paths";

/** Process ids, one a line: the run's own, then those of its services. */
const FILE = join(PATHS.own, "run.pid");
/** Milliseconds that a run, or a service that outlived its run, has to end. */
const END_MS = 75_000;
const POLL_MS = 100;

/**
 * Ends a run that is still up, and marks this process as the one that runs.
 * @returns whether there was one to end.
 * @throws Error when another run starts at the same moment.
 */
export async function claimRun(): Promise<boolean> {
  const ended = await endRun();
  try {
    writeFileSync(FILE, `${process.pid}\n`, { flag: "wx" });
    return ended;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new Error(
      "Another run has just started in this checkout; wait for it, or end it with `naru down`",
      {
        cause: error,
      },
    );
  }
}

/** Notes a service of this run: where the run is killed, `naru down` and the next run still find it. */
export function noteService(pid: number): void {
  if (recordedPids()[0] === process.pid) appendFileSync(FILE, `${pid}\n`);
}

export function releaseRun(): void {
  if (recordedPids()[0] === process.pid) rmSync(FILE, { force: true });
}

/** Ends the run that is up, or the services of one that was killed; resolves to whether there was anything to end. */
export async function endRun(): Promise<boolean> {
  const [run, ...services] = recordedPids();
  if (run === process.pid) return false;
  const isUp = run !== undefined && isNaru(run);
  if (isUp) await end(run, run);
  // A run that ends by itself has ended its services; one that was killed has not. Each leads a group of its own.
  const left = services.filter(isNaru);
  await Promise.all(left.map((pid) => end(pid, -pid)));
  rmSync(FILE, { force: true });
  return isUp || left.length > 0;
}

async function end(pid: number, target: number): Promise<void> {
  process.kill(target, "SIGTERM");
  const deadline = Date.now() + END_MS;
  while (isNaru(pid)) {
    if (Date.now() > deadline)
      throw new Error(`The running platform (process ${pid}) does not end; end it by hand`);
    await sleep(POLL_MS);
  }
}

function recordedPids(): number[] {
  if (!existsSync(FILE)) return [];
  // 0 and what is no number would address this process' own group.
  return readFileSync(FILE, "utf8")
    .split("\n")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0);
}

/** The number of a process that ended may belong to another program by now. */
function isNaru(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, "utf8").includes("naru");
}
