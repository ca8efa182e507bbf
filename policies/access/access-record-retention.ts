import { show } from "../model/expectation";
import { covers } from "../model/policy-document";
import { read, readIndices } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { names, settingIn, wholeNumber } from "../model/setting";
import type { Stack, StackResource } from "../model/stack";
import { BUCKET, BUCKET_OBJECT_LOCK, TRAIL } from "../model/types";

const LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const LOCK_DAYS = ["rule", "defaultRetention", "days"] as const;
const LOCK_YEARS = ["rule", "defaultRetention", "years"] as const;
const YEAR = 365;

const DAYS = wholeNumber("days", "Days that records of access are kept, at least.", YEAR, 1);
const STACKS = names(
  "stacks",
  "Stacks with data of real people, whose records the law asks for; * is any run of characters.",
  ["prod*"],
);

const FIX =
  "Lock the trail's bucket for a year or longer (`naru:logRetentionDays`), and let no lifecycle rule end its objects sooner. Set `days` " +
  "in the rule's settings to 730 where the platform holds 50,000 people or more, resident numbers or sensitive data.";

/** Records of who read what outlast the question: a year, or two where the law says so. */
export const accessRecordRetention: StackRule = {
  name: "access-record-retention",
  group: "access",
  scope: "stack",
  severity: "high",
  description: "Records of access are locked and kept for as long as a setting says, a year by default.",
  framework: ismsP(
    "2.9.4",
    "Records of access are kept for a set time and can't be altered (로그 및 접속기록 관리)",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
  settings: [DAYS, STACKS],
  check(stack, configuration) {
    const days = settingIn(configuration, DAYS);
    const stacks = settingIn(configuration, STACKS);
    const buckets = new Map<string, StackResource>();
    for (const trail of stack.ofType(TRAIL).filter(({ urn }) => isIn(urn, stacks))) {
      const link = stack.link(trail, ["s3BucketName"], BUCKET);
      if (link.state === "absent") continue;
      for (const bucket of link.resources) buckets.set(bucket.urn, bucket);
    }
    return [...buckets.values()].flatMap((bucket) => [
      ...checkLock(stack, bucket, days),
      ...stack.attached(bucket, LIFECYCLE, "bucket").flatMap((each) => checkLifecycle(each, days)),
    ]);
  },
};

function isIn(urn: string, stacks: readonly string[]): boolean {
  const [, stack = ""] = /^urn:pulumi:([^:]*)::/.exec(urn) ?? [];
  return stacks.some((each) => covers(each, stack));
}

function checkLock(stack: Stack, bucket: StackResource, days: number): Finding[] {
  // Whether there is a lock, and of which mode, `trail-coverage` asks.
  return stack.attached(bucket, BUCKET_OBJECT_LOCK, "bucket").flatMap((lock): Finding[] => {
    const [inDays, inYears] = [read(lock.props, LOCK_DAYS), read(lock.props, LOCK_YEARS)];
    if (inDays.state === "unknown" || inYears.state === "unknown")
      return [undecided(lock, show(LOCK_DAYS), FIX)];
    const locked =
      numberIn(inDays) ?? (numberIn(inYears) === undefined ? undefined : numberIn(inYears)! * YEAR);
    return locked !== undefined && locked >= days
      ? []
      : [violation(lock, "It locks records for a shorter time than the rule's setting days.", FIX)];
  });
}

/** Rules that end objects before the time. */
function checkLifecycle(lifecycle: StackResource, days: number): Finding[] {
  const rules = readIndices(lifecycle.props, ["rules"]);
  if (rules.state === "unknown") return [undecided(lifecycle, "rules", FIX)];
  if (rules.state !== "known") return [];
  return rules.value.flatMap((index): Finding[] => {
    const path = ["rules", index, "expiration", "days"] as const;
    const expiration = read(lifecycle.props, path);
    if (expiration.state === "absent") return [];
    if (expiration.state === "unknown") return [undecided(lifecycle, show(path), FIX)];
    const kept = numberIn(expiration);
    return kept !== undefined && (kept === 0 || kept >= days)
      ? []
      : [violation(lifecycle, `${show(path)} is shorter than the rule's setting days.`, FIX)];
  });
}

function numberIn(reading: ReturnType<typeof read>): number | undefined {
  return reading.state === "known" && typeof reading.value === "number" ? reading.value : undefined;
}
