import { isClosed, isClosedBelow, WRITING } from "../model/closed-prefix";
import { knownString } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS } from "../model/tags";
import { BUCKET } from "../model/types";
import { weakest } from "../model/verdict";
import { deliveries, fixedPart } from "./delivery";

const FIX =
  "Add a statement to the bucket's policy that denies `s3:PutObject` and `s3:ReplicateObject` there to everybody (`Principal: *`) " +
  "but the roles that write (`ArnNotEquals` with `aws:PrincipalArn`).";

/**
 * What lies in a closed bucket is believed: files in landing become rows, failed records go back on their stream. Who may put some
 * there could make up both, or lay clear values where nobody looks for them. Deleting is not asked for: it tells nobody anything, and
 * a person's data must be able to go.
 */
export const closedBucketWriters: StackRule = {
  name: "closed-bucket-writers",
  group: "pseudonymisation",
  scope: "stack",
  severity: "high",
  description:
    "Clear personal data, and failed records of it, are written by the roles that the bucket's policy names.",
  framework: ismsP(
    "2.6.4",
    "Access to databases of personal data is limited to named subjects (데이터베이스 접근)",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html",
  check(stack) {
    const failures = failurePrefixes(stack);
    return stack.ofType(BUCKET).flatMap((bucket): Finding[] => {
      const closed = weakest([
        isTagged(bucket, DATA_CLASS, "raw-pii") ? isClosed(stack, bucket, WRITING) : "yes",
        ...[...(failures.get(bucket) ?? [])]
          // Those that anybody reads `firehose-error-output` finds.
          .filter((prefix) => isClosedBelow(stack, bucket, prefix) !== "no")
          .map((prefix) => isClosedBelow(stack, bucket, prefix, WRITING)),
      ]);
      if (closed === "yes") return [];
      return closed === "no"
        ? [violation(bucket, "Its policy names nobody who alone may write clear records to it.", FIX)]
        : [undecided(bucket, "Whom its policy lets write", FIX)];
    });
  },
};

/** Where failed personal records go in buckets that are not closed as a whole. */
function failurePrefixes(stack: Stack): Map<StackResource, Set<string>> {
  const prefixes = new Map<StackResource, Set<string>>();
  for (const { resource, personal, failures } of deliveries(stack)) {
    const prefix = knownString(resource.props, [...failures.path, "errorOutputPrefix"]);
    if (personal === "no" || failures.open === "no" || prefix === undefined) continue;
    for (const bucket of failures.bucket.state === "absent" ? [] : failures.bucket.resources) {
      prefixes.set(bucket, new Set([...(prefixes.get(bucket) ?? []), fixedPart(prefix)]));
    }
  }
  return prefixes;
}
