import { read, readIndices, readString } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { StackResource } from "../model/stack";
import { BUCKET, BUCKET_LIFECYCLE } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";

const FIX =
  "Add a `BucketLifecycleConfiguration` for the bucket with an enabled rule that aborts incomplete uploads after some days.";

/** What nobody finished, and nobody sees, is paid for and may hold personal data: it ends. */
export const bucketLifecycle: StackRule = {
  name: "bucket-lifecycle",
  group: "resilience",
  scope: "stack",
  severity: "low",
  description: "Buckets have a lifecycle that tidies up unfinished uploads.",
  framework: fsbp("S3.13", "S3 general purpose buckets have Lifecycle configurations"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
  check(stack) {
    return stack.ofType(BUCKET).flatMap((bucket): Finding[] => {
      const lifecycles = stack.attached(bucket, BUCKET_LIFECYCLE, "bucket");
      if (lifecycles.length === 0) return [violation(bucket, "It has no lifecycle.", FIX)];
      switch (strongest(lifecycles.map(tidies))) {
        case "yes":
          return [];
        case "unknown":
          return [undecided(bucket, "The bucket's lifecycle", FIX)];
        case "no":
          return [violation(bucket, "No rule of its lifecycle aborts incomplete uploads.", FIX)];
      }
    });
  },
};

function tidies(lifecycle: StackResource): Verdict {
  const rules = readIndices(lifecycle.props, ["rules"]);
  if (rules.state !== "known") return rules.state === "unknown" ? "unknown" : "no";
  return strongest(
    rules.value.map((at): Verdict => {
      const days = read(lifecycle.props, [
        "rules",
        at,
        "abortIncompleteMultipartUpload",
        "daysAfterInitiation",
      ]);
      const status = readString(lifecycle.props, ["rules", at, "status"]);
      if (days.state === "unknown" || status.state === "unknown") return "unknown";
      const enabled = status.state === "known" && status.value === "Enabled";
      return enabled && days.state === "known" && typeof days.value === "number" ? "yes" : "no";
    }),
  );
}
