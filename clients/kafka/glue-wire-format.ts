/**
 * The form in which AWS Glue's schema registry libraries write a record: a byte that says so, a byte for the
 * compression, the 16 bytes of the schema version's id, the payload. Services with AWS's Java libraries read it.
 */
import { deflateSync, inflateSync } from "node:zlib";

/** `AWSSchemaRegistryConstants` of awslabs/aws-glue-schema-registry: HEADER_VERSION_BYTE, COMPRESSION_BYTE. */
const HEADER = 3;
const PLAIN = 0;
const ZLIB = 5;
const VERSION_ID_BYTES = 16;
const PAYLOAD_AT = 2 + VERSION_ID_BYTES;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface GlueRecord {
  /** Of the schema version: a UUID in lower case. */
  readonly versionId: string;
  readonly payload: Buffer;
}

/** @param compress by zlib. @default false */
export function encodeGlue({ versionId, payload }: GlueRecord, compress = false): Buffer {
  if (!UUID.test(versionId)) throw new Error("the id of the schema version is no UUID");
  const head = Buffer.concat([
    Buffer.from([HEADER, compress ? ZLIB : PLAIN]),
    Buffer.from(versionId.replaceAll("-", ""), "hex"),
  ]);
  return Buffer.concat([head, compress ? deflateSync(payload) : payload]);
}

/** @throws Error that says what the bytes lack. */
export function decodeGlue(bytes: Buffer): GlueRecord {
  if (bytes.length < PAYLOAD_AT || bytes[0] !== HEADER) {
    throw new Error("the value was not written with Glue's schema registry: its first byte is not 3");
  }
  const compression = bytes[1];
  if (compression !== PLAIN && compression !== ZLIB) {
    throw new Error(`the value's compression byte is ${compression}; Glue's libraries write 0 or 5`);
  }
  const hex = bytes.toString("hex", 2, PAYLOAD_AT);
  const versionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const rest = bytes.subarray(PAYLOAD_AT);
  return { versionId, payload: compression === ZLIB ? inflateSync(rest) : rest };
}
