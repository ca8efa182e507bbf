import { examine } from "../model/expectation";
import { fsbp } from "../model/references";
import { violation, type StackRule } from "../model/rule";
import { BUCKET, BUCKET_OWNERSHIP } from "../model/types";

const FIX =
  'Add `BucketOwnershipControls` for the bucket with `rule: { objectOwnership: "BucketOwnerEnforced" }`: access lists are off then.';

/** Objects belong to the bucket's owner, whoever wrote them, and no list opens one of them. */
export const bucketOwnership: StackRule = {
  name: "bucket-ownership",
  group: "exposure",
  scope: "stack",
  severity: "medium",
  description: "Buckets own all their objects, so that access lists are off.",
  framework: fsbp("S3.12", "ACLs are not used to manage user access to S3 general purpose buckets"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
  check(stack) {
    return stack.ofType(BUCKET).flatMap((bucket) => {
      const controls = stack.attached(bucket, BUCKET_OWNERSHIP, "bucket");
      if (controls.length === 0) return [violation(bucket, "It has no ownership controls.", FIX)];
      return controls.flatMap((control) =>
        examine(control, {
          path: ["rule", "objectOwnership"],
          accepts: (value) => value === "BucketOwnerEnforced",
          must: "must be BucketOwnerEnforced",
          fix: FIX,
        }),
      );
    });
  },
};
