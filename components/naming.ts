/** The only maker of physical names: limits, character sets and hashes on truncation, per kind of resource. */
import { createHash } from "node:crypto";

/** Limits of each kind of name, from the service's own documentation. */
const RULES = {
  /** S3 "Bucket naming rules": 3-63, lower case, digits, hyphens. */
  bucket: { max: 63, separator: "-", allowed: /[^a-z0-9-]/g },
  /** IAM quotas: role names up to 64. */
  role: { max: 64, separator: "-", allowed: /[^A-Za-z0-9+=,.@_-]/g },
  /** Lambda: function names up to 64. */
  function: { max: 64, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** Kinesis: stream names up to 128. */
  stream: { max: 128, separator: "-", allowed: /[^A-Za-z0-9_.-]/g },
  /** Firehose: delivery stream names up to 64. */
  deliveryStream: { max: 64, separator: "-", allowed: /[^A-Za-z0-9_.-]/g },
  /** Athena and Hive want lower case, digits and underscores; Glue allows 255, Athena's quota for a database name is 128. */
  database: { max: 128, separator: "_", allowed: /[^a-z0-9_]/g },
  /** Glue: registry and schema names up to 255. */
  schemaRegistry: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_$#-]/g },
  schema: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_$#-]/g },
  /** Athena: workgroup names up to 128. */
  workgroup: { max: 128, separator: "-", allowed: /[^A-Za-z0-9_.-]/g },
  /** Athena: catalogue names up to 127; without hyphens, SQL needs no quotes. */
  catalog: { max: 127, separator: "_", allowed: /[^a-z0-9_]/g },
  /** KMS: alias names up to 256 with the `alias/` prefix. */
  keyAlias: { max: 250, separator: "-", allowed: /[^A-Za-z0-9/_-]/g },
  /** Step Functions: state machine names up to 80. */
  stateMachine: { max: 80, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** EMR Serverless: application names up to 64. */
  application: { max: 64, separator: "-", allowed: /[^A-Za-z0-9._/#-]/g },
  /** CloudWatch Logs: group names up to 512. */
  logGroup: { max: 512, separator: "/", allowed: /[^A-Za-z0-9_/.#-]/g },
  /** API Gateway: stated without a limit; kept like the others. */
  api: { max: 128, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** EventBridge Scheduler: schedule names up to 64. */
  schedule: { max: 64, separator: "-", allowed: /[^A-Za-z0-9_.-]/g },
  /** EventBridge: rule names up to 64. */
  rule: { max: 64, separator: "-", allowed: /[^A-Za-z0-9_.-]/g },
  /** CloudTrail: trail names of 3 to 128. */
  trail: { max: 128, separator: "-", allowed: /[^A-Za-z0-9_.-]/g },
  /** EC2: security group names, and Name tags of what has no name, up to 255. */
  network: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_.-]/g },
  /** SQS: queue names up to 80. */
  queue: { max: 80, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** SNS: topic names up to 256. */
  topic: { max: 256, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** AWS Budgets: names up to 100, without colons and backslashes. */
  budget: { max: 100, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** CloudWatch: alarm names up to 255. */
  alarm: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** Glue: names of crawlers, classifiers, connections and security configurations up to 255. */
  crawler: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  classifier: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  connection: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  securityConfiguration: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** DataBrew: job names up to 240, the others up to 255; letters, digits, hyphens, full stops. */
  dataPreparation: { max: 240, separator: "-", allowed: /[^A-Za-z0-9.-]/g },
  /** CloudFormation: stack names up to 128. */
  stack: { max: 128, separator: "-", allowed: /[^A-Za-z0-9-]/g },
  /** Lake Formation ("Tag-based access control notes"): keys of LF-tags up to 50, kept in lower case. */
  lakeTag: { max: 50, separator: "-", allowed: /[^a-z0-9_.:/=+@-]/g },
  /** Macie: names of custom data identifiers up to 128; KMS: names of grants up to 256. */
  macie: { max: 128, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** Glue: names of jobs, workflows, triggers, rulesets and the jobs' security configuration up to 255. */
  glue: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_-]/g },
  /** RDS: identifiers of servers, and what goes with them, up to 63 in lower case; some get a number or a word behind. */
  server: { max: 55, separator: "-", allowed: /[^a-z0-9-]/g },
  /** MSK: names of clusters, configurations and connectors up to 64, letters, digits, hyphens. */
  kafka: { max: 64, separator: "-", allowed: /[^A-Za-z0-9-]/g },
  /** IAM quotas: names of managed policies up to 128. */
  policy: { max: 128, separator: "-", allowed: /[^A-Za-z0-9+=,.@_-]/g },
  /** DynamoDB: table names of 3 to 255. */
  table: { max: 255, separator: "-", allowed: /[^A-Za-z0-9_.-]/g },
} as const;

/**
 * Parameter of Systems Manager by which a stack says that it governs the account. The one name without a stack in it: a second
 * stack's must clash.
 */
export const ACCOUNT_CLAIM = "/naru/account-governance";

export type NameKind = keyof typeof RULES;

/** Where a stack stands; every physical name starts with it. */
export interface StackIdentity {
  readonly project: string;
  readonly stack: string;
  /** Twelve digits. Bucket names carry it, because they are unique over all accounts. */
  readonly accountId: string;
  readonly region: string;
}

export class Names {
  /** @param section what sets these names apart from the stack's others; see {@link within}. @default none */
  constructor(
    readonly identity: StackIdentity,
    private readonly section: readonly string[] = [],
  ) {}

  /** `<project>-<stack>-<parts…>`; for buckets with account and region behind, as bucket names are global. */
  of(kind: NameKind, ...parts: string[]): string {
    const { project, stack, accountId, region } = this.identity;
    const suffix = kind === "bucket" ? [accountId, region] : [];
    return fit(kind, [project, stack, ...this.section, ...parts, ...suffix]);
  }

  /** How every name of a kind with these parts and further ones starts, for a pattern; also of one that is cut. */
  startOf(kind: Exclude<NameKind, "bucket">, ...parts: string[]): string {
    const { max, separator } = RULES[kind];
    return `${this.of(kind, ...parts)}${separator}`.slice(0, max - CUT);
  }

  /** How the name of every bucket starts, for a pattern: `<project>-<stack>-`. */
  bucketPrefix(): string {
    const { project, stack } = this.identity;
    return `${fit("bucket", [project, stack, ...this.section])}-`;
  }

  /**
   * Names for a second set of components in the same stack: each carries the section, so that two lakes do not ask for
   * one bucket. Components that belong together (a lake and what reads it) take the same section.
   */
  within(section: string): Names {
    return new Names(this.identity, [...this.section, section]);
  }
}

/** Digits of the hash behind a name that is cut, and with the separator in front. */
const HASH = 8;
const CUT = HASH + 1;

/** Joins, cleans and, where too long, cuts with a hash of the whole behind, so that two long names stay two. */
function fit(kind: NameKind, parts: string[]): string {
  const { max, separator, allowed } = RULES[kind];
  const lower = ["bucket", "database", "catalog", "lakeTag", "server"].includes(kind);
  const joined = parts.join(separator);
  const clean = (lower ? joined.toLowerCase() : joined).replace(allowed, separator);
  if (clean.length <= max) return clean;
  const hash = createHash("sha256").update(joined).digest("hex").slice(0, HASH);
  return clean.slice(0, max - CUT) + separator + hash;
}
