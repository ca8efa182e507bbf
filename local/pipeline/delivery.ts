/** Watches what delivery has written: rows in Parquet files, and records in the error output. */
import { setTimeout as sleep } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { ERRORS_PREFIX } from "../../components/aws/data-lake/folders";
import { parquetFacts } from "../proof/parquet";
import { listKeys, readObject } from "./objects";
import { parseS3Uri, type PlatformOutputs } from "./outputs";

export interface Delivered {
  /** Rows in the raw table, repetitions among them. */
  readonly landed: number;
  readonly landedByDate: Readonly<Record<string, number>>;
  /** Records in the error output. */
  readonly failed: number;
  readonly files: number;
}

export interface DeliveryWait {
  /** Longest wait for the next records. @default 90 s; delivery takes a few seconds locally */
  readonly waitMs?: number;
  /** Between two looks. @default 400 */
  readonly pollMs?: number;
  /** Whoever may read records that failed. @default whoever reads the others, which the local root may */
  readonly errorsAs?: S3Client;
  /** Asked when nothing has come for {@link HINDERED_MS}: what delivery tries in vain, again and again. @default nothing */
  readonly hindrances?: () => readonly string[];
}

/** A refusal does not pass by waiting; what came before it is delivered by then. */
const HINDERED_MS = 8_000;

/**
 * Waits until every record of a data set is accounted for.
 * @param records how many were put on the stream.
 * @param onProgress called with the count so far.
 * @throws Error with the counts when no more arrive for a while, or for a short one while something hinders, or more arrive
 * than were put.
 */
export async function waitForDelivery(
  s3: S3Client,
  outputs: PlatformOutputs,
  dataSet: string,
  records: number,
  onProgress: (delivered: number) => void,
  { waitMs = 90_000, pollMs = 400, errorsAs = s3, hindrances = () => [] }: DeliveryWait = {},
): Promise<Delivered> {
  const watch = new DeliveryWatch(
    s3,
    errorsAs,
    parseS3Uri(outputs.zones.raw).bucket,
    `${dataSet.replace(".", "/")}/`,
  );
  let [known, since] = [0, Date.now()];
  for (;;) {
    const delivered = await watch.look();
    const count = delivered.landed + delivered.failed;
    onProgress(count);
    if (count === records) return delivered;
    if (count > known) [known, since] = [count, Date.now()];
    const waited = Date.now() - since;
    const isHindered = waited > HINDERED_MS && hindrances().length > 0;
    if (count > records || waited > waitMs || isHindered) {
      throw new Error(
        `${dataSet}: ${records} records were put on the stream, ${delivered.landed} landed and ${delivered.failed} failed`,
      );
    }
    await sleep(pollMs);
  }
}

/** Reads each object once: they never change. */
class DeliveryWatch {
  private readonly rows = new Map<string, number>();
  private readonly errors = new Map<string, number>();

  constructor(
    private readonly s3: S3Client,
    private readonly errorsAs: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  async look(): Promise<Delivered> {
    await this.readNew(this.s3, this.prefix, this.rows, (bytes) => parquetFacts(bytes).rows);
    await this.readNew(this.errorsAs, `${ERRORS_PREFIX}${this.prefix}`, this.errors, countLines);
    const landedByDate: Record<string, number> = {};
    for (const [key, rows] of this.rows) {
      const dt = /dt=([^/]+)\//.exec(key)?.[1] ?? "none";
      landedByDate[dt] = (landedByDate[dt] ?? 0) + rows;
    }
    return { landed: sum(this.rows), landedByDate, failed: sum(this.errors), files: this.rows.size };
  }

  private async readNew(
    s3: S3Client,
    prefix: string,
    known: Map<string, number>,
    count: (bytes: Uint8Array) => number,
  ) {
    const keys = (await listKeys(s3, this.bucket, prefix)).filter((key) => !known.has(key));
    for (const key of keys) known.set(key, count(await readObject(s3, this.bucket, key)));
  }
}

function countLines(bytes: Uint8Array): number {
  return Buffer.from(bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line.trim() !== "").length;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
