/** Sends events through the collector, and records past it. */
import { PutRecordsCommand, type KinesisClient } from "@aws-sdk/client-kinesis";
import type { PlatformOutputs } from "./outputs";

export interface EventTotals {
  readonly sent: number;
  readonly accepted: number;
  readonly refused: number;
}

/** Well under the collector's limit of 500 events and 1 MB a request. */
const BATCH = 200;

interface CollectorAnswer {
  readonly accepted: number;
  readonly refused: readonly { readonly index: number; readonly reasons: readonly string[] }[];
}

/**
 * Posts events in batches and counts what the collector says of them.
 * @throws Error when it answers anything but 202, 207 or 400 with counts that add up.
 */
export async function sendEvents(
  { eventsUrl, apiKey }: PlatformOutputs,
  dataSet: string,
  events: readonly unknown[],
): Promise<EventTotals> {
  let accepted = 0;
  let refused = 0;
  for (let at = 0; at < events.length; at += BATCH) {
    const batch = events.slice(at, at + BATCH);
    const answer = await post(`${eventsUrl}/${dataSet.replace(".", "/")}`, apiKey, batch);
    if (answer.accepted + answer.refused.length !== batch.length) {
      throw new Error(
        `The collector took ${batch.length} events and answered for ${answer.accepted + answer.refused.length}`,
      );
    }
    accepted += answer.accepted;
    refused += answer.refused.length;
  }
  return { sent: events.length, accepted, refused };
}

async function post(url: string, apiKey: string, batch: readonly unknown[]): Promise<CollectorAnswer> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-api-key": apiKey },
    body: JSON.stringify(batch),
  });
  if (![202, 207, 400].includes(response.status)) {
    throw new Error(
      `The collector at ${url} answered ${response.status}: ${(await response.text()).slice(0, 300)}`,
    );
  }
  return (await response.json()) as CollectorAnswer;
}

/**
 * Puts records on a stream as a producer would that does not use the collector.
 * @throws Error when the stream refused some.
 */
export async function putRecords(
  kinesis: KinesisClient,
  stream: string,
  records: readonly { readonly partitionKey: string; readonly data: Uint8Array }[],
): Promise<void> {
  if (records.length === 0) return;
  const { FailedRecordCount } = await kinesis.send(
    new PutRecordsCommand({
      StreamName: stream,
      Records: records.map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data })),
    }),
  );
  if (FailedRecordCount !== 0)
    throw new Error(`${stream} refused ${FailedRecordCount} of ${records.length} records`);
}
