/** What S3 keeps of one object, and bringing a version back. */
import {
  CopyObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";

export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

export interface ObjectVersion {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly written: string;
  /** Bytes; null for a delete marker. */
  readonly bytes: number | null;
  /** What a reader of the key gets now. */
  readonly current: boolean;
}

/** CopyObject's own limit; what is larger is copied in parts (S3 quotas). */
const MOST_BYTES = 5 * 1024 ** 3;

/** Versions and delete markers of one key, the newest first. */
export async function listVersions(s3: S3Client, { bucket, key }: ObjectPlace): Promise<ObjectVersion[]> {
  const found: ObjectVersion[] = [];
  let from: { KeyMarker?: string; VersionIdMarker?: string } = {};
  for (;;) {
    const page = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key, ...from }));
    const versions = (page.Versions ?? []).map((each) => ({ ...each, bytes: each.Size ?? 0 }));
    const markers = (page.DeleteMarkers ?? []).map((each) => ({ ...each, bytes: null }));
    for (const { Key, VersionId, LastModified, IsLatest, bytes } of [...versions, ...markers]) {
      // A prefix finds longer keys too.
      if (Key !== key) continue;
      found.push({
        id: VersionId!,
        written: LastModified!.toISOString(),
        bytes,
        current: IsLatest ?? false,
      });
    }
    if (page.IsTruncated !== true || (page.NextKeyMarker ?? "") > key) break;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
  return found.sort((a, b) => Number(b.current) - Number(a.current) || b.written.localeCompare(a.written));
}

/**
 * Copies a version over the key: nothing is lost, the version that was current stays behind it. The bucket's own key
 * encrypts the copy.
 *
 * @returns id of the new version.
 * @throws Error when S3 refuses, the version is too large for one copy, or the copy is not as large as the version.
 */
export async function restoreVersion(
  s3: S3Client,
  { bucket, key }: ObjectPlace,
  version: ObjectVersion,
): Promise<string> {
  if ((version.bytes ?? 0) > MOST_BYTES) {
    throw new Error(
      `${version.id} has more than 5 GiB, which S3 copies in parts only; use ` + "aws s3api upload-part-copy",
    );
  }
  const source = [bucket, ...key.split("/")].map(encodeURIComponent).join("/");
  const CopySource = `${source}?versionId=${encodeURIComponent(version.id)}`;
  const { VersionId } = await s3
    .send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource }))
    .catch(explain);
  const { ContentLength } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  if (ContentLength !== version.bytes) {
    throw new Error(`The copy has ${ContentLength} bytes, the version ${version.bytes}; restore it again`);
  }
  return VersionId!;
}

function explain(cause: Error): never {
  if (cause.name !== "AccessDenied") throw cause;
  throw new Error(
    "S3 refuses the copy. It wants s3:GetObjectVersion, s3:PutObject and the zone's key; landing lets nobody but its own " +
      "roles do that, so drop the file again as the loader",
    { cause },
  );
}
