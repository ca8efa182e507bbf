/** Keeps records that will never become rows, with the reason, where clear values may lie. */
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { KinesisStreamRecord } from "aws-lambda";

export interface Refusal {
  readonly record: KinesisStreamRecord;
  /** Holds no value of the event. */
  readonly reason: string;
}

export interface RefusedRecords {
  /** Keeps them all, or throws. The same ones kept again are kept once. */
  keep(refusals: readonly Refusal[]): Promise<void>;
}

/**
 * One object a batch, `<prefix>dt=<day of arrival in UTC>/<first sequence number>.jsonl`, a line for each record: `reason`,
 * `sequenceNumber`, `partitionKey`, `arrival`, and `data` as it came, in base64.
 */
export class RefusedRecordsInS3 implements RefusedRecords {
  constructor(
    private readonly client: Pick<S3Client, "send">,
    private readonly place: { readonly bucket: string; readonly prefix: string },
  ) {}

  async keep(refusals: readonly Refusal[]): Promise<void> {
    const first = refusals[0];
    if (first === undefined) return;
    const { sequenceNumber } = first.record.kinesis;
    const lines = refusals.map(({ record: { kinesis }, reason }) =>
      JSON.stringify({
        reason,
        sequenceNumber: kinesis.sequenceNumber,
        partitionKey: kinesis.partitionKey,
        arrival: arrivalOf(kinesis).toISOString(),
        data: kinesis.data,
      }),
    );
    await this.client.send(
      new PutObjectCommand({
        Bucket: this.place.bucket,
        // A batch that comes again, or in halves, writes over what it wrote, or beside it.
        Key: `${this.place.prefix}dt=${arrivalOf(first.record.kinesis).toISOString().slice(0, 10)}/${sequenceNumber}.jsonl`,
        Body: `${lines.join("\n")}\n`,
        ContentType: "application/x-ndjson",
      }),
    );
  }
}

/** Kinesis tells seconds. */
function arrivalOf({ approximateArrivalTimestamp }: KinesisStreamRecord["kinesis"]): Date {
  return new Date(approximateArrivalTimestamp * 1000);
}
