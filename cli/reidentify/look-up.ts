/** Looks pseudonyms up among the source keys of the closed zone. */
import type { S3Client } from "@aws-sdk/client-s3";
import { parquetReadObjects } from "hyparquet";
import { SOURCE_KEYS } from "../../components/aws/reidentification/places";
import { listKeys, readObject } from "../../local/pipeline/objects";

/** One pseudonym turned back. */
export interface Person {
  readonly pseudonym: string;
  readonly kind: string;
  readonly epoch: number;
  /** The normalised value that was hashed. */
  readonly sourceKey: string;
  /** Data sets in whose landing files the value stands now. */
  readonly dataSets: readonly string[];
}

interface Row {
  readonly kind: string;
  readonly pseudonym: string;
  readonly pseudonym_epoch: number;
  readonly source_key: string;
  readonly data_set: string;
}

/** Those that were found, in the order asked; what is held in memory is one file at a time. */
export async function lookUp(s3: S3Client, bucket: string, pseudonyms: readonly string[]): Promise<Person[]> {
  const wanted = new Set(pseudonyms);
  const found = new Map<string, { row: Row; dataSets: Set<string> }>();
  const files = (await listKeys(s3, bucket, SOURCE_KEYS)).filter((key) => key.endsWith(".parquet"));
  for (const file of files) {
    for (const row of await matches(await readObject(s3, bucket, file), wanted)) {
      const known = found.get(row.pseudonym) ?? { row, dataSets: new Set<string>() };
      known.dataSets.add(row.data_set);
      found.set(row.pseudonym, known);
    }
  }
  return pseudonyms.flatMap((pseudonym) => {
    const known = found.get(pseudonym);
    return known === undefined ? [] : [person(known.row, [...known.dataSets].sort())];
  });
}

/** Most files hold none of those asked for: their other columns are not decoded. */
async function matches(bytes: Uint8Array, wanted: ReadonlySet<string>): Promise<Row[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const isWanted = ({ pseudonym }: Record<string, unknown>) => wanted.has(pseudonym as string);
  if (!(await parquetReadObjects({ file, columns: ["pseudonym"] })).some(isWanted)) return [];
  return (await parquetReadObjects({ file })).filter(isWanted) as unknown as Row[];
}

function person({ pseudonym, kind, pseudonym_epoch, source_key }: Row, dataSets: string[]): Person {
  return { pseudonym, kind, epoch: pseudonym_epoch, sourceKey: source_key, dataSets };
}
