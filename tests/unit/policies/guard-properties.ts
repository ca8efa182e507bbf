/** Deciding properties of the rules that bound the platform: no way round, cost, tags, records. */
import type { Deciding } from "./deciding";

/** Rules that go by a resource's options, which have no path among its inputs. */
export const BY_OPTIONS: readonly string[] = ["ignored-changes"];

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
];
