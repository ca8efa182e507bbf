import { examine } from "../model/expectation";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { DATABASE, DATABASE_CLUSTER_INSTANCE } from "../model/types";

const FIX = "Leave `autoMinorVersionUpgrade` on: minor versions mend holes, and keep what programs rely on.";

/** Servers get the patches of their engine. */
export const databaseUpgrades: ResourceRule = {
  name: "database-upgrades",
  group: "resilience",
  scope: "resource",
  severity: "high",
  description: "Databases take minor versions by themselves.",
  framework: fsbp("RDS.13", "RDS automatic minor version upgrades are enabled"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
  types: [DATABASE, DATABASE_CLUSTER_INSTANCE],
  check: (database) =>
    examine(database, {
      path: ["autoMinorVersionUpgrade"],
      accepts: (value) => value === true,
      absentIsRight: true,
      must: "must be true",
      fix: FIX,
    }),
};
