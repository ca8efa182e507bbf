import { examine } from "../model/expectation";
import { read, readIndices } from "../model/reading";
import { fsbp } from "../model/references";
import { violation, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS } from "../model/tags";
import { BUCKET, BUCKET_LIFECYCLE, BUCKET_VERSIONING } from "../model/types";

const FIX =
  'Add `BucketVersioning` for the bucket with `versioningConfiguration: { status: "Enabled" }`, and a lifecycle that ends older versions.';

/** What is overwritten or deleted by mistake comes back. */
export const bucketVersioning: StackRule = {
  name: "bucket-versioning",
  group: "resilience",
  scope: "stack",
  severity: "medium",
  description: "Buckets keep older versions; personal and temporary data that expires may have none.",
  framework: fsbp("S3.14", "S3 general purpose buckets have versioning enabled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
  check(stack) {
    return stack
      .ofType(BUCKET)
      .filter((bucket) => !mayForget(stack, bucket))
      .flatMap((bucket) => {
        const versionings = stack.attached(bucket, BUCKET_VERSIONING, "bucket");
        if (versionings.length === 0) return [violation(bucket, "It keeps no older versions.", FIX)];
        return versionings.flatMap((versioning) =>
          examine(versioning, {
            path: ["versioningConfiguration", "status"],
            accepts: (value) => value === "Enabled",
            must: "must be Enabled",
            fix: FIX,
          }),
        );
      });
  },
};

/**
 * Personal data that is kept for a short while, and what is temporary: gone when deleted, as PIPA's Article 21 asks of
 * what has served. Their lifecycle ends objects and does not speak of older versions.
 */
function mayForget(stack: Stack, bucket: StackResource): boolean {
  if (!["raw-pii", "temp"].some((dataClass) => isTagged(bucket, DATA_CLASS, dataClass))) return false;
  const rules = stack.attached(bucket, BUCKET_LIFECYCLE, "bucket").flatMap((lifecycle) => {
    const indices = readIndices(lifecycle.props, ["rules"]);
    return (indices.state === "known" ? indices.value : []).map((at) => {
      const is = (...path: readonly string[]) => read(lifecycle.props, ["rules", at, ...path]);
      const status = is("status");
      return {
        ends:
          is("expiration", "days").state === "known" &&
          status.state === "known" &&
          status.value === "Enabled",
        hasVersions: is("noncurrentVersionExpiration").state !== "absent",
      };
    });
  });
  return rules.some(({ ends }) => ends) && !rules.some(({ hasVersions }) => hasVersions);
}
