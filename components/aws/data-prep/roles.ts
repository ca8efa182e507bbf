/** A role for each thing that reads: the recipe's job, the profile's and the project, each with its own tables only. */
import type * as pulumi from "@pulumi/pulumi";
import { readSecret } from "../connection/rights";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { ServiceRole, type Statement } from "../foundation/service-role";
import {
  dataSetsOf,
  isCatalogue,
  isDataSet,
  isFolder,
  type DatabaseInput,
  type Preparation,
} from "./preparation";
import { workFolder } from "./template";

export interface PreparationRoles {
  readonly recipe: ServiceRole;
  readonly profile: ServiceRole;
  /** Null without a project. */
  readonly project: ServiceRole | null;
}

export function createRoles(
  name: string,
  context: AwsContext,
  lake: DataLake,
  preparation: Preparation,
  parent: pulumi.Resource,
): PreparationRoles {
  const role = (part: "recipe" | "profile" | "project", statements: Statement[]) =>
    new ServiceRole(
      `${name}-${part}`,
      context,
      {
        roleName: context.names.of("role", "prep", preparation.name, part),
        assumedBy: "databrew.amazonaws.com",
        purpose: "data-preparation",
        statements,
      },
      { parent },
    );
  const all = readStatements(context, lake, preparation, preparation);
  const inputOnly = readStatements(context, lake, preparation, { ...preparation, steps: [] });
  const profiles = workFolder("profiles", preparation.name);
  return {
    recipe: role("recipe", [
      ...all,
      ...lake.writeStatements("curated", preparation.output, { replace: true }),
    ]),
    profile: role("profile", [
      ...inputOnly,
      ...lake.writeStatements("queryResults", profiles, { replace: true }),
    ]),
    project: (preparation.project ?? true) ? role("project", all) : null,
  };
}

/** @param what the preparation, or the part of it whose tables are read. */
function readStatements(
  context: AwsContext,
  lake: DataLake,
  { name, input }: Preparation,
  what: Preparation,
): Statement[] {
  const tables = dataSetsOf(what, lake.contracts).map((table) => lake.folder(table));
  const temporary = workFolder("temporary", name);
  const throughTemporary = [
    ...lake.readStatements("queryResults", temporary),
    ...lake.writeStatements("queryResults", temporary, { replace: true }),
  ];
  if (isDataSet(input)) return lake.readStatements("curated", tables);
  if (isFolder(input)) {
    const joined = input.zone === "curated" ? [] : lake.readStatements("curated", tables);
    const folders = input.zone === "curated" ? [input.folder, ...tables] : input.folder;
    return [...lake.readStatements(input.zone, folders), ...joined];
  }
  if (isCatalogue(input)) {
    return [
      ...lake.readStatements("curated", [input.folder, ...tables]),
      ...throughTemporary,
      {
        Effect: "Allow",
        Action: ["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"],
        Resource: [
          arnOf(context.identity, "glue", "catalog"),
          arnOf(context.identity, "glue", `database/${input.database}`),
          arnOf(context.identity, "glue", `table/${input.database}/${input.table}`),
        ],
      },
      // Lake Formation's grants decide; the action knows no resources.
      { Effect: "Allow", Action: "lakeformation:GetDataAccess", Resource: "*" },
    ];
  }
  return [...lake.readStatements("curated", tables), ...throughTemporary, ...connection(context, input)];
}

function connection(context: AwsContext, { connection: name, secretArn }: DatabaseInput): Statement[] {
  const { identity } = context;
  return [
    {
      Effect: "Allow",
      Action: "glue:GetConnection",
      Resource: [arnOf(identity, "glue", "catalog"), arnOf(identity, "glue", `connection/${name}`)],
    },
    ...readSecret(context, secretArn),
    {
      // DataBrew puts network interfaces into the connection's subnet (DataBrew Developer Guide,
      // AwsGlueDataBrewDataResourcePolicy), and asks for these rights on any resource.
      Effect: "Allow",
      Action: [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcAttribute",
        "ec2:DescribeVpcEndpoints",
      ],
      Resource: "*",
    },
  ];
}
