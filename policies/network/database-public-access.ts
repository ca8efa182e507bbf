import { examine } from "../model/expectation";
import { fsbp } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { DATABASE, DATABASE_CLUSTER_INSTANCE } from "../model/types";

const FIX = "Set `publiclyAccessible: false`: what is left to the service follows the subnets.";

/** Servers of databases have no address on the internet, and say so. */
export const databasePublicAccess: ResourceRule = {
  name: "database-public-access",
  group: "network",
  scope: "resource",
  severity: "critical",
  description: "Servers of databases have no public address.",
  framework: fsbp(
    "RDS.2",
    "RDS DB instances should prohibit public access, as determined by the PubliclyAccessible configuration",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
  types: [DATABASE, DATABASE_CLUSTER_INSTANCE],
  check(server) {
    return examine(server, {
      path: ["publiclyAccessible"],
      accepts: (value) => value === false,
      must: "must be false",
      fix: FIX,
    });
  },
};
