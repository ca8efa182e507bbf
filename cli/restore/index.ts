/** `naru restore`: what versions a lake keeps of an object, and one of them brought back. */
import type { S3Client } from "@aws-sdk/client-s3";
import { type Output, processOutput } from "../contract/output";
import { plural } from "../plural";
import { openStack } from "../stack-session";
import { listVersions, restoreVersion, type ObjectPlace, type ObjectVersion } from "./versions";

export interface RestoreOptions {
  /** `s3://bucket/key` */
  readonly uri: string;
  readonly stack: string;
  /** Version to bring back. Without: they are listed, and nothing changes. */
  readonly version?: string;
  /** Print the versions, or what was restored, as JSON. @default false */
  readonly json?: boolean;
  readonly output?: Output;
}

/** Who asks a stack's store, and where. */
export interface Store {
  readonly s3: S3Client;
  /** How the names of the stack's buckets begin: `<project>-<stack>-`. */
  readonly bucketPrefix: string;
  /** ARN of whoever asks. */
  readonly caller: string;
}

/** @returns 0 when listed or restored, 1 when there is no such version, 2 for what can't be asked. */
export async function restore(options: RestoreOptions): Promise<number> {
  const { output = processOutput } = options;
  const place = readPlace(options.uri);
  if (place === undefined) {
    output.err("naru restore: the object is not named; write s3://bucket/key, without a slash at the end");
    return 2;
  }
  return restoreIn(await storeOf(options.stack), place, options);
}

/** As {@link restore}, in a store that is known. */
export async function restoreIn(store: Store, place: ObjectPlace, options: RestoreOptions): Promise<number> {
  const { output = processOutput, json = false, version: wanted } = options;
  if (!place.bucket.startsWith(store.bucketPrefix)) {
    output.err(
      `naru restore: ${place.bucket} is no bucket of the stack ${options.stack} (${store.bucketPrefix}…); name its stack ` +
        "with --stack",
    );
    return 2;
  }
  const versions = await listVersions(store.s3, place);
  if (versions.length === 0) {
    output.err(
      "naru restore: nothing is kept under that key; old versions go 30 days after they were replaced, in landing after 3",
    );
    return 1;
  }
  if (wanted === undefined) {
    output.out(json ? JSON.stringify({ versions }) : table(versions));
    return 0;
  }
  const version = versions.find(({ id }) => id === wanted);
  const problem = problemOf(version, versions);
  if (problem !== undefined) {
    output.err(`naru restore: ${wanted} ${problem}`);
    return 1;
  }
  if (version!.current) {
    output.out(json ? JSON.stringify({ restored: wanted, as: wanted }) : `${wanted} is current already.`);
    return 0;
  }
  const as = await restoreVersion(store.s3, place, version!);
  if (json) output.out(JSON.stringify({ restored: wanted, as }));
  else {
    output.out(
      `Restored ${wanted} of ${version!.written} (${version!.bytes} bytes) as ${as}, by ${store.caller}.`,
    );
    output.out("The version that was current stays behind it; the bucket's access log has the copy.");
  }
  return 0;
}

function problemOf(
  version: ObjectVersion | undefined,
  versions: readonly ObjectVersion[],
): string | undefined {
  if (version === undefined) {
    return `is none of the ${plural(versions.length, "version")} of this object; list them without --version`;
  }
  return version.bytes === null
    ? "says that the object was deleted, and holds nothing; name a version with bytes"
    : undefined;
}

function table(versions: readonly ObjectVersion[]): string {
  return versions
    .map(({ id, written, bytes, current }) =>
      [id, written, bytes === null ? "deleted" : `${bytes} bytes`, current ? "current" : ""]
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function readPlace(uri: string): ObjectPlace | undefined {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{2,62})\/(.*[^/])$/.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, key: key! };
}

/**
 * A stack's store, asked with the caller's own rights; locally as the local root.
 * @throws Error when there is no such stack, or the local one is not up.
 */
async function storeOf(name: string): Promise<Store> {
  const { names, caller, clients } = await openStack(name);
  return { s3: clients.s3, bucketPrefix: names.bucketPrefix(), caller };
}
