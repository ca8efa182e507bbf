/** Processes in which functions run: children of the emulator. */
import { readdirSync, readFileSync } from "node:fs";

/** Node processes that a process has started itself. */
export function nodeChildren(parent: number): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        return /^Name:\s+node$/m.test(status) && Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]) === parent;
      } catch {
        // It has ended meanwhile.
        return false;
      }
    });
}

/** Ends them as a crash would. @returns how many there were. */
export function killNodeChildren(parent: number): number {
  const found = nodeChildren(parent);
  for (const pid of found) process.kill(pid, "SIGKILL");
  return found.length;
}
