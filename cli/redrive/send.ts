/** Puts records back on their stream, as they were, and says which of them it took. */
import { setTimeout as sleep } from "node:timers/promises";
import { type KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { reasonOf } from "../../functions/reason";

export interface StreamRecord {
  readonly data: Buffer;
  readonly partitionKey: string;
}

export interface Sent {
  /** How many were taken, from the first. Those behind may have been taken too: they go again, and repeats are dropped by id. */
  readonly accepted: number;
  /** Why the next one was not; undefined where all were. Holds no value. */
  readonly fault?: string;
}

/** PutRecords: 500 records (Kinesis quotas), and of 5 MB, its smallest limit so far, some are left for partition keys. */
const MOST_RECORDS = 500;
const MOST_BYTES = 4 * 1024 * 1024;

/** Tries after the first: with these waits about a minute, in which a shard takes 60 MB. */
const RETRIES = 15;
const FIRST_WAIT = 100;
const LONGEST_WAIT = 5000;

/** @param wait sleeps so many milliseconds. @default a timer */
export async function sendBack(
  client: Pick<KinesisClient, "send">,
  stream: string,
  records: readonly StreamRecord[],
  wait: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<Sent> {
  let accepted = 0;
  for (const batch of batchesOf(records)) {
    const fault = await sendBatch(client, stream, batch, wait);
    if (fault !== undefined) return { accepted, fault };
    accepted += batch.length;
  }
  return { accepted };
}

function batchesOf(records: readonly StreamRecord[]): StreamRecord[][] {
  const batches: StreamRecord[][] = [];
  let bytes = 0;
  for (const record of records) {
    const last = batches.at(-1);
    bytes += record.data.length;
    if (last === undefined || last.length === MOST_RECORDS || bytes > MOST_BYTES) {
      batches.push([record]);
      bytes = record.data.length;
    } else last.push(record);
  }
  return batches;
}

/** @returns why not all of the batch were taken in the end; undefined where they were. */
async function sendBatch(
  client: Pick<KinesisClient, "send">,
  stream: string,
  batch: readonly StreamRecord[],
  wait: (milliseconds: number) => Promise<unknown>,
): Promise<string | undefined> {
  let left = batch;
  let fault = "";
  for (let attempt = 0; attempt <= RETRIES; attempt++) {
    // Full jitter, and no less than a little: a stream that refuses is full.
    if (attempt > 0)
      await wait(FIRST_WAIT + Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** attempt));
    try {
      const { Records: results } = await client.send(
        new PutRecordsCommand({
          StreamName: stream,
          Records: left.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })),
        }),
      );
      left = left.filter((_, place) => {
        const code = results?.[place] === undefined ? "NoResult" : results[place].ErrorCode;
        if (code !== undefined) fault = code;
        return code !== undefined;
      });
      if (left.length === 0) return undefined;
    } catch (error) {
      fault = reasonOf(error);
      if (isFinal(error)) return fault;
    }
  }
  return fault;
}

/** What no second try mends: rights, a stream that is not there. */
function isFinal(error: unknown): boolean {
  const { $fault, name = "" } = error as { $fault?: unknown; name?: string };
  return $fault === "client" && !/Throttl|ThroughputExceeded|LimitExceeded/.test(name);
}
