/** What decides the rules on resilience, and those on what stands beside buckets, databases, functions and networks. */
import type { Deciding } from "./deciding";
import { ABSENT } from "./evaluation";

const ABORT = ["rules", 0, "abortIncompleteMultipartUpload", "daysAfterInitiation"] as const;

export const RESILIENCE: readonly Deciding[] = [
  {
    rule: "production-protection",
    resource: "landing",
    path: ["forceDestroy"],
    bad: true,
    absent: "pass",
  },
  ...["database", "cluster"].flatMap((resource): Deciding[] => [
    { rule: "database-resilience", resource, path: ["backupRetentionPeriod"], bad: 1, wrongType: "pass" },
    { rule: "database-resilience", resource, path: ["deletionProtection"], bad: false },
    { rule: "database-resilience", resource, path: ["skipFinalSnapshot"], bad: true, absent: "pass" },
    {
      rule: "database-resilience",
      resource,
      path: ["finalSnapshotIdentifier"],
      bad: ABSENT,
      unknown: "pass",
      wrongType: "pass",
    },
  ]),
  { rule: "database-resilience", resource: "database", path: ["multiAz"], bad: false },
  { rule: "table-resilience", resource: "runs", path: ["pointInTimeRecovery"], bad: { enabled: false } },
  { rule: "table-resilience", resource: "runs", path: ["deletionProtectionEnabled"], bad: false },
  {
    rule: "key-admins-apart",
    resource: "data",
    path: ["policy"],
    bad: JSON.stringify({
      Statement: {
        ...{ Effect: "Allow", Action: "kms:*", Resource: "*" },
        Principal: { AWS: "arn:aws:iam::123456789012:role/key-admin" },
      },
    }),
    absent: "pass",
    wrongType: "pass",
  },
  {
    rule: "database-upgrades",
    resource: "database",
    path: ["autoMinorVersionUpgrade"],
    bad: false,
    absent: "pass",
  },
  { rule: "stream-retention", resource: "events", path: ["retentionPeriod"], bad: 24 },
  {
    rule: "bucket-versioning",
    resource: "raw-versioning",
    path: ["versioningConfiguration", "status"],
    bad: "Suspended",
  },
  { rule: "bucket-lifecycle", resource: "raw-lifecycle", path: ["rules", 0, "status"], bad: "Disabled" },
  { rule: "bucket-lifecycle", resource: "raw-lifecycle", path: ABORT, bad: "seven", wrongType: "pass" },
  {
    rule: "bucket-access-log",
    resource: "raw-logging",
    path: ["targetBucket"],
    bad: "plan-landing",
  },
  {
    rule: "managed-once",
    resource: "workers-from-network",
    path: ["securityGroupId"],
    bad: "plan-workers",
    absent: "pass",
    wrongType: "pass",
  },
  { rule: "database-tls", resource: "parameters", path: ["parameters", 0, "value"], bad: "0" },
  { rule: "database-tls", resource: "cluster-parameters", path: ["parameters", 0, "name"], bad: "tls" },
  {
    rule: "database-tls",
    resource: "database",
    path: ["parameterGroupName"],
    bad: "default.postgres17",
  },
  { rule: "glue-security", resource: "job", path: ["securityConfiguration"], bad: "other" },
  { rule: "alarm-actions", resource: "workflow-failed", path: ["alarmActions"], bad: [] },
  {
    rule: "alarm-actions",
    resource: "workflow-failed",
    path: ["actionsEnabled"],
    bad: false,
    absent: "pass",
  },
  {
    rule: "function-failures",
    resource: "mapping",
    path: ["destinationConfig", "onFailure", "destinationArn"],
    bad: ABSENT,
    unknown: "pass",
    wrongType: "pass",
  },
  {
    rule: "default-security-group",
    resource: "default-group",
    path: ["ingress"],
    bad: [{ protocol: "-1" }],
    absent: "pass",
  },
  {
    rule: "flow-logs",
    resource: "flow-log",
    path: ["trafficType"],
    bad: "ACCEPT",
    absent: "pass",
  },
];
