/** For a process that is told to end while it ships. */
import { stopRewriters } from "./rewrite/rewriter";
import { leaveAll } from "./run/lock";

/**
 * Leaves nothing unfinished in clear; what is converted stays for the next start. Shipments of the process don't end by
 * themselves any more: it must exit behind this.
 */
export async function stopAll(): Promise<void> {
  // First, as their threads make such files.
  await stopRewriters();
  leaveAll();
}
