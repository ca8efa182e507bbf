/** Folders that one process works in at a time. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ShipError, systemCode } from "../ship-error";

const LOCK = "lock";
/** A process writes its number right behind making the file; one that is empty for longer was left by a crash. */
const WRITTEN_WITHIN_MS = 5000;

/** Folders that this process has: its number alone does not tell, as one that was killed may have had the same. */
const held = new Set<string>();

/** Takes a folder for this process. @throws ShipError when another living one has it, or this one already. */
export function lock(folder: string): void {
  if (held.has(folder)) throw inUse(folder, process.pid);
  const file = join(folder, LOCK);
  for (;;) {
    try {
      // Made by one process only, however many start at once.
      writeFileSync(file, String(process.pid), { flag: "wx", mode: 0o600, flush: true });
      held.add(folder);
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
