/** The steward of a stack: a session of the role that reads records of where rows come from, and no table. */
import type { S3Client } from "@aws-sdk/client-s3";
import { openStack } from "../stack-session";

export interface Steward {
  readonly s3: S3Client;
  /** Curated's bucket. */
  readonly curated: string;
  /** Landing's bucket, which the steward does not read. */
  readonly landing: string;
}

/** @throws Error when there is no such stack, when the role can't be assumed, or when the local one is not up. */
export async function findSteward(name: string): Promise<Steward> {
  const { names, assume } = await openStack(name);
  const { s3 } = await assume({
    role: names.of("role", "steward"),
    needs: "The stack's IAM must let you, and naru:stewards name you where it is set",
  });
  return { s3, curated: names.of("bucket", "curated"), landing: names.of("bucket", "landing") };
}
