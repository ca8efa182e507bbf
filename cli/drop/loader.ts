/** The loader of a stack: a session of the role that writes landing and reads nothing. */
import type { S3Client } from "@aws-sdk/client-s3";
import { openStack } from "../stack-session";

export interface Loader {
  readonly s3: S3Client;
  /** Landing's bucket. */
  readonly bucket: string;
}

/** @throws Error when there is no such stack, when the role can't be assumed, or when the local one is not up. */
export async function findLoader(name: string): Promise<Loader> {
  const { names, assume } = await openStack(name);
  const { s3 } = await assume({ role: names.of("role", "loader") });
  return { s3: withoutRemarks(s3), bucket: names.of("bucket", "landing") };
}

/**
 * Landing refuses a file of a name that is there, which is an answer and no mishap; the SDK, told of no logger, says on the
 * console that it can't repeat a stream.
 */
export function withoutRemarks(s3: S3Client): S3Client {
  const nothing = () => {};
  s3.config.logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  return s3;
}
