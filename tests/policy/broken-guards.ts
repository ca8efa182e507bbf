/** Platforms that go round the pack or beyond their bounds, one for each rule. */
import { ABSENT, changed } from "../unit/policies/evaluation";
import type { BrokenPlatform } from "./broken";
import * as type from "../../policies/model/types";
import { goodPlan, resource, urn } from "./plan";

export const BROKEN_GUARDS: Readonly<Record<string, BrokenPlatform>> = {
  "readable-types": {
    title: "a bucket under an old name",
    at: "old-bucket",
    plan: () => [...goodPlan(), resource("aws:s3/bucketV2:BucketV2", "old-bucket", {})],
  },
  "ignored-changes": {
    title: "a key whose policy may be changed by hand",
    at: "data",
    plan: () =>
      goodPlan().map((each) =>
        each.name === "data" ? { ...each, options: { ...each.options, ignoreChanges: ["policy"] } } : each,
      ),
  },
  "spending-limits": {
    title: "an application of EMR without a bound",
    at: "spark",
    plan: () => changed(goodPlan(), "spark", ["maximumCapacity"], ABSENT),
  },
  "required-tags": {
    title: "a stream that nobody answers for",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["tagsAll", "naru:owner"], ABSENT),
  },
  "production-budget": {
    title: "a budget that tells nobody",
    at: "budget",
    plan: () => changed(goodPlan(), "budget", ["notifications"], ABSENT),
  },
  "key-deletion": {
    title: "a key that is gone within a week",
    at: "data",
    plan: () => changed(goodPlan(), "data", ["deletionWindowInDays"], 7),
  },
  "key-separation": {
    title: "clear records under the open zone's key",
    at: "landing",
    plan: () =>
      goodPlan().map((each) =>
        each.name === "landing-encryption"
          ? {
              ...each,
              propertyDependencies: { ...each.propertyDependencies, rules: [urn(type.KEY, "data")] },
            }
          : each,
      ),
  },
  "closed-bucket-readers": {
    title: "clear records for whom IAM lets",
    at: "landing",
    plan: () => changed(goodPlan(), "landing-policy", ["policy", "Statement", 1], ABSENT),
  },
  "closed-bucket-writers": {
    title: "landing for whom IAM lets write",
    at: "landing",
    plan: () => changed(goodPlan(), "landing-policy", ["policy", "Statement", 2], ABSENT),
  },
  "message-tls-only": {
    title: "a topic that takes alarms in clear",
    at: "topic",
    plan: () => changed(goodPlan(), "topic-policy", ["policy", "Statement", 0, "Action"], "sns:Subscribe"),
  },
  "declared-class": {
    title: "a stream that a pseudonymiser reads, and that is said to hold nothing clear",
    at: "events",
    plan: () => changed(goodPlan(), "events", ["tags", "naru:data-class"], "internal"),
  },
  "access-record-retention": {
    title: "records of access that end after a month",
    at: "audit-lock",
    plan: () => changed(goodPlan(), "audit-lock", ["rule", "defaultRetention", "days"], 30),
  },
  "personal-data-stacks": {
    title: "clear records in a stack for tests",
    at: "brokers",
    plan: () =>
      goodPlan().map((each) =>
        each.name === "brokers"
          ? { ...each, urn: each.urn.replace("urn:pulumi:prod", "urn:pulumi:test") }
          : each,
      ),
  },
  "scratch-places": {
    title: "a job with clear values that spills them into the open zone",
    at: "job",
    plan: () => changed(goodPlan(), "job", ["defaultArguments", "--TempDir"], "s3://plan-raw/spills/"),
  },
};
