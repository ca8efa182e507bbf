/** The role that curation runs under, on whichever engine: landing's and the pseudonym key's policies name it. */
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { LINEAGE_PREFIX } from "../data-lake/folders";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import { pseudonymiserRole } from "../foundation/crossing-roles";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole, type Statement } from "../foundation/service-role";
import type { Reidentification } from "../reidentification";

export interface PseudonymiserArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Bucket of the jobs' code and reports. */
  readonly jobs: ZoneBucket;
  readonly reidentification: Reidentification | null;
  /** The engine's service, e.g. `glue.amazonaws.com`. */
  readonly assumedBy: string;
  /** What the engine itself needs beside the data. */
  readonly statements: readonly Statement[];
}

/** One a stack: reads landing, makes pseudonyms, writes the open zone and what turns pseudonyms back. */
export function createPseudonymiser(
  name: string,
  context: AwsContext,
  { lake, keys, jobs, reidentification, assumedBy, statements }: PseudonymiserArgs,
  parent: pulumi.Resource,
): ServiceRole {
  const read: Statement[] = [
    ...lake.readStatements("landing"),
    ...lake.readStatements("raw"),
    ...lake.readStatements("curated"),
    ...jobs.readStatements(keys.arn("lake"), "code/"),
  ];
  const write: Statement[] = [
    ...lake.writeStatements("landing", "quarantine/", { replace: true }),
    ...lake.writeStatements("landing", "logs/"),
    ...lake.writeStatements("landing", LINEAGE_PREFIX),
    ...lake.writeStatements("curated", "", { replace: true }),
    ...jobs.writeStatements(keys.arn("lake"), "reports/", { replace: true }),
    ...jobs.writeStatements(keys.arn("lake"), "notices/", { replace: true }),
    ...(reidentification?.writeStatements() ?? []),
  ];
  return new ServiceRole(
    `${name}-jobs`,
    context,
    {
      roleName: pseudonymiserRole(context.names),
      assumedBy,
      purpose: "pseudonymiser",
      statements: [
        ...read,
        ...write,
        { Effect: "Allow", Action: "kms:GenerateMac", Resource: keys.arn("pseudonym") },
        ...statements,
      ],
    },
    { parent },
  );
}
