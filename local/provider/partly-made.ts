/** Resources that stand, but without all that was asked of them: a creation takes several calls, and one was refused. */
import type { Made } from "./resource-type";

/** The rest of a creation failed. Forgotten, the resource would stand in nobody's state; so it is told with its id. */
export class PartlyMade extends Error {
  constructor(
    readonly made: Made,
    readonly reason: Error,
  ) {
    super(reason.message, { cause: reason });
    this.name = "PartlyMade";
  }
}

/**
 * What has been made, after what is set of it by further calls.
 * @throws PartlyMade with why they failed.
 */
export async function completed(made: Made, rest: () => Promise<unknown>): Promise<Made> {
  try {
    await rest();
    return made;
  } catch (error) {
    throw new PartlyMade(made, error as Error);
  }
}
