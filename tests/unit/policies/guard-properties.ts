/** Deciding properties of the rules that bound the platform: no way round, cost, tags, records. */
import type { Deciding } from "./deciding";

/** Rules that go by a resource's options, or by its stack's name and a setting: no value of the good plan alone breaks them. */
export const BY_OPTIONS: readonly string[] = ["ignored-changes", "personal-data-stacks"];

export const GUARDS: readonly Deciding[] = [
  { rule: "readable-types", resource: "recipe", path: ["typeName"], bad: "AWS::S3::Bucket" },
  { rule: "spending-limits", resource: "job", path: ["numberOfWorkers"], bad: 500, wrongType: "pass" },
  { rule: "spending-limits", resource: "job", path: ["timeout"], bad: 2880, wrongType: "pass" },
  { rule: "spending-limits", resource: "spark", path: ["maximumCapacity", "cpu"], bad: "4000 vCPU" },
  { rule: "spending-limits", resource: "brokers", path: ["numberOfBrokerNodes"], bad: 300 },
  {
    rule: "spending-limits",
    resource: "brokers",
    path: ["brokerNodeGroupInfo", "instanceType"],
    bad: "kafka.m7g.16xlarge",
  },
  ...["database", "server"].map((resource): Deciding => ({
    rule: "spending-limits",
    resource,
    path: ["instanceClass"],
    bad: "db.r7g.16xlarge",
  })),
  {
    rule: "spending-limits",
    resource: "database",
    path: ["maxAllocatedStorage"],
    bad: 16_000,
    absent: "pass",
    wrongType: "pass",
  },
  { rule: "spending-limits", resource: "log", path: ["retentionInDays"], bad: 0, wrongType: "pass" },
  { rule: "required-tags", resource: "events", path: ["tagsAll", "naru:owner"], bad: " " },
  { rule: "required-tags", resource: "events", path: ["tagsAll"], bad: {} },
  {
    rule: "key-deletion",
    resource: "data",
    path: ["deletionWindowInDays"],
    bad: 7,
    absent: "pass",
    wrongType: "pass",
  },
  {
    rule: "key-separation",
    resource: "landing-encryption",
    path: ["rules", 0, "applyServerSideEncryptionByDefault", "kmsMasterKeyId"],
    bad: "alias/plan-data",
    absent: "pass",
    unknown: "pass",
    wrongType: "pass",
  },
  {
    rule: "closed-bucket-readers",
    resource: "landing-policy",
    path: ["policy", "Statement", 1, "Resource"],
    bad: "arn:aws:s3:::plan-landing/a/*",
    wrongType: "violation",
  },
  { rule: "closed-bucket-readers", resource: "landing-policy", path: ["policy"], bad: { Statement: [] } },
  {
    rule: "access-record-retention",
    resource: "audit-lock",
    path: ["rule", "defaultRetention", "days"],
    bad: 30,
  },
  ...["workgroup", "open-workgroup"].map((resource): Deciding => ({
    rule: "scratch-places",
    resource,
    path: ["configuration", "resultConfiguration", "outputLocation"],
    bad: "s3://plan-landing/results/",
  })),
  {
    rule: "scratch-places",
    resource: "job",
    path: ["defaultArguments", "--TempDir"],
    bad: "s3://plan-raw/spills/",
    absent: "pass",
  },
  {
    rule: "scratch-places",
    resource: "spark",
    path: ["monitoringConfiguration", "s3MonitoringConfiguration", "logUri"],
    bad: "s3://plan-raw/logs/",
    absent: "pass",
  },
];
