/** The job that holds curated tables against their rulesets. */
import * as pulumi from "@pulumi/pulumi";
import type { JobNetwork } from "../connection/job-network";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { rulesetNames } from "../data-lake/quality-rulesets";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole } from "../foundation/service-role";
import { jobSource, uploadCode } from "../spark-cluster/job-code";
import { GlueJob, glueLogStatements } from "./job";

export interface QualityJobArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly jobs: ZoneBucket;
  /** The package that the script imports. */
  readonly packageUri: pulumi.Input<string>;
  readonly securityConfiguration: pulumi.Input<string>;
  readonly network: JobNetwork;
}

const PART = "quality";

/** Reads the open zone only: its role is no pseudonymiser. */
export function createQualityJob(
  name: string,
  context: AwsContext,
  args: QualityJobArgs,
  parent: pulumi.Resource,
): GlueJob {
  const { lake, keys, jobs: bucket } = args;
  const upload = (key: string, source: pulumi.asset.Asset) =>
    uploadCode(name, { bucket, keys, key, source }, parent);
  const tables = lake.contracts.map((dataSet) => ({
    dataSet: dataSet.id,
    uri: lake.location(dataSet, "curated"),
    rulesets: rulesetNames(context, dataSet),
  }));
  return new GlueJob(
    `${name}-${PART}`,
    context,
    {
      part: PART,
      description: "Holds the curated tables against the rules of their contracts",
      kind: "spark",
      script: upload("glue_quality.py", jobSource("glue_quality.py")),
      role: createRole(name, context, args, parent),
      keys,
      securityConfiguration: args.securityConfiguration,
      connections: args.network.connections,
      arguments: {
        "--tables": upload("quality.json", new pulumi.asset.StringAsset(JSON.stringify(tables, null, 1))),
      },
      libraries: [args.packageUri],
      // Two are Glue's least; the tables are small next to what curation reads.
      workers: 2,
    },
    { parent },
  );
}

function createRole(
  name: string,
  context: AwsContext,
  { lake, keys, jobs, network }: QualityJobArgs,
  parent: pulumi.Resource,
): ServiceRole {
  const { identity, names } = context;
  const ruleset = (part: string) => arnOf(identity, "glue", `dataQualityRuleset/${part}`);
  return new ServiceRole(
    `${name}-${PART}`,
    context,
    {
      roleName: names.of("role", "glue-quality"),
      assumedBy: "glue.amazonaws.com",
      purpose: "quality",
      statements: [
        ...lake.readStatements("curated"),
        ...jobs.readStatements(keys.arn("lake"), "code/"),
        {
          Effect: "Allow",
          Action: "glue:GetDataQualityRuleset",
          Resource: lake.contracts.flatMap((dataSet) =>
            Object.values(rulesetNames(context, dataSet)).map(ruleset),
          ),
        },
        // Results of a job belong to no ruleset of a name.
        { Effect: "Allow", Action: "glue:PublishDataQuality", Resource: ruleset("*") },
        ...glueLogStatements(context, PART),
        ...network.statements,
      ],
    },
    { parent },
  );
}
