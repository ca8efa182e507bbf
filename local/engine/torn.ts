/** What a killed `pulumi` leaves of its own files in a folder that keeps its state. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes attributes of state files that it had begun to write: Pulumi reads no state beside an empty file of them
 * (`failed to load checkpoint: EOF`), and needs none. The state itself is written whole or not at all.
 * @param folder the backend's.
 */
export function removeTorn(folder: string): void {
  const stacks = join(folder, ".pulumi", "stacks");
  if (!existsSync(stacks)) return;
  for (const name of readdirSync(stacks, { recursive: true, encoding: "utf8" })) {
    const file = join(stacks, name);
    if (name.endsWith(".attrs") && statSync(file).size === 0) rmSync(file);
  }
}
