/** Folders that one process works in at a time. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ShipError, systemCode } from "../ship-error";

const LOCK = "lock";
/** A process writes its number right behind making the file; one that is empty for longer was left by a crash. */
const WRITTEN_WITHIN_MS = 5000;

/**
 * Folders that this process has, with the names of what is in clear there. The lock's number alone does not tell, as a process
 * that was killed may have had the same.
 */
const held = new Map<string, RegExp>();

/**
 * Takes a folder for this process.
 * @param inClear names of unfinished files with clear values, for {@link leaveAll}.
 * @throws ShipError when another living one has it, or this one already.
 */
export function lock(folder: string, inClear: RegExp): void {
  if (held.has(folder)) throw inUse(folder, process.pid);
  const file = join(folder, LOCK);
  for (;;) {
    try {
      // Made by one process only, however many start at once.
      writeFileSync(file, String(process.pid), { flag: "wx", mode: 0o600, flush: true });
      held.set(folder, inClear);
      return;
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
    }
    const owner = ownerOf(folder);
    if (owner !== undefined) throw inUse(folder, owner);
    rmSync(file, { force: true });
  }
}

/** Gives it back. */
export function unlock(folder: string): void {
  if (held.delete(folder)) rmSync(join(folder, LOCK), { force: true });
}

/** Removes what is unfinished and in clear in this process's folders, and gives them back. */
export function leaveAll(): void {
  for (const [folder, inClear] of held) {
    removeNamed(folder, inClear);
    unlock(folder);
  }
}

/** Removes files of a folder by their names. */
export function removeNamed(folder: string, names: RegExp): void {
  for (const name of namesIn(folder)) if (names.test(name)) rmSync(join(folder, name), { force: true });
}

/** None where there is no folder. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether another living process works in the folder. */
export function isLocked(folder: string): boolean {
  return !held.has(folder) && ownerOf(folder) !== undefined;
}

/** The living process, other than this one, that works in the folder; 0 where its number can't be told. */
function ownerOf(folder: string): number | undefined {
  const file = join(folder, LOCK);
  try {
    const owner = Number(readFileSync(file, "utf8"));
    if (owner === 0) return Date.now() - statSync(file).mtimeMs < WRITTEN_WITHIN_MS ? 0 : undefined;
    if (!Number.isInteger(owner) || owner < 0 || owner === process.pid) return undefined;
    process.kill(owner, 0);
    return owner;
  } catch (error) {
    // A process of another user lives too.
    return systemCode(error) === "EPERM" ? 0 : undefined;
  }
}

function inUse(folder: string, owner: number): ShipError {
  return new ShipError(
    folder,
    `is in use by ${owner === 0 ? "another process" : `process ${owner}`}`,
    "wait for it: the same source is being shipped there",
  );
}
