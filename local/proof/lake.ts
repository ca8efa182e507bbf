/** Reads the footer of every Parquet file in the lake. */
import type { S3Client } from "@aws-sdk/client-s3";
import { listKeys, readObject } from "../pipeline/objects";
import { parseS3Uri, type PlatformOutputs } from "../pipeline/outputs";
import { parquetFacts } from "./parquet";

export interface ZoneFacts {
  readonly objects: number;
  readonly bytes: number;
  readonly parquetFiles: number;
  readonly rows: number;
  /** Table folder to its rows. */
  readonly tables: Readonly<Record<string, number>>;
  /** Codec to the number of files that use it. */
  readonly codecs: Readonly<Record<string, number>>;
  /** Files that are not wholly SNAPPY. */
  readonly notSnappy: readonly string[];
}

type ZoneName = keyof PlatformOutputs["zones"];

/** Facts of every zone; a file counts as Parquet by its first bytes, whatever its name says. */
export async function lakeFacts(
  s3: S3Client,
  zones: PlatformOutputs["zones"],
): Promise<Record<ZoneName, ZoneFacts>> {
  const entries = await Promise.all(
    Object.entries(zones).map(
      async ([zone, uri]) => [zone, await zoneFacts(s3, parseS3Uri(uri).bucket)] as const,
    ),
  );
  return Object.fromEntries(entries) as Record<ZoneName, ZoneFacts>;
}

async function zoneFacts(s3: S3Client, bucket: string): Promise<ZoneFacts> {
  const tables: Record<string, number> = {};
  const codecs: Record<string, number> = {};
  const notSnappy: string[] = [];
  let bytes = 0;
  let parquetFiles = 0;
  const keys = await listKeys(s3, bucket);
  for (const key of keys) {
    const content = await readObject(s3, bucket, key);
    bytes += content.length;
    if (Buffer.from(content.subarray(0, 4)).toString("latin1") !== "PAR1") continue;
    const facts = parquetFacts(content);
    parquetFiles += 1;
    for (const codec of facts.codecs) codecs[codec] = (codecs[codec] ?? 0) + 1;
    if (facts.codecs.some((codec) => codec !== "SNAPPY")) notSnappy.push(key);
    const table = tableOf(key);
    tables[table] = (tables[table] ?? 0) + facts.rows;
  }
  const rows = Object.values(tables).reduce((total, count) => total + count, 0);
  return { objects: keys.length, bytes, parquetFiles, rows, tables, codecs, notSnappy };
}

/** The folder above the partition: `lms/requests` of `lms/requests/dt=…/file`. */
function tableOf(key: string): string {
  return key
    .split("/")
    .slice(0, -1)
    .filter((part) => !part.startsWith("dt="))
    .join("/");
}
