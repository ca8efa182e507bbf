/** Registrations that are refused: they end a recording, as the engine ends a program over them. */

/** As long as a program that goes on is given after each call; one that waits for a refused resource makes none. */
const QUIET_MS = 200;
const NOT_MADE = "not registered: another resource was refused";

type Handler<Request> = (request: Request) => Promise<unknown>;

/**
 * The SDK keeps still about a refused registration, and whatever needs its resource would wait for ever: it counts on the
 * engine, which then ends the program.
 */
export class Refusals {
  /** Resolves when one was refused, none is under way, and the program asks for none. */
  readonly ended: Promise<void>;
  private end!: () => void;
  private refused = false;
  private underWay = 0;
  private quiet?: NodeJS.Timeout;

  /** @param tell takes the reason. */
  constructor(private readonly tell: (message: string) => void) {
    this.ended = new Promise((resolve) => (this.end = resolve));
  }

  /** A registration's handler that takes none after one was refused. */
  guard<Request>(handler: Handler<Request>): Handler<Request> {
    return async (request) => {
      clearTimeout(this.quiet);
      this.underWay += 1;
      try {
        if (this.refused) throw new Error(NOT_MADE);
        return await handler(request);
      } catch (error) {
        const { message } = error as Error;
        if (message !== NOT_MADE) this.tell(message);
        this.refused = true;
        throw error;
      } finally {
        this.underWay -= 1;
        if (this.refused && this.underWay === 0) this.quiet = setTimeout(this.end, QUIET_MS);
      }
    };
  }
}
