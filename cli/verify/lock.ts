/** The lock that Pulumi's own backends (a folder, a bucket) keep of an update, and who holds it. */
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";

/** As the engine tells a lock, file by file. */
const HELD = /created by (.+)@(\S+) \(pid (\d+)\) at (\S+)/g;

/**
 * Who held a lock that may be let go of: this person, on this machine, by a process that has ended. One of another machine,
 * or of a process that is alive, is nobody's to break but its owner's.
 * @param said what Pulumi said when it was refused.
 * @param before moment of the refusal, ISO 8601; a younger lock is of whoever came meanwhile.
 * @returns undefined where there is no lock, or not all of them are such.
 */
export function deadLockOf(said: string, before: string): string | undefined {
  const locks = [...said.matchAll(HELD)].map(([, user, host, pid, at]) => ({
    user,
    host,
    pid: Number(pid),
    at,
  }));
  const dead = locks.filter(
    ({ user, host, pid, at }) =>
      user === userInfo().username &&
      host === hostname() &&
      Date.parse(at!) <= Date.parse(before) &&
      !isAlive(pid),
  );
  if (locks.length === 0 || dead.length < locks.length) return undefined;
  return dead.map(({ pid, at }) => `process ${pid} of ${at}`).join(", ");
}

/** @param word of its command line; the number of a process that ended may belong to another by now. @default any */
export function isAlive(pid: number, word = ""): boolean {
  // What is not above zero would address groups of processes.
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's is alive too.
    return (error as NodeJS.ErrnoException).code === "EPERM" && word === "";
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(word);
  } catch {
    // No /proc here, or it has just ended: alive, to be sure.
    return true;
  }
}
