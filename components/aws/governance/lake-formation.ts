/** Lake Formation: where it reads, who administers it, and what it grants on tables and columns. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { ServiceRole, type Statement } from "../foundation/service-role";
import type { HumanRoles } from "./human-roles";
import { createLakeTags, type LakeTag, type LakeTags } from "./lake-tags";

export interface LakeFormationArgs {
  readonly lake: DataLake;
  readonly roles: HumanRoles;
  /** ARNs of the data lake administrators, the deploying role among them. */
  readonly admins: readonly string[];
  /** What says that this stack governs the account. */
  readonly claim: pulumi.Resource;
}

/** Queries get their credentials from Lake Formation by this right, which has no resource to be narrowed to. */
export const GET_DATA: Statement = {
  Effect: "Allow",
  Action: "lakeformation:GetDataAccess",
  Resource: "*",
};

/**
 * Stewards say who may see what: tags on resources, and grants by tags that they hold themselves. Lake Formation's actions
 * have no resources in IAM; its own permissions bound them.
 */
export const STEWARDSHIP: Statement = {
  Effect: "Allow",
  Action: [
    "lakeformation:AddLFTagsToResource",
    "lakeformation:GetLFTag",
    "lakeformation:GetResourceLFTags",
    "lakeformation:GrantPermissions",
    "lakeformation:ListLFTags",
    "lakeformation:ListPermissions",
    "lakeformation:RemoveLFTagsFromResource",
    "lakeformation:RevokePermissions",
    "lakeformation:SearchDatabasesByLFTags",
    "lakeformation:SearchTablesByLFTags",
    "macie2:GetFindings",
    "macie2:ListFindings",
  ],
  Resource: "*",
};

/** What analysts see without asking: the two open classes. */
const FOR_ANALYSTS = ["internal", "public"];

/** Group of all whom IAM alone decides about. */
const BY_IAM = [{ principal: "IAM_ALLOWED_PRINCIPALS", permissions: ["ALL"] }];

export function createLakeFormation(
  name: string,
  context: AwsContext,
  args: LakeFormationArgs,
  parent: pulumi.Resource,
): void {
  const { lake, admins, claim } = args;
  const settings = new aws.lakeformation.DataLakeSettings(
    name,
    {
      admins: [...admins],
      // As AWS sets them in a new account. Left out, the provider clears them, for everybody's tables in the account.
      createDatabaseDefaultPermissions: BY_IAM,
      createTableDefaultPermissions: BY_IAM,
    },
    { parent, dependsOn: claim },
  );
  const locations = registerLocations(name, context, lake, settings, parent);
  const tags = createLakeTags(name, context, lake, settings, parent);
  for (const grant of grants(args, tags)) {
    new aws.lakeformation.Permissions(
      `${name}-grant-${grant.label}`,
      {
        principal: grant.role.readyArn,
        permissions: [...grant.permissions],
        ...(grant.grantable && { permissionsWithGrantOptions: [...grant.permissions] }),
        ...grant.on,
      },
      { parent, dependsOn: [...tags.resources, ...locations] },
    );
  }
  optIn(name, args, locations, parent);
}

/**
 * Hybrid access: the roles that are opted in need Lake Formation's grants and IAM's rights; all others (Firehose, the Spark
 * jobs, other stacks) need IAM's, as without it. Tables keep their IAMAllowedPrincipals.
 */
function registerLocations(
  name: string,
  context: AwsContext,
  lake: DataLake,
  settings: pulumi.Resource,
  parent: pulumi.Resource,
): aws.lakeformation.Resource[] {
  const { raw, curated } = lake.nodes.buckets;
  const role = new ServiceRole(
    `${name}-location`,
    context,
    {
      roleName: context.names.of("role", "lake-formation"),
      assumedBy: "lakeformation.amazonaws.com",
      purpose: "lake-formation",
      statements: [
        ...lake.readStatements("raw", lake.rawFolders()),
        ...lake.readStatements("curated"),
        ...lake.writeStatements("curated", "", { replace: true }),
      ],
    },
    { parent },
  );
  const places = [
    // Not what delivery could not transform, which lies beside.
    ...lake.rawFolders().map((folder) => [`raw-${folder}`, `${raw.arn}/${folder}`] as const),
    ["curated", curated.arn] as const,
  ];
  return places.map(
    ([label, arn]) =>
      new aws.lakeformation.Resource(
        `${name}-location-${label.replace(/\/$/, "").replaceAll("/", "-")}`,
        { arn: arn.replace(/\/$/, ""), roleArn: role.readyArn, hybridAccessEnabled: true },
        { parent, dependsOn: [settings, raw, curated] },
      ),
  );
}

interface Grant {
  readonly label: string;
  readonly role: ServiceRole;
  /** Each by name and in order: AWS answers "ALL" with a list of names, and a deployment would grant it anew each time. */
  readonly permissions: readonly string[];
  readonly grantable: boolean;
  readonly on: Pick<aws.lakeformation.PermissionsArgs, "dataLocation" | "lfTag" | "lfTagPolicy">;
}

/**
 * By tags only. A grant of SELECT on a table comes back from AWS as one on its columns, so that a deployment would see a
 * difference each time; one by tags comes back as it was made.
 */
function grants({ lake, roles }: LakeFormationArgs, tags: LakeTags): Grant[] {
  const { analyst, transform } = lake.roles;
  const { engineer, steward } = roles;
  const by = (
    resourceType: "DATABASE" | "TABLE",
    expression: Partial<Record<LakeTag, readonly string[]>>,
  ) => ({
    lfTagPolicy: {
      resourceType,
      expressions: (Object.keys(expression).sort() as LakeTag[]).map((tag) => ({
        key: tags.key(tag),
        values: [...expression[tag]!],
      })),
    },
  });
  const { zone: zones } = tags.values;
  const all = (resourceType: "DATABASE" | "TABLE") => by(resourceType, { zone: zones });
  const grant = (
    label: string,
    role: ServiceRole,
    on: Grant["on"],
    permissions: readonly string[],
    grantable = false,
  ): Grant => ({ label, role, permissions, grantable, on });
  const curated = { dataLocation: { arn: lake.nodes.buckets.curated.arn } };
  return [
    grant("analyst-databases", analyst, all("DATABASE"), ["DESCRIBE"]),
    grant("analyst-tables", analyst, by("TABLE", { classification: FOR_ANALYSTS, zone: zones }), [
      "DESCRIBE",
      "SELECT",
    ]),
    grant("engineer-databases", engineer, all("DATABASE"), ["DESCRIBE"]),
    grant("engineer-tables", engineer, all("TABLE"), ["DESCRIBE", "SELECT"]),
    grant("engineer-curated-databases", engineer, by("DATABASE", { zone: ["curated"] }), [
      "CREATE_TABLE",
      "DESCRIBE",
    ]),
    grant("engineer-curated-tables", engineer, by("TABLE", { zone: ["curated"] }), [
      "ALTER",
      "DELETE",
      "DESCRIBE",
      "DROP",
      "INSERT",
      "SELECT",
    ]),
    grant("engineer-location", engineer, curated, ["DATA_LOCATION_ACCESS"]),
    // Not opted in, but hybrid access asks everybody who creates a table for the right on its place.
    grant("transform-location", transform, curated, ["DATA_LOCATION_ACCESS"]),
    grant("steward-databases", steward, all("DATABASE"), ["DESCRIBE"], true),
    grant("steward-tables", steward, all("TABLE"), ["DESCRIBE", "SELECT"], true),
    ...(Object.keys(tags.values) as LakeTag[]).map((tag) =>
      grant(`steward-tag-${tag}`, steward, { lfTag: { key: tags.key(tag), values: [...tags.values[tag]] } }, [
        "ASSOCIATE",
        "DESCRIBE",
      ]),
    ),
  ];
}

/** Databases beside their tables: AWS wants both. */
function optIn(
  name: string,
  { lake, roles }: LakeFormationArgs,
  locations: pulumi.Resource[],
  parent: pulumi.Resource,
): void {
  const people = { analyst: lake.roles.analyst, engineer: roles.engineer };
  for (const [label, role] of Object.entries(people)) {
    for (const [place, database] of Object.entries(lake.databases())) {
      const opt = (what: string, resourceData: aws.types.input.lakeformation.OptInResourceData) =>
        new aws.lakeformation.OptIn(
          `${name}-${label}-${what}-${place}`,
          { principals: [{ dataLakePrincipalIdentifier: role.readyArn }], resourceDatas: [resourceData] },
          { parent, dependsOn: [...locations, ...lake.nodes.tables.values()] },
        );
      opt("database", { database: { name: database } });
      opt("tables", { table: { databaseName: database, wildcard: true } });
    }
  }
}
