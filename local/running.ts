/** One run at a time in a checkout: who runs, and how another command ends it. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PATHS } from "./paths";

const FILE = join(PATHS.own, "run.pid");
/** Milliseconds that a run has to end its services. */
const END_MS = 20_000;
const POLL_MS = 100;

/** Ends a run that is still up, and marks this process as the one that runs. */
export async function claimRun(): Promise<void> {
  await endRun();
  writeFileSync(FILE, String(process.pid));
}

export function releaseRun(): void {
  if (runningPid() === process.pid) rmSync(FILE, { force: true });
}

/** Ends the run that is up; resolves to whether there was one. */
export async function endRun(): Promise<boolean> {
  const pid = runningPid();
  if (pid === undefined || pid === process.pid || !isNaru(pid)) {
    rmSync(FILE, { force: true });
    return false;
  }
  process.kill(pid, "SIGTERM");
  const deadline = Date.now() + END_MS;
  while (isNaru(pid)) {
    if (Date.now() > deadline)
      throw new Error(`The running platform (process ${pid}) does not end; end it by hand`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  rmSync(FILE, { force: true });
  return true;
}

function runningPid(): number | undefined {
  return existsSync(FILE) ? Number(readFileSync(FILE, "utf8")) : undefined;
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
