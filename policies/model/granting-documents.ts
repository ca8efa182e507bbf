/** Where a stack says who may use a resource: policies that stand on the resource itself, and the trust of roles. */
import type { Path } from "./reading";
import {
  BUCKET,
  BUCKET_POLICY,
  EVENT_BUS_POLICY,
  GLUE_POLICY,
  KEY,
  KEY_POLICY,
  LOG_POLICY,
  POLICY,
  QUEUE,
  QUEUE_POLICY,
  ROLE,
  ROLE_POLICY,
  SECRET,
  SECRET_POLICY,
  STREAM_POLICY,
  TOPIC,
  TOPIC_POLICY,
  VPC_ENDPOINT,
} from "./types";

export interface GrantingDocument {
  readonly type: string;
  readonly path: Path;
  /** Whether the resource is nothing without it; else absent means that only the account's own policies count. */
  readonly required: boolean;
}

/** Policies of resources, but for keys; those of functions are left to a rule of their own. */
export const RESOURCE_POLICIES: readonly GrantingDocument[] = [
  { type: BUCKET_POLICY, path: ["policy"], required: true },
  { type: BUCKET, path: ["policy"], required: false },
  { type: QUEUE_POLICY, path: ["policy"], required: true },
  { type: QUEUE, path: ["policy"], required: false },
  { type: TOPIC_POLICY, path: ["policy"], required: true },
  { type: TOPIC, path: ["policy"], required: false },
  { type: SECRET_POLICY, path: ["policy"], required: true },
  { type: SECRET, path: ["policy"], required: false },
  { type: STREAM_POLICY, path: ["policy"], required: true },
  { type: EVENT_BUS_POLICY, path: ["policy"], required: true },
  { type: GLUE_POLICY, path: ["policy"], required: true },
  { type: LOG_POLICY, path: ["policyDocument"], required: true },
];

/** Who may use a key; without one KMS lets the account's IAM decide. */
export const KEY_POLICIES: readonly GrantingDocument[] = [
  { type: KEY, path: ["policy"], required: false },
  { type: KEY_POLICY, path: ["policy"], required: true },
];

/** Through what a network reaches services: bounds what passes, whoever asks. */
export const ENDPOINT_POLICIES: readonly GrantingDocument[] = [
  { type: VPC_ENDPOINT, path: ["policy"], required: false },
];

/** What a role may do, where its policy is a resource of its own. */
export const ROLE_POLICIES: readonly GrantingDocument[] = [
  { type: ROLE_POLICY, path: ["policy"], required: true },
  { type: POLICY, path: ["policy"], required: true },
];

/** Who may assume a role. */
export const ROLE_TRUST: GrantingDocument = { type: ROLE, path: ["assumeRolePolicy"], required: true };
