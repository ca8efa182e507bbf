import { show } from "../model/expectation";
import { covers } from "../model/policy-document";
import { read, readIndices } from "../model/reading";
import { ismsP } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { names, settingIn, wholeNumber } from "../model/setting";
import { tag, type Stack, type StackResource } from "../model/stack";
import { IDENTIFIERS } from "../model/tags";
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

const IDENTIFIER_DAYS = wholeNumber(
  "identifierDays",
  "The same where a bucket is tagged with unique identifiers.",
  2 * YEAR,
  1,
);

const FIX =
  "Lock the trail's bucket for a year, or for two where a bucket holds resident numbers (`naru:logRetentionDays`, by-contracts by " +
  "default), and let no lifecycle rule end its objects sooner. Set `days` in the rule's settings to 730 where the platform holds " +
  "50,000 people or more, or sensitive data.";

/** Records of who read what outlast the question: a year, or two where the law says so. */
export const accessRecordRetention: StackRule = {
  name: "access-record-retention",
  group: "access",
  scope: "stack",
  severity: "high",
  description:
    "Records of access are locked and kept for a year, or for two where resident numbers are held.",
  framework: ismsP(
    "2.9.4",
    "Records of access are kept for a set time and can't be altered (로그 및 접속기록 관리)",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
  settings: [DAYS, IDENTIFIER_DAYS, STACKS],
  check(stack, configuration) {
    const limits = limitsOf(stack, settingIn(configuration, DAYS), settingIn(configuration, IDENTIFIER_DAYS));
    const stacks = settingIn(configuration, STACKS);
    const buckets = new Map<string, StackResource>();
    for (const trail of stack.ofType(TRAIL).filter(({ urn }) => isIn(urn, stacks))) {
      const link = stack.link(trail, ["s3BucketName"], BUCKET);
      if (link.state === "absent") continue;
      for (const bucket of link.resources) buckets.set(bucket.urn, bucket);
    }
    return [...buckets.values()].flatMap((bucket) => [
      ...checkLock(stack, bucket, limits),
      ...stack.attached(bucket, LIFECYCLE, "bucket").flatMap((each) => checkLifecycle(each, limits)),
    ]);
  },
};

/** Fewer days than `least` are too few; from there to `most` a tag decides that this preview does not know. */
interface Limits {
  readonly least: number;
  readonly most: number;
}

function limitsOf(stack: Stack, days: number, identifierDays: number): Limits {
  const tags = stack.ofType(BUCKET).map((bucket) => tag(bucket, IDENTIFIERS));
  const withIdentifiers = Math.max(days, identifierDays);
  if (tags.some(({ state }) => state === "known")) return { least: withIdentifiers, most: withIdentifiers };
  const unknown = tags.some(({ state }) => state === "unknown");
  return { least: days, most: unknown ? withIdentifiers : days };
}

function judge(
  resource: StackResource,
  kept: number | undefined,
  problem: string,
  limits: Limits,
): Finding[] {
  if (kept === undefined || kept < limits.least) return [violation(resource, problem, FIX)];
  return kept < limits.most
    ? [undecided(resource, "Whether a bucket holds unique identifiers, by its tag,", FIX)]
    : [];
}

function isIn(urn: string, stacks: readonly string[]): boolean {
  const [, stack = ""] = /^urn:pulumi:([^:]*)::/.exec(urn) ?? [];
  return stacks.some((each) => covers(each, stack));
}

function checkLock(stack: Stack, bucket: StackResource, limits: Limits): Finding[] {
  // Whether there is a lock, and of which mode, `trail-coverage` asks.
  return stack.attached(bucket, BUCKET_OBJECT_LOCK, "bucket").flatMap((lock): Finding[] => {
    const [inDays, inYears] = [read(lock.props, LOCK_DAYS), read(lock.props, LOCK_YEARS)];
    if (inDays.state === "unknown" || inYears.state === "unknown")
      return [undecided(lock, show(LOCK_DAYS), FIX)];
    const locked =
      numberIn(inDays) ?? (numberIn(inYears) === undefined ? undefined : numberIn(inYears)! * YEAR);
    return judge(lock, locked, "It locks records for a shorter time than the rule's settings say.", limits);
  });
}

/** Rules that end objects before the time. */
function checkLifecycle(lifecycle: StackResource, limits: Limits): Finding[] {
  const rules = readIndices(lifecycle.props, ["rules"]);
  if (rules.state === "unknown") return [undecided(lifecycle, "rules", FIX)];
  if (rules.state !== "known") return [];
  return rules.value.flatMap((index): Finding[] => {
    const path = ["rules", index, "expiration", "days"] as const;
    const expiration = read(lifecycle.props, path);
    if (expiration.state === "absent") return [];
    if (expiration.state === "unknown") return [undecided(lifecycle, show(path), FIX)];
    const kept = numberIn(expiration);
    return kept === 0
      ? []
      : judge(lifecycle, kept, `${show(path)} is shorter than the rule's settings say.`, limits);
  });
}

function numberIn(reading: ReturnType<typeof read>): number | undefined {
  return reading.state === "known" && typeof reading.value === "number" ? reading.value : undefined;
}
