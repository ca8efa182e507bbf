import { examine, oneOf } from "../model/expectation";
import { knownString, read } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { isTagged, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS, ZONE } from "../model/tags";
import { BUCKET, BUCKET_OBJECT_LOCK, TRAIL } from "../model/types";
import { strongest } from "../model/verdict";
import { deliveries, fixedPart } from "../pseudonymisation/delivery";
import { recordsObjects } from "./recorded-objects";

const FIX =
  "Give the trail one selector of data events of AWS::S3::Object for reads and writes, whose `resources.ARN` starts with each closed " +
  "bucket's ARN and `/`, and with the place of failed personal records in open ones; and its bucket a `BucketObjectLockConfiguration` with a default retention.";

const RETENTION = ["rule", "defaultRetention"] as const;

/**
 * Whoever reads clear values leaves a record that nobody can remove. Closed buckets of logs are not asked for: a trail that
 * records what it writes itself would never end. That records are encrypted, `kms-encryption` asks.
 */
export const trailCoverage: StackRule = {
  name: "trail-coverage",
  group: "access",
  scope: "stack",
  severity: "high",
  description: "A trail records who touches clear values in buckets, and its records are locked.",
  framework: ismsP("2.9.4", "Logs of access are kept and protected (로그 및 접속기록 관리)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
  check(stack) {
    const trails = stack.ofType(TRAIL);
    const closed = stack
      .ofType(BUCKET)
      .filter((bucket) => isTagged(bucket, ZONE, "closed") && !isTagged(bucket, DATA_CLASS, "logs"));
    return [
      ...closed.flatMap((bucket) => checkBucket(bucket, "", trails)),
      ...failuresInTheOpen(stack).flatMap(({ bucket, prefix }) => checkBucket(bucket, prefix, trails)),
      ...trails.flatMap((trail) => checkRecords(stack, trail)),
    ];
  },
};

/** Personal records of Firehose that failed lie in clear in an open bucket, below a prefix that its policy closes. */
function failuresInTheOpen(stack: Stack): { readonly bucket: StackResource; readonly prefix: string }[] {
  return deliveries(stack)
    .filter(({ personal, failures }) => personal === "yes" && failures.open === "yes")
    .flatMap(({ resource, failures: { path, bucket } }) => {
      const prefix = fixedPart(knownString(resource.props, [...path, "errorOutputPrefix"]) ?? "");
      return bucket.state === "absent" || prefix === ""
        ? []
        : bucket.resources.map((each) => ({ bucket: each, prefix }));
    });
}

/** Without a trail of the stack's own, the account's may record the same: the plan can't tell. */
function checkBucket(bucket: StackResource, prefix: string, trails: readonly StackResource[]): Finding[] {
  if (trails.length === 0)
    return [undecided(bucket, "Whether a trail outside the stack records who touches its objects", FIX)];
  switch (strongest(trails.map((trail) => recordsObjects(trail, bucket, prefix)))) {
    case "yes":
      return [];
    case "unknown":
      return [undecided(bucket, "Whether a trail records who touches its objects", FIX)];
    case "no":
      return [violation(bucket, "No trail of the stack records all who touch its objects.", FIX)];
  }
}

function checkRecords(stack: Stack, trail: StackResource): Finding[] {
  const link = stack.link(trail, ["s3BucketName"], BUCKET);
  if (link.state === "absent") return [violation(trail, "s3BucketName is missing.", FIX)];
  if (link.resources.length === 0)
    return [undecided(trail, "The lock of its bucket, which is not this stack's,", FIX)];
  const findings = link.resources.flatMap((bucket) => checkLock(stack, bucket));
  return findings.length > 0 && link.state === "possible"
    ? [undecided(trail, "Which bucket it writes to", FIX)]
    : findings;
}

function checkLock(stack: Stack, bucket: StackResource): Finding[] {
  const locks = stack.attached(bucket, BUCKET_OBJECT_LOCK, "bucket");
  if (locks.length === 0)
    return [violation(bucket, "It holds a trail's records, and has no Object Lock.", FIX)];
  return locks.flatMap((lock) => {
    const span = ["days", "years"].find((unit) => read(lock.props, [...RETENTION, unit]).state !== "absent");
    return [
      ...examine(lock, {
        path: [...RETENTION, "mode"],
        accepts: oneOf("GOVERNANCE", "COMPLIANCE"),
        must: "must be GOVERNANCE or COMPLIANCE",
        fix: FIX,
      }),
      ...examine(lock, {
        path: [...RETENTION, span ?? "days"],
        accepts: (value) => typeof value === "number" && value > 0,
        must: "must be a number over 0",
        fix: FIX,
      }),
    ];
  });
}
