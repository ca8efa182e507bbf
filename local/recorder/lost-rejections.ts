/** Rejections that nobody awaits while a program is recorded. */

/** Turns of the event loop in which a call that was cut off comes back to a program, and what it rejects is told; few would do. */
const TURNS = 20;

/**
 * The SDK rejects promises of its own (a resource's, the stack's outputs) with errors that it also throws or logs, and a
 * program may lose one. Node would end the process over them, before it has told its reason; Pulumi fails the update, and so
 * does a recording.
 */
export class LostRejections {
  private readonly reasons: unknown[] = [];
  private readonly take = (reason: unknown) => void this.reasons.push(reason);

  /** From here on they are taken; {@link end} must follow. */
  constructor() {
    process.on("unhandledRejection", this.take);
  }

  /** Messages of those that say more than what was told already. */
  async untold(told: readonly string[]): Promise<string[]> {
    await turns(1);
    const messages = this.reasons.map((reason) =>
      reason instanceof Error ? reason.message : String(reason),
    );
    return [...new Set(messages)].filter((message) => !told.some((each) => message.includes(each)));
  }

  /** Lets the process be as it was, once those have come that follow from a failure. */
  async end(): Promise<void> {
    await turns(TURNS);
    process.off("unhandledRejection", this.take);
  }
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((over) => setImmediate(over));
}
