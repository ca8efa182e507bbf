/** Ctrl-C and its likes: nothing that is under way is torn. */
import type { Output } from "../contract/output";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** As a shell tells a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** What can be asked to end. */
export interface Interruptible {
  /** @returns whether something was under way. */
  interrupt(): boolean;
}

/**
 * Where Pulumi works, a signal asks it to end what it has begun, and the step then fails; a second one asks it to end at
 * once. Between its commands the process ends, as each step has told what it does.
 * @param ways told then.
 * @returns what lets go of the signals.
 */
export function heedSignals(pulumi: Interruptible, { err }: Output, ways: string): () => void {
  let asked = 0;
  const heed = () => {
    asked += 1;
    if (!pulumi.interrupt()) {
      err(`Interrupted. The stack may stand, and cost.${ways}`);
      process.exit(INTERRUPTED);
    }
    err(
      asked === 1
        ? "Interrupted: Pulumi ends what it has begun, which takes up to some minutes. Once more, and it ends at once: what it was making is then known to AWS only."
        : "Pulumi is told to end at once.",
    );
  };
  for (const signal of SIGNALS) process.on(signal, heed);
  return () => SIGNALS.forEach((signal) => process.off(signal, heed));
}
