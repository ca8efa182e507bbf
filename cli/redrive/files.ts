/** Files of failed records in S3: found by their days, read, and rid of what went back. */
import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { FailurePlace } from "./places";

/** First and last day, `YYYY-MM-DD` in UTC, of what is put back; undefined: no bound. */
export interface Days {
  readonly from?: string;
  readonly to?: string;
}

export interface StoredFile {
  readonly place: FailurePlace;
  readonly key: string;
}

type S3 = Pick<S3Client, "send">;

/** Files of the places whose day is among those asked for, in order. */
export async function listFiles(s3: S3, places: readonly FailurePlace[], days: Days): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for (const place of places) {
    let ContinuationToken: string | undefined;
    do {
      const page = await s3.send(
        new ListObjectsV2Command({ Bucket: place.bucket, Prefix: place.prefix, ContinuationToken }),
      );
      const keys = (page.Contents ?? []).map(({ Key }) => Key!);
      found.push(...keys.filter((key) => isWithin(dayOf(key), days)).map((key) => ({ place, key })));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }
  return found;
}

/** Firehose and the consumers write `dt=YYYY-MM-DD/`, Lambda `YYYY/MM/DD/`: all days of UTC. */
function dayOf(key: string): string | undefined {
  const [, year, month, day] = /(?:dt=|\/)(\d{4})[-/](\d\d)[-/](\d\d)\//.exec(key) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}`;
}

/** What tells no day is in no range of days. */
function isWithin(day: string | undefined, { from, to }: Days): boolean {
  if (day === undefined) return from === undefined && to === undefined;
  return (from === undefined || day >= from) && (to === undefined || day <= to);
}

/** Text and version of a file; undefined where another redrive has taken it away meanwhile. */
export async function readFile(
  s3: S3,
  { place, key }: StoredFile,
): Promise<{ text: string; etag: string } | undefined> {
  try {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: place.bucket, Key: key }));
    return { text: await Body!.transformToString("utf-8"), etag: ETag! };
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return undefined;
    throw error;
  }
}

/**
 * Takes out of a file what went back: first a copy of that below `_redriven/`, then the file without it. Ended in between, the
 * next redrive sends the same again, and nothing is lost.
 *
 * @param etag of the file as it was read: one that was written anew meanwhile stays as it is.
 * @param back what went back. @param rest what did not; empty: the file goes.
 */
export async function takeOut(
  s3: S3,
  { place: { bucket: Bucket, redriven }, key: Key }: StoredFile,
  etag: string,
  back: string,
  rest: string,
): Promise<void> {
  // The same records have the same name, another part of the same file has another.
  const digest = createHash("sha256").update(back).digest("hex").slice(0, 16);
  await s3.send(new PutObjectCommand({ Bucket, Key: `${redriven(Key)}-${digest}`, Body: back }));
  try {
    await s3.send(
      rest === ""
        ? new DeleteObjectCommand({ Bucket, Key, IfMatch: etag })
        : new PutObjectCommand({ Bucket, Key, Body: rest, IfMatch: etag }),
    );
  } catch (error) {
    const changed = ["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"];
    if (!changed.includes((error as Error).name)) throw error;
  }
}
