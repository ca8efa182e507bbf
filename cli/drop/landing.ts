/** Files into landing, one after the other, each streamed: whole, with the bytes that were read, or not at all. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { Loader } from "./loader";

/** What S3 takes in one request, in bytes (5 GiB; https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html). */
export const MOST_BYTES = 5 * 1024 ** 3;

export interface DroppedFile {
  readonly path: string;
  readonly bytes: number;
  /** SHA-256, base64: S3 refuses other bytes. */
  readonly checksum: string;
}

/** Reads a file once, for its checksum. */
export async function measured(path: string): Promise<DroppedFile> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { path, bytes: (await stat(path)).size, checksum: hash.digest("base64") };
}

/**
 * Asks S3 to write only where nothing is, as the loader may not look; a correction under the same name is written all the
 * same, and the earlier version kept.
 *
 * @returns whether something was there.
 * @throws Error with the way out where landing refuses the loader.
 */
export async function land(loader: Loader, key: string, file: DroppedFile): Promise<boolean> {
  try {
    await put(loader, key, file, { IfNoneMatch: "*" });
    return false;
  } catch (error) {
    if ((error as Error).name !== "PreconditionFailed") throw error;
    await put(loader, key, file, {});
    return true;
  }
}

/** Why a file did not land, and what to do about it. */
export function reasonOf(error: unknown): string {
  const { name, message } = error as Error;
  if (name === "AccessDenied") {
    return (
      `${message}; with naru:landingInNetworkOnly drop from inside the stack's network, or through an S3 endpoint of yours ` +
      "that naru:landingEndpoints names"
    );
  }
  return `${name}: ${message}; drop it again`;
}

async function put(
  { s3, bucket: Bucket }: Loader,
  Key: string,
  { path, bytes: ContentLength, checksum: ChecksumSHA256 }: DroppedFile,
  condition: { readonly IfNoneMatch?: string },
): Promise<void> {
  // Opened before it is sent: a stream that opens it by itself fails where nobody listens, if the answer came first.
  const file = await open(path);
  const Body = file.createReadStream();
  try {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength, ChecksumSHA256, ...condition }));
  } finally {
    Body.destroy();
    await file.close();
  }
}
