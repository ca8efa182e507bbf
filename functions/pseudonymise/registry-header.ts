/**
 * The header that producers put before a value whose schema stands in the Glue schema registry: a version byte, a byte
 * that tells the compression, and the 16 bytes of the schema version's id. Its first byte begins no JSON, so a value
 * with a header is told from one without. Numbers: AWS's serializers (awslabs/aws-glue-schema-registry,
 * AWSSchemaRegistryConstants).
 */
import { inflateSync } from "node:zlib";

const VERSION = 3;
const UNCOMPRESSED = 0;
const ZLIB = 5;
const HEADER_BYTES = 18;

/** Amazon MSK lets Firehose read records up to 10 MB; what inflates to more is no event. */
const MOST_BYTES = 10 * 1024 * 1024;

/**
 * The value alone; as it is where there is no header.
 * @throws RangeError or the error of zlib when it can't be inflated, without a byte of the value.
 */
export function withoutRegistryHeader(value: Buffer): Buffer {
  if (value.length < HEADER_BYTES || value[0] !== VERSION) return value;
  const body = value.subarray(HEADER_BYTES);
  if (value[1] === UNCOMPRESSED) return body;
  return value[1] === ZLIB ? inflateSync(body, { maxOutputLength: MOST_BYTES }) : value;
}
