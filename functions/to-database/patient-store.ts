/** Keeps one connection over batches, and waits for a database that is away for as long as the invocation may. */
import { setTimeout as timer } from "node:timers/promises";
import { LoginRefused, RowRefused, type Login, type OpenStore, type Store } from "./store";

/** Wait before the first new try, ms, doubled each time up to the longest. */
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;

/** One try takes no longer, ms, so that a dead connection leaves time for a new one. */
const LONGEST_TRY = 15_000;

/** The little of a logger that is used. */
export interface Log {
  warn(message: string, details: Record<string, unknown>): void;
}

export class PatientStore {
  private store: Store | undefined;
  private login: Login | undefined;

  constructor(
    private readonly open: OpenStore,
    /** Reads the login; asked once, and again when it is refused: managed passwords are rotated. */
    private readonly readLogin: () => Promise<Login>,
    private readonly log: Log,
  ) {}

  /**
   * Puts rows in, by new connections if need be.
   * @param deadline when to give up, milliseconds since 1970.
   * @throws RowRefused at once; what was wrong last when the deadline comes, so that the stream keeps the records.
   */
  async upsert(rows: string, deadline: number): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.tryOnce(rows, deadline);
      } catch (error) {
        if (error instanceof RowRefused) throw error;
        this.forget(error instanceof LoginRefused);
        // Full jitter: functions that lost the database together do not come back together.
        const wait = Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt);
        if (Date.now() + wait >= deadline) throw error;
        this.log.warn("waits for the database", { attempt: attempt + 1 });
        await timer(wait);
      }
    }
  }

  close(): void {
    this.forget(false);
  }

  private async tryOnce(rows: string, deadline: number): Promise<void> {
    const within = () => Math.max(1, Math.min(LONGEST_TRY, deadline - Date.now()));
    this.login ??= await this.readLogin();
    this.store ??= await this.open(this.login, within());
    await this.store.upsert(rows, within());
  }

  private forget(login: boolean): void {
    this.store?.close();
    this.store = undefined;
    if (login) this.login = undefined;
  }
}
