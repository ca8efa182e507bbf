/** Records of where rows come from, as the Spark jobs leave them (spark-jobs/naru_spark/lineage.py). */
import type { S3Client } from "@aws-sdk/client-s3";
import { listKeys, readObject } from "../../local/pipeline/objects";

export interface Source {
  readonly zone: "landing" | "raw";
  readonly day: string;
  /** Bytes; absent of a stream, whose source is the day's folder in raw. */
  readonly size?: number;
  /** Version of the object, which leads to its key and checksum in landing's own record. */
  readonly versionId?: string | null;
}

export interface RuleResult {
  readonly rule: string;
  readonly status: "passed" | "failed";
  readonly measured: number;
  readonly unit: string;
  readonly severity: string;
}

export interface LineageRecord {
  readonly run: string;
  readonly application: string;
  /** ISO 8601, UTC. */
  readonly runAt: string;
  readonly dataSet: string;
  readonly contractVersion: string;
  readonly pseudonymEpoch: number | null;
  readonly status: "written" | "refused";
  readonly rows: Readonly<Record<"read" | "quarantined" | "duplicates" | "written", number>>;
  /** Of the whole set; absent in records of older jobs. */
  readonly quality?: readonly RuleResult[];
  readonly sources: readonly Source[];
  /** Folders of the curated table that the run wrote. */
  readonly outputs: readonly string[];
}

export interface KeptRecord extends LineageRecord {
  /** Of the record; the same in landing, for the whole one. */
  readonly key: string;
}

const FOLDER = "lineage/";

/** Ids of the tables that have records, in order. */
export async function recordedTables(s3: S3Client, bucket: string): Promise<string[]> {
  const keys = await listKeys(s3, bucket, FOLDER);
  return [...new Set(keys.map((key) => key.split("/").slice(1, 3).join(".")))];
}

/** Records of a table, the newest first; each is read when it is asked for. */
export async function* recordsOf(s3: S3Client, bucket: string, table: string): AsyncGenerator<KeptRecord> {
  // Keys begin with the time of the run.
  const keys = await listKeys(s3, bucket, `${FOLDER}${table.replace(".", "/")}/`);
  for (const key of keys.reverse()) {
    const text = Buffer.from(await readObject(s3, bucket, key)).toString("utf8");
    yield { ...(JSON.parse(text) as LineageRecord), key };
  }
}

/** Days of the table that the run wrote. */
export function writtenDays({ outputs }: LineageRecord): string[] {
  return outputs.map((folder) => folder.slice(folder.lastIndexOf("dt=") + 3));
}
