/** Jobs that import tables of databases as drops of data sets, each with its own role. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ArgumentProblem } from "../../arguments";
import type { DataSet } from "../../contract/model";
import type { JdbcSource } from "../../source";
import { isImportable, tableImportProblems, type TableImport } from "../../table-import";
import type { Connection } from "../connection";
import type { JobNetwork } from "../connection/job-network";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { IMPORTS_PREFIX } from "../data-lake/folders";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import { importerRole } from "../foundation/crossing-roles";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { ServiceRole } from "../foundation/service-role";
import { uploadCode, type JobCode } from "../spark-cluster/job-code";
import { GlueJob, glueLogStatements } from "./job";

/** A table that is imported over a connection, which leads to PostgreSQL or MySQL by TLS. */
export interface ConnectedTable extends TableImport {
  readonly connection: Connection;
}

export interface TableImportsArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly jobs: ZoneBucket;
  readonly code: JobCode;
  readonly securityConfiguration: pulumi.Input<string>;
  readonly network: JobNetwork;
  readonly tables: readonly ConnectedTable[];
}

/** A worker of G.1X, the driver's aside, has four cores, and so takes four reads at once. */
const READS_OF_A_WORKER = 4;

export function connectedTableProblems(
  lake: DataLake,
  tables: readonly ConnectedTable[],
): (ArgumentProblem | undefined)[] {
  return [
    ...tableImportProblems(tables, lake.contracts),
    ...tables.flatMap(({ connection, dataSet }, at) => [
      isImportable(connection.source)
        ? undefined
        : `tables[${at}].connection: leads to no PostgreSQL or MySQL by JDBC over TLS, or its URL has options; write ` +
          "jdbc:postgresql://<host>:<port>/<database> or jdbc:mysql://…, and leave tls out",
      lake.imported.includes(dataSet)
        ? undefined
        : `tables[${at}].dataSet: is "${dataSet}", whose drops landing takes from no job; name it in imported of the lake`,
    ]),
  ];
}

/** Last part of a job's name. */
export function importPart(dataSet: string): string {
  return `import-${dataSet.replace(".", "-")}`;
}

/** In the order of the tables. A table with a schedule has a trigger of its own; the others are the caller's to start. */
export function createTableImports(
  name: string,
  context: AwsContext,
  args: TableImportsArgs,
  parent: pulumi.Resource,
): GlueJob[] {
  return args.tables.map((table) => {
    const dataSet = args.lake.contracts.find(({ id }) => id === table.dataSet)!;
    const job = createJob(name, context, args, { table, dataSet }, parent);
    if (table.schedule !== undefined) {
      new aws.glue.Trigger(
        `${name}-${importPart(table.dataSet)}`,
        {
          name: context.names.of("glue", importPart(table.dataSet)),
          ...{ type: "SCHEDULED", schedule: table.schedule, actions: [{ jobName: job.job.name }] },
          tags: { ...context.tags },
        },
        { parent },
      );
    }
    return job;
  });
}

function createJob(
  name: string,
  context: AwsContext,
  { lake, keys, jobs, code, securityConfiguration, network }: TableImportsArgs,
  { table, dataSet }: { readonly table: ConnectedTable; readonly dataSet: DataSet },
  parent: pulumi.Resource,
): GlueJob {
  const part = importPart(dataSet.id);
  const { connection, dataSet: id, table: from, partitionColumn, partitions, fetchSize, authority } = table;
  const source = connection.source as JdbcSource;
  const spec = { dataSet: id, url: source.url, table: from, secret: source.secretArn };
  const key = `${part}/tables.json`;
  const tables = uploadCode(
    name,
    {
      ...{ bucket: jobs, keys, key },
      source: new pulumi.asset.StringAsset(
        JSON.stringify([{ ...spec, partitionColumn, partitions, fetchSize, authority }], null, 1),
      ),
    },
    parent,
  );
  const staging = `${IMPORTS_PREFIX}${lake.folder(dataSet)}`;
  const role = new ServiceRole(
    `${name}-${part}`,
    context,
    {
      roleName: importerRole(context.names, dataSet),
      ...{ assumedBy: "glue.amazonaws.com", purpose: "importer" },
      statements: [
        // A drop of the day is replaced by writing it again: nothing there is deleted.
        ...lake.writeStatements("landing", lake.folder(dataSet)),
        ...lake.writeStatements("landing", staging, { replace: true }),
        ...lake.readStatements("landing", staging),
        ...jobs.readStatements(keys.arn("lake"), [
          ...["code/main.py", "code/naru_spark.zip", "code/job.json", "code/contracts.json"],
          `code/${key}`,
        ]),
        ...glueLogStatements(context, part),
        ...connection.useStatements(),
        ...network.statements,
      ],
    },
    { parent },
  );
  return new GlueJob(
    `${name}-${part}`,
    context,
    {
      ...{ part, kind: "spark", role, keys, securityConfiguration },
      description: `Imports a table of a database as drops of ${id}`,
      script: code.entryPoint,
      arguments: {
        ...{ "--jobs": "import_tables", "--config": code.configUri, "--tables": tables },
        // Closed, like what it tells of: who reads landing writes the open zone, and this role does not.
        "--report": pulumi.interpolate`${lake.uri("landing")}${staging}report.json`,
      },
      libraries: [code.packageUri],
      // A source's place goes first: a run takes the first connection that it can.
      connections: [connection.glueName, ...network.connections],
      workers: 1 + Math.max(1, Math.ceil((partitions ?? 1) / READS_OF_A_WORKER)),
    },
    { parent },
  );
}
