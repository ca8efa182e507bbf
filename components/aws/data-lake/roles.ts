/** Roles of the people and statements that read the open zone. */
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import { ServiceRole, type Statement } from "../foundation/service-role";
import { LOADER } from "./bucket-statements";
import type { ZoneBucket } from "./zone-bucket";

export interface LakeRolesArgs {
  readonly landing: ZoneBucket;
  readonly landingKeyArn: pulumi.Input<string>;
  readonly raw: ZoneBucket;
  readonly curated: ZoneBucket;
  readonly results: ZoneBucket;
  readonly keyArn: pulumi.Input<string>;
  /** Folders of the raw zone that hold tables, each with a slash behind. */
  readonly rawPrefixes: readonly string[];
  /** Whether analysts read by Lake Formation's grants only. */
  readonly columnGrants: boolean;
  /** ARNs of those who may take the role `analyst`; none: the account's IAM decides. */
  readonly analysts: readonly string[];
  readonly databases: readonly string[];
  /** Databases whose tables the transform role may build. */
  readonly curatedDatabases: readonly string[];
}

export interface LakeRoles {
  /** Drops files into landing; reads nothing. */
  readonly loader: ServiceRole;
  /** Queries the open zone in the analysts' workgroup. */
  readonly analyst: ServiceRole;
  /** Runs the platform's CTAS statements; writes only the curated zone. */
  readonly transform: ServiceRole;
  /** Rights that roles of other components take too. */
  readonly rights: {
    /** What `transform` may. */
    readonly transform: readonly Statement[];
    /** Look at databases, tables and partitions; no data. */
    readonly catalogue: readonly Statement[];
  };
}

export function createLakeRoles(
  name: string,
  context: AwsContext,
  args: LakeRolesArgs,
  parent: pulumi.Resource,
): LakeRoles {
  const role = (
    purpose: typeof LOADER | "analyst" | "transform",
    statements: Statement[],
    people: readonly string[] = [],
  ) =>
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
  const transform: Statement[] = [
    ...query(context, "transform"),
    ...readTables(context, args),
    ...results(args, "transform"),
    ...args.curated.writeStatements(args.keyArn, "", { replace: true }),
    {
      Effect: "Allow",
      Action: ["glue:CreateTable", "glue:UpdateTable", "glue:DeleteTable", "glue:BatchCreatePartition"],
      Resource: catalogue(context, args.curatedDatabases),
    },
  ];
  return {
    loader: role(LOADER, args.landing.writeStatements(args.landingKeyArn)),
    analyst: role(
      "analyst",
      [
        ...query(context, "analysts"),
        ...(args.columnGrants ? readByGrants(context, args) : readTables(context, args)),
        ...results(args, "analysts"),
      ],
      args.analysts,
    ),
    transform: role("transform", transform),
    rights: { transform, catalogue: [readCatalogue(context, args)] },
  };
}

function query(context: AwsContext, part: "analysts" | "transform"): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: [
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:ListQueryExecutions",
        "athena:BatchGetQueryExecution",
        "athena:GetWorkGroup",
        "athena:GetNamedQuery",
        "athena:BatchGetNamedQuery",
        "athena:ListNamedQueries",
        // EXECUTE asks for it beside StartQueryExecution (Athena user guide, "Configure access to prepared statements").
        "athena:GetPreparedStatement",
        "athena:ListPreparedStatements",
      ],
      Resource: arnOf(context.identity, "athena", `workgroup/${context.names.of("workgroup", part)}`),
    },
    {
      // What the console opens with. IAM can't narrow these two (Service Authorization Reference: no resource types).
      Effect: "Allow",
      Action: ["athena:ListWorkGroups", "athena:ListDataCatalogs"],
      Resource: "*",
    },
    {
      // The console's list of tables; which ones it shows is up to Glue's rights.
      Effect: "Allow",
      Action: [
        "athena:GetDataCatalog",
        "athena:GetDatabase",
        "athena:ListDatabases",
        "athena:GetTableMetadata",
        "athena:ListTableMetadata",
      ],
      Resource: arnOf(context.identity, "athena", "datacatalog/AwsDataCatalog"),
    },
    {
      // Athena looks at this database whatever a query names (its user guide, "Configure access to databases and tables").
      Effect: "Allow",
      Action: "glue:GetDatabase",
      Resource: [
        arnOf(context.identity, "glue", "catalog"),
        arnOf(context.identity, "glue", "database/default"),
      ],
    },
  ];
}

function readCatalogue(context: AwsContext, { databases }: LakeRolesArgs): Statement {
  return {
    Effect: "Allow",
    Action: [
      "glue:GetDatabase",
      "glue:GetDatabases",
      "glue:GetTable",
      "glue:GetTables",
      "glue:GetPartition",
      "glue:GetPartitions",
    ],
    Resource: catalogue(context, databases),
  };
}

/** Lake Formation hands out credentials for what it grants; a right on the objects would lead past it. */
function readByGrants(context: AwsContext, args: LakeRolesArgs): Statement[] {
  return [
    readCatalogue(context, args),
    { Effect: "Allow", Action: "lakeformation:GetDataAccess", Resource: "*" },
  ];
}

function readTables(context: AwsContext, args: LakeRolesArgs): Statement[] {
  return [
    readCatalogue(context, args),
    // Athena lists a table's folder; names of what delivery could not transform are nobody's of these.
    ...args.raw.readStatements(args.keyArn, args.rawPrefixes, { foldersOnly: true }),
    ...args.curated.readStatements(args.keyArn),
  ];
}

function results(args: LakeRolesArgs, part: "analysts" | "transform"): Statement[] {
  return [
    ...args.results.readStatements(args.keyArn, `${part}/`),
    ...args.results.writeStatements(args.keyArn, `${part}/`),
  ];
}

function catalogue({ identity }: AwsContext, databases: readonly string[]): string[] {
  return [
    arnOf(identity, "glue", "catalog"),
    ...databases.map((database) => arnOf(identity, "glue", `database/${database}`)),
    ...databases.map((database) => arnOf(identity, "glue", `table/${database}/*`)),
  ];
}
