/** Puts events on a stream and says which of them the stream did not take. */
import { createHash } from "node:crypto";
import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { FunctionSpec } from "../../components/contract/function-spec";
import { reasonOf } from "../reason";

/** A valid event and its place in the request. */
export interface IndexedEvent {
  readonly index: number;
  readonly event: Record<string, unknown>;
}

export interface Put {
  /** Places of the events that the stream did not take. */
  readonly failed: readonly number[];
  /** The errors seen, without their messages, which may quote data: e.g. `ProvisionedThroughputExceededException`. */
  readonly errors: readonly string[];
}

/** Tries after the first one. */
const RETRIES = 3;

/** Wait before the first retry, ms, doubled each time; the whole stays far below API Gateway's 29 s. */
const FIRST_WAIT = 50;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * One PutRecords for all events (at most 500), repeated for those that are refused. Order within one key can change when
 * some are repeated; readers order by the event's own time. Never throws: what failed is in the answer.
 * @param wait sleeps so many milliseconds. @default a timer
 */
export async function putEvents(
  client: Pick<KinesisClient, "send">,
  stream: string,
  spec: FunctionSpec,
  events: readonly IndexedEvent[],
  wait: (milliseconds: number) => Promise<void> = pause,
): Promise<Put> {
  const errors = new Set<string>();
  let left = events;
  for (let attempt = 0; left.length > 0 && attempt <= RETRIES; attempt++) {
    // Full jitter: callers that were refused together do not come back together.
    if (attempt > 0) await wait(Math.random() * FIRST_WAIT * 2 ** attempt);
    left = await putOnce(client, stream, spec, left, errors);
  }
  return { failed: left.map(({ index }) => index), errors: [...errors] };
}

async function putOnce(
  client: Pick<KinesisClient, "send">,
  stream: string,
  spec: FunctionSpec,
  events: readonly IndexedEvent[],
  errors: Set<string>,
): Promise<readonly IndexedEvent[]> {
  try {
    const { Records: results } = await client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: events.map(({ event }) => ({
          Data: Buffer.from(JSON.stringify(event), "utf8"),
          PartitionKey: partitionKey(spec, event),
        })),
      }),
    );
    return events.filter((_, place) => {
      const code = results?.[place] === undefined ? "NoResult" : results[place].ErrorCode;
      if (code !== undefined) errors.add(code);
      return code !== undefined;
    });
  } catch (error) {
    errors.add(reasonOf(error));
    return events;
  }
}

/** The primary key's values as one text: equal for events that curated takes for one. */
export function keyOf(spec: FunctionSpec, event: Record<string, unknown>): string {
  const sources = spec.primaryKey.map(
    (name) => spec.columns.find((column) => column.name === name)?.source ?? name,
  );
  return JSON.stringify(sources.map((source) => event[source] ?? null));
}

/**
 * SHA-256 of the primary key: spreads over shards, sends a repeated event to the shard of the first, and no clear value
 * stands in the stream's metadata.
 */
export function partitionKey(spec: FunctionSpec, event: Record<string, unknown>): string {
  return createHash("sha256").update(keyOf(spec, event)).digest("hex");
}
