/** Where consumers of a relational database leave what they could not write. */
import type { DataSet } from "../../contract/model";
import { bucketArn, type AwsContext } from "../context";

/** Last part of the bucket's name. */
export const FAILURES = "database-failures";

/** Of records that never will be rows, with their reason. */
export function refusedPrefix({ domain, name }: Pick<DataSet, "domain" | "name">): string {
  return `refused/${domain}/${name}/`;
}

/** Of whole batches that Lambda gave up; the folder is Lambda's own choice (developer guide, "Retain records of failed invocations"). */
export const GIVEN_UP_PREFIX = "aws/lambda/";

/** The bucket, known before it is made. */
export function consumedFailures({ identity, names }: AwsContext): { readonly bucketArn: string } {
  return { bucketArn: bucketArn(identity, names.of("bucket", FAILURES)) };
}
