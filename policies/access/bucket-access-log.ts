import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { tag, type StackResource } from "../model/stack";
import { DATA_CLASS } from "../model/tags";
import { BUCKET, BUCKET_LOGGING } from "../model/types";
import type { Verdict } from "../model/verdict";

const FIX =
  "Add a `BucketLogging` for the bucket whose `targetBucket` is the platform's bucket of logs (`naru:data-class: logs`).";

/** Who touched a bucket is written down in another one. */
export const bucketAccessLog: StackRule = {
  name: "bucket-access-log",
  group: "access",
  scope: "stack",
  severity: "medium",
  description: "Requests to buckets are logged into a bucket of logs.",
  framework: fsbp("S3.9", "S3 general purpose buckets have server access logging enabled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
  check(stack) {
    const targets = new Set(
      stack.ofType(BUCKET_LOGGING).flatMap((logging) => {
        const link = stack.link(logging, ["targetBucket"], BUCKET);
        return link.state === "absent" ? [] : link.resources.map(({ urn }) => urn);
      }),
    );
    return stack.ofType(BUCKET).flatMap((bucket): Finding[] => {
      const loggings = stack.attached(bucket, BUCKET_LOGGING, "bucket");
      if (loggings.length === 0) {
        // What takes the logs of others would log its own logging.
        const takes = targets.has(bucket.urn) ? holdsLogs(bucket) : "no";
        if (takes === "yes") return [];
        return takes === "unknown"
          ? [undecided(bucket, "The data class of a bucket that takes logs", FIX)]
          : [violation(bucket, "Requests to it are not logged.", FIX)];
      }
      return loggings.flatMap((logging): Finding[] => {
        const link = stack.link(logging, ["targetBucket"], BUCKET);
        if (link.state === "absent") return [violation(logging, "targetBucket is missing.", FIX)];
        const held = link.resources.map(holdsLogs);
        if (held.length === 0 && link.state === "possible") return [undecided(logging, "targetBucket", FIX)];
        if (held.length === 0 || held.includes("no")) {
          return [violation(logging, "targetBucket is no bucket of logs of this stack.", FIX)];
        }
        return held.includes("unknown") ? [undecided(logging, "The data class of targetBucket", FIX)] : [];
      });
    });
  },
};

/** That a bucket says no class at all is what `data-class-tags` finds. */
function holdsLogs(bucket: StackResource): Verdict {
  const dataClass = tag(bucket, DATA_CLASS);
  if (dataClass.state === "unknown") return "unknown";
  return dataClass.state === "absent" || dataClass.value === "logs" ? "yes" : "no";
}
