/** Roles of the people who build tables, and of those who look after what the tables mean. */
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { LINEAGE_PREFIX } from "../data-lake/folders";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole, type Statement } from "../foundation/service-role";
import type { Runner } from "../spark-cluster/run-rights";
import { redriveStatements } from "./redrive-rights";

export interface HumanRolesArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly spark: Runner;
  /** ARNs of those who may take the role; none: the account's IAM decides. */
  readonly engineers: readonly string[];
  readonly stewards: readonly string[];
  readonly redrivers: readonly string[];
  /** Whether a relational database takes streams. */
  readonly consumed: boolean;
  /** What the stewards' role may beside the catalogue, in a stack that governs the account. */
  readonly stewardship: readonly Statement[];
  /** What the engineers' role may beside what transform may, in such a stack. */
  readonly engineering: readonly Statement[];
}

export interface HumanRoles {
  /** Builds tables of the curated zone, and starts and follows the Spark jobs. */
  readonly engineer: ServiceRole;
  /** Looks at catalogue, quality and lineage; reads no table. */
  readonly steward: ServiceRole;
  /** Puts failed records, in clear, back on their stream; undefined where there are no streams. */
  readonly redriver: ServiceRole | undefined;
}

/** Folder of the jobs' bucket with counts of what was read, written and put into quarantine, without values. */
const REPORTS = "reports/";

export function createHumanRoles(
  name: string,
  context: AwsContext,
  args: HumanRolesArgs,
  parent: pulumi.Resource,
): HumanRoles {
  const role = (purpose: keyof HumanRoles, people: readonly string[], statements: readonly Statement[]) =>
    new ServiceRole(
      `${name}-${purpose}`,
      context,
      {
        roleName: context.names.of("role", purpose),
        assumedBy: people.length === 0 ? "account" : people,
        purpose,
        statements,
      },
      { parent },
    );
  const { lake, spark, engineers, stewards, redrivers, stewardship, engineering } = args;
  const redriving = redriveStatements(context, args);
  return {
    engineer: role("engineer", engineers, [
      ...lake.roles.rights.transform,
      ...spark.runStatements(),
      ...readReports(args),
      ...engineering,
    ]),
    steward: role("steward", stewards, [
      ...lake.roles.rights.catalogue,
      eventSchemas(context),
      ...lake.readStatements("curated", LINEAGE_PREFIX),
      ...readReports(args),
      ...stewardship,
    ]),
    redriver: redriving.length === 0 ? undefined : role("redriver", redrivers, redriving),
  };
}

function readReports({ spark, keys }: HumanRolesArgs): Statement[] {
  return spark.nodes.jobs.readStatements(keys.arn("lake"), REPORTS);
}

function eventSchemas({ identity, names }: AwsContext): Statement {
  const registry = names.of("schemaRegistry", "events");
  return {
    Effect: "Allow",
    Action: ["glue:GetSchema", "glue:GetSchemaVersion", "glue:ListSchemas", "glue:ListSchemaVersions"],
    Resource: [
      arnOf(identity, "glue", `registry/${registry}`),
      arnOf(identity, "glue", `schema/${registry}/*`),
    ],
  };
}
