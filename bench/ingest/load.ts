/** Sends batches as clients would, and takes the time of each event: when it was accepted, and when it could be read. */
import { setTimeout as sleep } from "node:timers/promises";

export interface LoadEvent extends Readonly<Record<string, unknown>> {
  readonly id: string;
}

/** One way from a client to a reader. */
export interface Way {
  /** Resolves when all of a batch are accepted. */
  send(batch: readonly LoadEvent[]): Promise<void>;
  /** Ids that could be read for the first time since the last call. */
  arrived(): Promise<readonly string[]>;
}

export interface LoadArgs {
  readonly events: readonly LoadEvent[];
  /** Events in one request. */
  readonly batch: number;
  /** Requests under way at once. */
  readonly clients: number;
  /** Events a second that are offered; as many as are taken without it. */
  readonly perSecond?: number;
}

export interface Load {
  /** Events a second, from the first request to the last answer. */
  readonly acceptedPerSecond: number;
  /** Events a second, from the first request until the last event could be read. */
  readonly readablePerSecond: number;
  /** Milliseconds from accepted to readable of each event, in ascending order. */
  readonly latencies: readonly number[];
}

/** How often a reader looks; AWS allows five reads a second of a shard. */
const POLL_MS = 200;
/** Longest wait for the next event. */
const WAIT_MS = 120_000;

/** @throws Error with the counts when events stay away, or when one arrives that was not sent. */
export async function load(way: Way, args: LoadArgs): Promise<Load> {
  const accepted = new Map<string, number>();
  const readable = new Map<string, number>();
  const started = performance.now();
  const sending = send(way, args, started, accepted);
  // Told at the end of the readers' loop; until then a failure must not be an unhandled rejection.
  sending.catch(() => undefined);
  let lastNews = started;
  while (readable.size < args.events.length) {
    const ids = await way.arrived();
    const now = performance.now();
    // A record that comes twice was readable when it came first.
    for (const id of ids) if (!readable.has(id)) readable.set(id, now);
    if (ids.length > 0) lastNews = now;
    else if (now - lastNews > WAIT_MS) {
      await Promise.race([sending, sleep(0)]);
      throw new Error(`${args.events.length} events: ${accepted.size} accepted, ${readable.size} readable`);
    }
    await sleep(POLL_MS);
  }
  const lastAccepted = await sending;
  const lastReadable = [...readable.values()].reduce((most, moment) => Math.max(most, moment));
  const perSecond = (until: number) => (args.events.length * 1000) / (until - started);
  return {
    acceptedPerSecond: perSecond(lastAccepted),
    readablePerSecond: perSecond(lastReadable),
    latencies: args.events
      .map(({ id }) => readable.get(id)! - accepted.get(id)!)
      // What is read before its answer has come back was readable at once.
      .map((milliseconds) => Math.max(0, milliseconds))
      .sort((a, b) => a - b),
  };
}

/** Each client takes the next batch, when it is due; resolves to the moment of the last answer. */
async function send(
  way: Way,
  { events, batch, clients, perSecond }: LoadArgs,
  started: number,
  accepted: Map<string, number>,
): Promise<number> {
  let next = 0;
  const client = async () => {
    while (next < events.length) {
      const at = next;
      next += batch;
      const due = perSecond === undefined ? 0 : started + (at * 1000) / perSecond - performance.now();
      if (due > 0) await sleep(due);
      const part = events.slice(at, at + batch);
      await way.send(part);
      const now = performance.now();
      for (const { id } of part) accepted.set(id, now);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return performance.now();
}

/** @param sorted in ascending order. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
