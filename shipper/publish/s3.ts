/** Publication in a bucket. Objects are encrypted by the bucket's own default key, as its policy asks for. */
import type { ReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { Manifest } from "../run/manifest";
import { ShipError } from "../ship-error";
import { type Delivery, type Destination, manifestPath, manifestText } from "./destination";

/** Uploads at a time; more don't fill a line faster, and files are some MB each. */
const AT_ONCE = 4;

export class S3Destination implements Destination {
  private readonly bucket: string;
  private readonly prefix: string;

  /** @param uri `s3://bucket/` or `s3://bucket/prefix`. @throws ShipError when it is another. */
  constructor(
    uri: string,
    private readonly client: Pick<S3Client, "send"> = new S3Client({
      // An endpoint of one's own has no names for buckets.
      forcePathStyle: (process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL) !== undefined,
    }),
  ) {
    const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(uri);
    if (match === null) throw new ShipError("--out", `is ${uri}`, "write s3://bucket/ or s3://bucket/prefix");
    this.bucket = match[1];
    const prefix = (match[2] ?? "").replace(/\/+$/, "");
    this.prefix = prefix === "" ? "" : `${prefix}/`;
  }

  async published(run: string): Promise<Manifest | undefined> {
    const Key = this.prefix + manifestPath(run);
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key }));
      return JSON.parse(await Body!.transformToString()) as Manifest;
    } catch (error) {
      const { name } = error as Error;
      // Without the right to list, a missing object is told as forbidden; the upload will tell if it is.
      if (name === "NoSuchKey" || name === "NotFound" || name === "AccessDenied") return undefined;
      throw this.told(error, Key);
    }
  }

  async publish(deliveries: readonly Delivery[], manifest: Manifest): Promise<void> {
    const waiting = [...deliveries];
    const upload = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.upload(next);
    };
    const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, upload));
    const failure = outcomes.find((outcome) => outcome.status === "rejected");
    if (failure !== undefined) throw failure.reason;
    const Key = this.prefix + manifestPath(manifest.run);
    await this.put(Key, manifestText(manifest), "application/json");
  }

  /** The service refuses bytes with another checksum; the size is asked for again behind it. */
  private async upload({ file, path, bytes, sha256 }: Delivery): Promise<void> {
    const Key = this.prefix + path;
    const checksum = Buffer.from(sha256, "hex").toString("base64");
    const opened = await open(file);
    const body = opened.createReadStream();
    try {
      await this.put(Key, body, "application/vnd.apache.parquet", bytes, checksum);
    } finally {
      body.destroy();
      await opened.close();
    }
    const { ContentLength } = await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key }));
    if (ContentLength !== bytes) {
      throw new ShipError(
        `s3://${this.bucket}/${Key}`,
        `has ${ContentLength} bytes instead of ${bytes}`,
        "ship again",
      );
    }
  }

  private async put(
    Key: string,
    Body: string | ReadStream,
    ContentType: string,
    ContentLength?: number,
    ChecksumSHA256?: string,
  ): Promise<void> {
    const input = { Bucket: this.bucket, Key, Body, ContentType, ContentLength, ChecksumSHA256 };
    try {
      await this.client.send(new PutObjectCommand(input));
    } catch (error) {
      throw this.told(error, Key);
    }
  }

  private told(error: unknown, key: string): ShipError {
    const { name, message } = error as Error;
    return new ShipError(
      `s3://${this.bucket}/${key}`,
      `${name}: ${message}`,
      "correct it and ship again: what was converted is kept",
    );
  }
}
