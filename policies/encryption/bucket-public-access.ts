import { examine } from "../model/expectation";
import { fsbp } from "../model/references";
import { violation, type StackRule } from "../model/rule";
import { BUCKET, BUCKET_PUBLIC_ACCESS_BLOCK } from "../model/types";

const FIX = "Add a `BucketPublicAccessBlock` for the bucket with all four settings true.";
const SETTINGS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** No bucket can be opened to the world, whatever its policy or its lists say. */
export const bucketPublicAccess: StackRule = {
  name: "bucket-public-access",
  group: "encryption",
  scope: "stack",
  severity: "critical",
  description: "Buckets block public access in all four ways.",
  framework: fsbp("S3.8", "S3 general purpose buckets block public access"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
  check(stack) {
    return stack.ofType(BUCKET).flatMap((bucket) => {
      const blocks = stack.attached(bucket, BUCKET_PUBLIC_ACCESS_BLOCK, "bucket");
      if (blocks.length === 0) return [violation(bucket, "It has no public access block.", FIX)];
      return blocks.flatMap((block) =>
        SETTINGS.flatMap((setting) =>
          examine(block, {
            path: [setting],
            accepts: (value) => value === true,
            must: "must be true",
            fix: FIX,
          }),
        ),
      );
    });
  },
};
