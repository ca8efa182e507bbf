/** What every AWS component is told: names, tags and protection of the stack it stands in. */
import { Names, type StackIdentity } from "../naming";

export interface AwsContext {
  readonly names: Names;
  readonly identity: StackIdentity;
  /** Tags of every resource. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * Guards data: `protect` and `retainOnDelete` on every resource that holds some, deletion protection where a service
   * has its own.
   */
  readonly protectData: boolean;
  /** Days that log groups are kept. */
  readonly logRetentionDays: number;
}

/** Tag keys that the policy packs read. */
export const TAG = {
  /** raw-pii | pseudonymised | internal | public | logs | temp */
  dataClass: "naru:data-class",
  /** closed | open */
  zone: "naru:zone",
  /** What a role or function is for: pseudonymiser | analyst | transform | collector | … */
  role: "naru:role",
  /** Kinds of unique identifying information that a bucket holds; absent: none. */
  identifiers: "naru:unique-identifiers",
  owner: "naru:owner",
  stack: "naru:stack",
} as const;

export type DataClass = "raw-pii" | "pseudonymised" | "internal" | "public" | "logs" | "temp";

/** An ARN of this stack's account and region, from names alone, so that it is known in a preview. */
export function arnOf({ accountId, region }: StackIdentity, service: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${accountId}:${resource}`;
}

/** IAM is global: its ARNs have no region. */
export function iamArn({ accountId, region }: StackIdentity, resource: string): string {
  return `arn:${partitionOf(region)}:iam::${accountId}:${resource}`;
}

/** Buckets have neither account nor region in their ARN. */
export function bucketArn({ region }: StackIdentity, bucket: string): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}`;
}

/** AWS partition of a region. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}
