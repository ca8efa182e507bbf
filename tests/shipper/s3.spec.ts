import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { newKeyFile } from "../../shipper/keys/key-file";
import { S3Destination } from "../../shipper/publish/s3";
import { ship } from "../../shipper/ship";
import { temporaryFolder } from "../unit/contract/temporary-folder";
import { filesUnder, refusal, request, studentCsv, studentRow } from "./shipments";

/** A bucket in memory that can be told to fail. */
class Bucket {
  readonly objects = new Map<string, Buffer>();
  /** Upload that fails, from 1. */
  fails = 0;
  private uploads = 0;

  readonly client = { send: (command: unknown) => this.answer(command) } as Pick<S3Client, "send">;

  private async answer(command: unknown): Promise<unknown> {
    if (command instanceof PutObjectCommand) return this.put(command);
    const { Key } = (command as GetObjectCommand | HeadObjectCommand).input;
    const bytes = this.objects.get(Key!);
    if (bytes === undefined) throw Object.assign(new Error("no such key"), { name: "NoSuchKey" });
    if (command instanceof HeadObjectCommand) return { ContentLength: bytes.length };
    return { Body: { transformToString: async () => bytes.toString() } };
  }

  private async put({ input }: PutObjectCommand): Promise<object> {
    if (++this.uploads === this.fails) throw Object.assign(new Error("busy"), { name: "SlowDown" });
    const pieces: Buffer[] = [];
    if (typeof input.Body === "string") pieces.push(Buffer.from(input.Body));
    else for await (const piece of input.Body as Readable) pieces.push(piece as Buffer);
    const bytes = Buffer.concat(pieces);
    if (input.ChecksumSHA256 !== undefined) {
      expect(createHash("sha256").update(bytes).digest("base64")).to.equal(input.ChecksumSHA256);
    }
    expect(input).not.to.have.any.keys("ServerSideEncryption", "SSEKMSKeyId");
    this.objects.set(input.Key!, bytes);
    return {};
  }
}

describe("ship to a bucket", () => {
  const folder = temporaryFolder();

  function wanted(bucket: Bucket, uri = "s3://closed-to-open/lake/") {
    if (!existsSync(folder.path("key.json"))) newKeyFile(folder.path("key.json"));
    mkdirSync(folder.path("staging"), { recursive: true });
    const rows = Array.from({ length: 40 }, (_, n) => studentRow(n, n === 7 ? "8" : "1"));
    const source = existsSync(folder.path("s.csv"))
      ? folder.path("s.csv")
      : folder.write("s.csv", studentCsv(rows));
    return {
      ...request(folder.path("staging"), folder.path("key.json"), { sources: [source], chunkBytes: 1000 }),
      destination: new S3Destination(uri, bucket.client),
    };
  }

  it("uploads every file with its checksum, and the manifest last", async () => {
    const bucket = new Bucket();
    const { manifest } = await ship(wanted(bucket));
    const keys = [...bucket.objects.keys()];
    expect(keys.slice(0, -1)).to.have.members(manifest.files.map(({ path }) => `lake/${path}`));
    expect(keys.at(-1)).to.equal(`lake/manifests/${manifest.run}/manifest.json`);
    for (const { path, sha256 } of manifest.files) {
      expect(
        createHash("sha256")
          .update(bucket.objects.get(`lake/${path}`)!)
          .digest("hex"),
      ).to.equal(sha256);
    }
    const left = filesUnder(folder.path("staging"));
    expect(left).to.deep.equal([join("rejects", manifest.run, "1-s.csv.jsonl")]);
    expect((await ship(wanted(bucket))).new).to.equal(false);
  });

  it("publishes no manifest when an upload fails, and goes on from there", async () => {
    const bucket = new Bucket();
    bucket.fails = 3;
    expect(await refusal(wanted(bucket))).to.include("SlowDown: busy");
    expect([...bucket.objects.keys()].some((key) => key.includes("manifest"))).to.equal(false);
    let converted = 0;
    const again = await ship({ ...wanted(bucket), watch: { converted: () => converted++ } });
    expect([again.new, converted]).to.deep.equal([true, 0]);
  });

  it("takes no address that is no bucket's", () => {
    expect(() => new S3Destination("s3://UPPER/x")).to.throw("write s3://bucket/ or s3://bucket/prefix");
  });
});
