import { show } from "../model/expectation";
import { readIndices, readString } from "../model/reading";
import { pipa } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import { names, settingIn } from "../model/setting";
import { tag, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS, ZONE } from "../model/tags";
import { BUCKET } from "../model/types";
import type { Verdict } from "../model/verdict";

const REPLICATION = "aws:s3/bucketReplicationConfig:BucketReplicationConfig";

const BUCKETS = names(
  "buckets",
  "Names of buckets outside the stack, in the platform's regions, to which it may replicate.",
  [],
);

const FIX =
  "Replicate to a bucket of this stack with the same data class and zone, or name the bucket under `buckets` in the rule's " +
  "settings: a bucket's ARN does not tell its region.";

/** What S3 copies goes to a bucket whose region and zone are known. */
export const bucketReplication: StackRule = {
  name: "bucket-replication",
  group: "residency",
  scope: "stack",
  severity: "high",
  description: "Buckets replicate to buckets of the stack of the same class and zone, or to named ones.",
  framework: pipa("28-8", "Storing personal data abroad is a transfer abroad (개인정보의 국외 이전)"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html",
  settings: [BUCKETS],
  check(stack, configuration) {
    const named = settingIn(configuration, BUCKETS).map((name) => `:s3:::${name}`);
    return stack.ofType(REPLICATION).flatMap((replication) => {
      const rules = readIndices(replication.props, ["rules"]);
      if (rules.state === "unknown") return [undecided(replication, "rules", FIX)];
      if (rules.state !== "known") return [violation(replication, "rules is missing or no list.", FIX)];
      return rules.value.flatMap((index) => checkRule(stack, replication, index, named));
    });
  },
};

function checkRule(
  stack: Stack,
  replication: StackResource,
  index: number,
  named: readonly string[],
): Finding[] {
  const path = ["rules", index, "destination", "bucket"] as const;
  const arn = readString(replication.props, path);
  if (arn.state === "known" && named.some((each) => arn.value.startsWith("arn:") && arn.value.endsWith(each)))
    return [];
  const origin = stack.link(replication, ["bucket"], BUCKET);
  const target = stack.link(replication, path, BUCKET);
  if (target.state === "absent") return [violation(replication, `${show(path)} is missing.`, FIX)];
  if (target.resources.length === 0) {
    return arn.state === "unknown"
      ? [undecided(replication, show(path), FIX)]
      : [violation(replication, `${show(path)} is neither a bucket of the stack nor named.`, FIX)];
  }
  const origins = origin.state === "absent" ? [] : origin.resources;
  const alike = origins.flatMap((from) => target.resources.map((to) => isAlike(from, to)));
  if (alike.length > 0 && alike.every((each) => each === "yes")) return [];
  // One bucket on both sides decides; of several possible ones, one that differs may be another rule's.
  return alike.includes("no") && origin.state === "certain" && target.state === "certain"
    ? [violation(replication, `${show(path)} has another data class or zone than its source.`, FIX)]
    : [undecided(replication, `Which bucket ${show(path)} and its source are`, FIX)];
}

function isAlike(left: StackResource, right: StackResource): Verdict {
  const verdicts = [DATA_CLASS, ZONE].map((key): Verdict => {
    const [one, other] = [tag(left, key), tag(right, key)];
    if (one.state === "unknown" || other.state === "unknown") return "unknown";
    const values = [one, other].map((each) => (each.state === "known" ? each.value : undefined));
    return values[0] === values[1] ? "yes" : "no";
  });
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("unknown") ? "unknown" : "yes";
}
