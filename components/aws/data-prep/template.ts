/**
 * A preparation as a CloudFormation template, the one way to DataBrew that suits it: @pulumi/aws has no resource of its
 * own for it.
 *
 * Why not `aws.cloudcontrol.Resource`, which knows the same types: its whole state is one text, which a preview does not
 * know as soon as one ARN in it is unknown, so neither people nor policies would see what a job writes. A template is
 * known, and what is not comes in as parameters. And AWS::DataBrew::Recipe makes and deletes the working version only
 * (handlers of aws-cloudformation-resource-providers-databrew), so that a published one is made in between, in the same
 * order, and taken back by the same rollback.
 */
import { createHash } from "node:crypto";
import type { DataSet } from "../../contract/model";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import {
  dataSetsOf,
  isCatalogue,
  isDataSet,
  isFolder,
  type Preparation,
  type PreparationInput,
} from "./preparation";
import { PARTITION_COLUMN, type Recipe } from "./recipe";

/** What a template does not know itself. */
export const PARAMETERS = [
  "KeyArn",
  "RecipeRoleArn",
  "ProfileRoleArn",
  "ProjectRoleArn",
  "PublisherArn",
] as const;
export type ParameterName = (typeof PARAMETERS)[number];

/** CloudFormation quotas: a template that is passed as text. */
export const MOST_TEMPLATE_BYTES = 51_200;

/** Where a preparation puts what it does not keep in curated; expires like query results. */
export const workFolder = (kind: "profiles" | "temporary", name: string): string =>
  `databrew/${kind}/${name}/`;

/** Names in DataBrew, which are unique in an account and region. */
export class PreparationNames {
  constructor(
    private readonly context: AwsContext,
    private readonly preparation: Preparation,
  ) {}

  /** How the name of every job starts, for a pattern. */
  static prefix(context: AwsContext): string {
    return `${context.names.of("dataPreparation", "prep")}-`;
  }

  /** The table, the recipe, the project and the schedule. */
  get own(): string {
    return this.of();
  }

  get profile(): string {
    return this.of("profile");
  }

  joined({ domain, name }: DataSet): string {
    return this.of(domain, name);
  }

  /**
   * A job's recipe can't be changed (UpdateRecipeJob has no such parameter), so other steps are another job: its name
   * carries them, and CloudFormation makes the new one before it deletes the old.
   */
  job(recipe: Recipe): string {
    return this.of(fingerprint(recipe));
  }

  private of(...parts: string[]): string {
    return this.context.names.of("dataPreparation", "prep", this.preparation.name, ...parts);
  }
}

/** Of the steps as DataBrew gets them. */
export function fingerprint({ steps }: Recipe): string {
  return createHash("sha256").update(JSON.stringify(steps)).digest("hex").slice(0, 8);
}

/** Files of a curated table, with their day as a column. */
export function tableFiles(lake: DataLake, dataSet: DataSet): { Bucket: string; Key: string } {
  return {
    Bucket: lake.nodes.buckets.curated.name,
    Key: `${lake.folder(dataSet)}${PARTITION_COLUMN}={${PARTITION_COLUMN}}/<.*>.parquet`,
  };
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: readonly string[];
}

type Resources = Record<string, TemplateResource>;

export function template(
  context: AwsContext,
  lake: DataLake,
  preparation: Preparation,
  recipe: Recipe,
): Record<string, unknown> {
  const names = new PreparationNames(context, preparation);
  const joined = joinedTables(names, lake, preparation);
  const resources: Resources = {
    Table: dataset(names.own, lake, preparation),
    ...joined,
    Recipe: {
      Type: "AWS::DataBrew::Recipe",
      // Steps name what they join by text, which CloudFormation does not follow.
      DependsOn: ["Table", ...Object.keys(joined)],
      Properties: { Name: names.own, Steps: recipe.steps },
    },
    Version: {
      Type: "Custom::RecipeVersion",
      Properties: {
        ServiceToken: ref("PublisherArn"),
        ServiceTimeout: "300",
        Recipe: ref("Recipe"),
        Steps: fingerprint(recipe),
      },
    },
    ...project(names, preparation),
    Profile: job(preparation, names.profile, "PROFILE", "ProfileRoleArn", {
      JobSample: { Mode: "CUSTOM_ROWS", Size: preparation.profileRows ?? 20_000 },
      OutputLocation: {
        Bucket: lake.nodes.buckets.queryResults.name,
        Key: workFolder("profiles", preparation.name),
      },
    }),
    Job: job(preparation, names.job(recipe), "RECIPE", "RecipeRoleArn", {
      Recipe: { Name: ref("Recipe"), Version: { "Fn::GetAtt": ["Version", "Version"] } },
      Outputs: [
        {
          Location: { Bucket: lake.nodes.buckets.curated.name, Key: preparation.output },
          Format: "PARQUET",
          CompressionFormat: "SNAPPY",
          Overwrite: true,
          ...((preparation.partitionBy ?? []).length > 0 && { PartitionColumns: preparation.partitionBy }),
        },
      ],
    }),
    ...schedule(names, preparation),
  };
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: `Data preparation ${preparation.name}`,
    Parameters: Object.fromEntries(PARAMETERS.map((name) => [name, { Type: "String" }])),
    Resources: resources,
    Outputs: { RecipeVersion: { Value: { "Fn::GetAtt": ["Version", "Version"] } } },
  };
}

function ref(name: string): { readonly Ref: string } {
  return { Ref: name };
}

function dataset(Name: string, lake: DataLake, preparation: Preparation): TemplateResource {
  const { input } = preparation;
  return {
    Type: "AWS::DataBrew::Dataset",
    Properties: { Name, ...source(lake, preparation.name, input) },
  };
}

function source(lake: DataLake, name: string, input: PreparationInput): Record<string, unknown> {
  if (isDataSet(input))
    return ofTable(
      lake,
      lake.contracts.find(({ id }) => id === input.dataSet)!,
    );
  if (isFolder(input)) {
    const location = { Bucket: lake.nodes.buckets[input.zone].name, Key: input.folder };
    return { Format: input.format, Input: { S3InputDefinition: location } };
  }
  const TempDirectory = {
    Bucket: lake.nodes.buckets.queryResults.name,
    Key: workFolder("temporary", name),
  };
  if (isCatalogue(input)) {
    const { database, table } = input;
    return {
      Input: { DataCatalogInputDefinition: { DatabaseName: database, TableName: table, TempDirectory } },
    };
  }
  const { connection, table, query } = input;
  const asked = table === undefined ? { QueryString: query } : { DatabaseTableName: table };
  return { Input: { DatabaseInputDefinition: { GlueConnectionName: connection, ...asked, TempDirectory } } };
}

/**
 * By its files and not by the catalogue: partitions of the lake's tables are projected, which Athena understands and
 * Spark, DataBrew's engine, does not, so that by the catalogue the table would be empty.
 */
function ofTable(lake: DataLake, table: DataSet): Record<string, unknown> {
  return {
    Format: "PARQUET",
    Input: { S3InputDefinition: tableFiles(lake, table) },
    PathOptions: {
      Parameters: [
        {
          PathParameterName: PARTITION_COLUMN,
          DatasetParameter: { Name: PARTITION_COLUMN, Type: "String", CreateColumn: true },
        },
      ],
    },
  };
}

function joinedTables(names: PreparationNames, lake: DataLake, preparation: Preparation): Resources {
  const own = isDataSet(preparation.input) ? preparation.input.dataSet : undefined;
  const joined = dataSetsOf(preparation, lake.contracts).filter(({ id }) => id !== own);
  return Object.fromEntries(
    joined.map((table, at) => [
      `Joined${at}`,
      {
        Type: "AWS::DataBrew::Dataset",
        Properties: { Name: names.joined(table), ...ofTable(lake, table) },
      },
    ]),
  );
}

function project(names: PreparationNames, { project = true, sampleRows = 500 }: Preparation): Resources {
  if (!project) return {};
  return {
    Project: {
      Type: "AWS::DataBrew::Project",
      Properties: {
        Name: names.own,
        DatasetName: ref("Table"),
        RecipeName: ref("Recipe"),
        RoleArn: ref("ProjectRoleArn"),
        Sample: { Type: "FIRST_N", Size: sampleRows },
      },
    },
  };
}

function job(
  { maxNodes = 5, timeoutMinutes = 60, retries = 0 }: Preparation,
  Name: string,
  Type: "PROFILE" | "RECIPE",
  role: ParameterName,
  more: Record<string, unknown>,
): TemplateResource {
  return {
    Type: "AWS::DataBrew::Job",
    Properties: {
      Name,
      Type,
      DatasetName: ref("Table"),
      RoleArn: ref(role),
      EncryptionMode: "SSE-KMS",
      EncryptionKeyArn: ref("KeyArn"),
      // A job has one key, for output and log; the lake's is not for logs, which could quote rows.
      LogSubscription: "DISABLE",
      MaxCapacity: maxNodes,
      MaxRetries: retries,
      Timeout: timeoutMinutes,
      ...more,
    },
  };
}

function schedule(names: PreparationNames, preparation: Preparation): Resources {
  if ((preparation.schedule ?? null) === null) return {};
  return {
    Schedule: {
      Type: "AWS::DataBrew::Schedule",
      Properties: {
        Name: names.own,
        CronExpression: preparation.schedule,
        JobNames: [ref("Job")],
      },
    },
  };
}
