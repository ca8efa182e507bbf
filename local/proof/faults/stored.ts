/** What stands where in the end: ids of events in raw and curated, and bad records where they are kept. */
import { createHash } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import {
  readErrorOutput,
  readGivenUpBatch,
  readRefusedRecords,
  type FailureFile,
} from "../../../cli/redrive/failures";
import { REDRIVEN_FOLDER } from "../../../components/aws/data-lake/folders";
import { listKeys, readObject } from "../../pipeline/objects";
import { parquetColumn } from "../parquet";

/** Ids in the Parquet files below a folder, each as often as it stands there. */
export async function idsBelow(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const ids: string[] = [];
  for (const key of await listKeys(s3, bucket, prefix)) {
    if (key.endsWith(".parquet")) ids.push(...(await parquetColumn(await readObject(s3, bucket, key), "id")));
  }
  return ids;
}

/** Counts ids below a folder again and again; each file is read once, as files never change. */
export class IdWatch {
  private readonly read = new Set<string>();
  readonly ids = new Set<string>();
  /** Repetitions counted. */
  rows = 0;

  constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly prefix: string,
  ) {}

  async look(): Promise<void> {
    const keys = await listKeys(this.s3, this.bucket, this.prefix);
    for (const key of keys.filter((each) => each.endsWith(".parquet") && !this.read.has(each))) {
      const found = await parquetColumn(await readObject(this.s3, this.bucket, key), "id");
      for (const id of found) this.ids.add(id);
      this.rows += found.length;
      this.read.add(key);
    }
  }
}

export interface Kept {
  /** SHA-256 of each different record. */
  readonly records: ReadonlySet<string>;
  /** Lines, repetitions counted. */
  readonly lines: number;
  /** Reason to number of lines. */
  readonly reasons: Readonly<Record<string, number>>;
}

/** Failed records below folders of a bucket; what went back is not counted. */
export async function keptBelow(
  s3: S3Client,
  bucket: string,
  folders: Readonly<Record<string, (text: string) => FailureFile>>,
): Promise<Kept> {
  const records = new Set<string>();
  const reasons: Record<string, number> = {};
  let lines = 0;
  for (const [prefix, read] of Object.entries(folders)) {
    const keys = await listKeys(s3, bucket, prefix);
    for (const key of keys.filter((each) => !each.includes(REDRIVEN_FOLDER))) {
      const file = read(Buffer.from(await readObject(s3, bucket, key)).toString("utf8"));
      for (const { data, why } of file.records) {
        records.add(digestOf(data));
        reasons[why] = (reasons[why] ?? 0) + 1;
        lines += 1;
      }
    }
  }
  return { records, lines, reasons };
}

export const digestOf = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

export const READERS = { readErrorOutput, readGivenUpBatch, readRefusedRecords } as const;
