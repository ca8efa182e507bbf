import { read } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import {
  BUCKET,
  BUCKET_ACL,
  BUCKET_ENCRYPTION,
  BUCKET_LIFECYCLE,
  BUCKET_LOGGING,
  BUCKET_OBJECT_LOCK,
  BUCKET_OWNERSHIP,
  BUCKET_POLICY,
  BUCKET_PUBLIC_ACCESS_BLOCK,
  BUCKET_VERSIONING,
  KEY,
  KEY_POLICY,
  QUEUE,
  QUEUE_POLICY,
  ROLE,
  ROLE_POLICY,
  ROLE_POLICY_ATTACHMENT,
  SECURITY_GROUP,
  SECURITY_GROUP_EGRESS_RULE,
  SECURITY_GROUP_INGRESS_RULE,
  SECURITY_GROUP_RULE,
} from "../model/types";

const FIX =
  "Keep one of the two: the resource beside it for buckets, queues, keys, roles and groups, and only one of a kind. Each update " +
  "undoes what the other wrote.";

/** A setting that may stand in the resource or in one beside it. */
interface Companion {
  readonly type: string;
  /** Properties of the resource that say the same. */
  readonly inline: readonly string[];
  readonly companion: string;
  /** Property of the companion that names the resource. */
  readonly property: string;
  /** Whether two companions undo each other, as each replaces the whole. */
  readonly single: boolean;
}

const ofBucket = (companion: string, ...inline: readonly string[]): Companion => ({
  ...{ type: BUCKET, inline, companion },
  ...{ property: "bucket", single: true },
});

const COMPANIONS: readonly Companion[] = [
  ofBucket(BUCKET_ACL, "acl", "grants"),
  ofBucket(BUCKET_ENCRYPTION, "serverSideEncryptionConfiguration"),
  ofBucket(BUCKET_LIFECYCLE, "lifecycleRules"),
  ofBucket(BUCKET_LOGGING, "logging", "loggings"),
  ofBucket(BUCKET_OBJECT_LOCK, "objectLockConfiguration"),
  ofBucket(BUCKET_OWNERSHIP),
  ofBucket(BUCKET_POLICY, "policy"),
  ofBucket(BUCKET_PUBLIC_ACCESS_BLOCK),
  ofBucket(BUCKET_VERSIONING, "versioning"),
  { type: QUEUE, inline: ["policy"], companion: QUEUE_POLICY, property: "queueUrl", single: true },
  { type: KEY, inline: ["policy"], companion: KEY_POLICY, property: "keyId", single: true },
  { type: ROLE, inline: ["inlinePolicies"], companion: ROLE_POLICY, property: "role", single: false },
  {
    ...{ type: ROLE, inline: ["managedPolicyArns"], companion: ROLE_POLICY_ATTACHMENT },
    ...{ property: "role", single: false },
  },
  ...[SECURITY_GROUP_RULE, SECURITY_GROUP_INGRESS_RULE].map((companion): Companion => ({
    ...{ type: SECURITY_GROUP, inline: ["ingress"], companion },
    ...{ property: "securityGroupId", single: false },
  })),
  {
    ...{ type: SECURITY_GROUP, inline: ["egress"], companion: SECURITY_GROUP_EGRESS_RULE },
    ...{ property: "securityGroupId", single: false },
  },
];

/** Two places for one setting undo each other at every update: what the plan shows is not what stays. */
export const managedOnce: StackRule = {
  name: "managed-once",
  group: "operations",
  scope: "stack",
  severity: "medium",
  description: "No setting is managed in two places that undo each other.",
  framework: naru("one owner", "What a plan shows of a setting is what stays"),
  remediation: FIX,
  url: "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/",
  check(stack) {
    return COMPANIONS.flatMap((each) => {
      const homeless = stack.ofType(each.companion).filter((companion) => {
        const link = stack.link(companion, [each.property], each.type);
        return link.state === "possible" && link.resources.length === 0;
      }).length;
      return stack.ofType(each.type).flatMap((resource) => judge(stack, resource, each, homeless));
    });
  },
};

/** @param homeless companions of which nothing is known that they could belong to: any resource may be theirs */
function judge(
  stack: Stack,
  resource: StackResource,
  { inline, companion, property, single }: Companion,
  homeless: number,
): Finding[] {
  const states = stack
    .attached(resource, companion, property)
    .map((each) => stack.link(each, [property], resource.type).state);
  const beside = states.filter((state) => state === "certain").length;
  const maybe = homeless + states.filter((state) => state === "possible").length;
  const kind = companion.slice(companion.lastIndexOf(":") + 1);
  const within = inline.filter((name) => read(resource.props, [name]).state !== "absent");
  if (within.length > 0 && beside > 0) {
    return [violation(resource, `${within.join(", ")} and a ${kind} say the same.`, FIX)];
  }
  if (single && beside > 1) {
    return [violation(resource, `${beside} resources of the kind ${kind} stand beside it.`, FIX)];
  }
  return (within.length > 0 && maybe > 0) || (single && beside + maybe > 1)
    ? [undecided(resource, `What a ${kind} belongs to`, FIX)]
    : [];
}
