import { readIndices, readString } from "../model/reading";
import { fsbp } from "../model/references";
import { undecided, violation, type Finding, type StackRule } from "../model/rule";
import type { Stack, StackResource } from "../model/stack";
import { CLUSTER_PARAMETER_GROUP, DATABASE, DATABASE_CLUSTER, PARAMETER_GROUP } from "../model/types";
import { strongest, type Verdict } from "../model/verdict";

const FIX =
  "Name a parameter group of the stack with `rds.force_ssl: 1` (PostgreSQL, SQL Server) or `require_secure_transport: ON` " +
  "(MySQL, MariaDB).";

/** Oracle has an option of its own for TLS, and no parameter that forces it. */
const FORCING: readonly { readonly engine: RegExp; readonly parameter: string }[] = [
  { engine: /^(aurora-)?postgres|^sqlserver|^custom-sqlserver/i, parameter: "rds.force_ssl" },
  { engine: /^(aurora-)?mysql|^mariadb/i, parameter: "require_secure_transport" },
];

/** Databases speak TLS and nothing else, whatever a client asks for. */
export const databaseTls: StackRule = {
  name: "database-tls",
  group: "encryption",
  scope: "stack",
  severity: "medium",
  description: "Databases refuse connections without TLS.",
  framework: fsbp("RDS.41", "RDS instances and clusters encrypt data in transit"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html",
  check(stack) {
    return [
      ...stack
        .ofType(DATABASE)
        .flatMap((database) => judge(stack, database, "parameterGroupName", PARAMETER_GROUP)),
      ...stack
        .ofType(DATABASE_CLUSTER)
        .flatMap((cluster) => judge(stack, cluster, "dbClusterParameterGroupName", CLUSTER_PARAMETER_GROUP)),
    ];
  },
};

function judge(stack: Stack, database: StackResource, property: string, type: string): Finding[] {
  const engine = readString(database.props, ["engine"]);
  if (engine.state === "unknown") return [undecided(database, "engine", FIX)];
  // A replica without an engine has that of what it copies, and its parameter group is named all the same.
  const parameters =
    engine.state === "known"
      ? FORCING.filter((each) => each.engine.test(engine.value)).map((each) => each.parameter)
      : FORCING.map((each) => each.parameter);
  if (parameters.length === 0) return [];
  const link = stack.link(database, [property], type);
  if (link.state === "absent" || (link.state === "certain" && link.resources.length === 0)) {
    return [violation(database, `${property} names no group of the stack.`, FIX)];
  }
  if (link.resources.length === 0) return [undecided(database, property, FIX)];
  return link.resources.flatMap((group): Finding[] => {
    switch (forces(group, parameters)) {
      case "yes":
        return [];
      case "unknown":
        return [undecided(group, "What its parameters force", FIX)];
      case "no":
        return [violation(group, "No parameter of it forces TLS.", FIX)];
    }
  });
}

function forces(group: StackResource, parameters: readonly string[]): Verdict {
  const indices = readIndices(group.props, ["parameters"]);
  if (indices.state !== "known") return indices.state === "unknown" ? "unknown" : "no";
  return strongest(
    indices.value.map((at): Verdict => {
      const name = readString(group.props, ["parameters", at, "name"]);
      if (name.state === "unknown") return "unknown";
      if (name.state !== "known" || !parameters.includes(name.value.toLowerCase())) return "no";
      const value = readString(group.props, ["parameters", at, "value"]);
      if (value.state === "unknown") return "unknown";
      return value.state === "known" && /^(1|on|true)$/i.test(value.value) ? "yes" : "no";
    }),
  );
}
