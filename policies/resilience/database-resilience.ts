import { examine } from "../model/expectation";
import { isProduction, PRODUCTION_STACKS } from "../model/production";
import { read } from "../model/reading";
import { fsbp } from "../model/references";
import { violation, type Finding, type StackRule } from "../model/rule";
import { wholeNumber, settingIn, type Configuration } from "../model/setting";
import type { Stack, StackResource } from "../model/stack";
import { DATABASE, DATABASE_CLUSTER, DATABASE_CLUSTER_INSTANCE } from "../model/types";

const FIX =
  "In production set `backupRetentionPeriod` to 7 days or more, `deletionProtection: true`, `skipFinalSnapshot: false` with a " +
  "`finalSnapshotIdentifier`, and `multiAz: true` (of a cluster: two instances or more).";

/** FSBP RDS.11: 7 days or more. */
const BACKUP_DAYS = wholeNumber("backupDays", "Days that backups are kept, at least", 7, 1);

/** A database of production outlives a zone, a mistake and its own removal. */
export const databaseResilience: StackRule = {
  name: "database-resilience",
  group: "resilience",
  scope: "stack",
  severity: "medium",
  description:
    "Databases of production stand in two zones, are backed up, and leave a snapshot when they go.",
  framework: fsbp("RDS.11", "RDS instances have automatic backups enabled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
  settings: [PRODUCTION_STACKS, BACKUP_DAYS],
  check(stack, configuration) {
    return stack
      .ofType(DATABASE, DATABASE_CLUSTER)
      .filter((database) => isProduction(database, configuration))
      .flatMap((database) => [
        ...kept(database, configuration),
        ...(database.type === DATABASE ? twoZones(database) : twoInstances(stack, database)),
      ]);
  },
};

function kept(database: StackResource, configuration: Configuration): Finding[] {
  // A replica has the backups of what it copies.
  if (read(database.props, ["replicateSourceDb"]).state !== "absent") return [];
  const days = settingIn(configuration, BACKUP_DAYS);
  return [
    ...examine(database, {
      path: ["backupRetentionPeriod"],
      accepts: (value) => typeof value === "number" && value >= days,
      must: `must be ${days} days or more`,
      fix: FIX,
    }),
    ...examine(database, {
      path: ["deletionProtection"],
      accepts: (value) => value === true,
      must: "must be true",
      fix: FIX,
    }),
    ...examine(database, {
      path: ["skipFinalSnapshot"],
      accepts: (value) => value === false,
      absentIsRight: true,
      must: "must be false",
      fix: FIX,
    }),
    ...(read(database.props, ["finalSnapshotIdentifier"]).state === "absent"
      ? [violation(database, "finalSnapshotIdentifier is missing: it can't be removed with a snapshot.", FIX)]
      : []),
  ];
}

function twoZones(database: StackResource): Finding[] {
  return examine(database, {
    path: ["multiAz"],
    accepts: (value) => value === true,
    must: "must be true",
    fix: FIX,
  });
}

function twoInstances(stack: Stack, cluster: StackResource): Finding[] {
  // A Multi-AZ DB cluster (not Aurora) makes its three instances itself.
  if (read(cluster.props, ["dbClusterInstanceClass"]).state !== "absent") return [];
  return stack.attached(cluster, DATABASE_CLUSTER_INSTANCE, "clusterIdentifier").length >= 2
    ? []
    : [violation(cluster, "It has fewer than two instances.", FIX)];
}
