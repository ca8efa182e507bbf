/** What stands between Athena and one database. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { FEDERATED_ENGINES, type FederatedEngine, type FederatedSource } from "../../federated-source";
import { readSecret } from "../connection/rights";
import { arnOf, type AwsContext } from "../context";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { LambdaFunction } from "../foundation/lambda-function";
import type { Network } from "../foundation/network";
import { createGroup } from "../foundation/network/security-groups";
import type { Statement } from "../foundation/service-role";

/**
 * AWS's own connectors as it publishes them: account and version of its template `athena-<engine>-connection.yaml`
 * (awslabs/aws-athena-query-federation, 2026-11).
 */
const PUBLISHER = "292517598671";
const VERSION = "2026.24.1";

/** @property jdbc parameters without which a driver may speak in clear. */
const CONNECTORS: Readonly<Record<FederatedEngine, { kind: string; command: string; jdbc: string }>> = {
  postgresql: {
    kind: "POSTGRESQL",
    command: "com.amazonaws.athena.connectors.postgresql.PostGreSqlCompositeHandler",
    jdbc: "sslmode=require",
  },
  mysql: {
    kind: "MYSQL",
    command: "com.amazonaws.athena.connectors.mysql.MySqlCompositeHandler",
    jdbc: "sslMode=REQUIRED",
  },
};

export interface ConnectorArgs {
  readonly source: FederatedSource;
  readonly keys: EncryptionKeys;
  readonly network: Network;
  /** Where what is too large for an answer lies until Athena has read it. */
  readonly spill: ZoneBucket;
}

export interface Connector {
  readonly catalog: aws.athena.DataCatalog;
  /** What a role needs to query the source, beside a workgroup. */
  readonly readStatements: readonly Statement[];
}

export function createConnector(
  name: string,
  context: AwsContext,
  { source, keys, network, spill }: ConnectorArgs,
  parent: pulumi.Resource,
): Connector {
  const { identity, names, tags } = context;
  const { kind, command, jdbc } = CONNECTORS[source.engine];
  const part = `federated-${source.name}`;
  const folder = `${source.name}/`;
  const group = createGroup(
    name,
    context,
    { part, description: "Athena's connector: to its source", vpcId: network.vpcId },
    parent,
  );
  const port = source.port ?? FEDERATED_ENGINES[source.engine];
  source.reaches.forEach((cidrIpv4, at) => {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-to-source-${at + 1}`,
      {
        ...{ securityGroupId: group.id, description: "To the source", cidrIpv4 },
        ...{ ipProtocol: "tcp", fromPort: port, toPort: port, tags: { ...tags } },
      },
      { parent },
    );
  });
  const connectionName = names.of("connection", part);
  const connector = new LambdaFunction(
    name,
    context,
    {
      ...{ part, keys, network, securityGroupIds: [group.id] },
      purpose: "federated-query",
      description: `Reads ${source.name} for Athena`,
      code: {
        imageUri: `${PUBLISHER}.dkr.ecr.${identity.region}.amazonaws.com/athena-federation-repository-${source.engine}:${VERSION}`,
        command,
      },
      // AWS's template: a JDBC driver and the rows of an answer in memory, for as long as a function may run.
      ...{ memoryMb: 3008, timeoutSeconds: 900 },
      environment: { glue_connection: connectionName },
      statements: connectorStatements(context, source, connectionName, spill, keys),
    },
    { parent },
  );
  new aws.glue.Connection(
    name,
    {
      name: connectionName,
      connectionType: kind,
      connectionProperties: {
        ...{ HOST: source.host, PORT: String(port), DATABASE: source.database },
        JDBC_PARAMS: jdbc,
      },
      authenticationConfiguration: { authenticationType: "BASIC", secretArn: source.secretArn },
      // Without `disable_spill_encryption`, what is spilled is under a key of its own beside the bucket's.
      athenaProperties: {
        lambda_function_arn: connector.arn,
        spill_bucket: spill.ready,
        spill_prefix: source.name,
      },
      tags: { ...tags },
    },
    { parent },
  );
  const catalogName = names.of("catalog", source.name);
  const catalog = new aws.athena.DataCatalog(
    name,
    {
      name: catalogName,
      description: `${source.database} (${source.engine}), where it is`,
      type: "LAMBDA",
      parameters: { function: connector.function.arn },
      tags: { ...tags },
    },
    { parent },
  );
  return {
    catalog,
    readStatements: [
      {
        Effect: "Allow",
        Action: [
          "athena:GetDataCatalog",
          "athena:GetDatabase",
          "athena:ListDatabases",
          "athena:GetTableMetadata",
          "athena:ListTableMetadata",
        ],
        Resource: arnOf(identity, "athena", `datacatalog/${catalogName}`),
      },
      // Athena calls the function, and reads what it spilled, as whoever asks.
      { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: connector.arn },
      ...spill.readStatements(keys.arn("lake"), folder),
    ],
  };
}

function connectorStatements(
  context: AwsContext,
  { name, secretArn }: FederatedSource,
  connectionName: string,
  spill: ZoneBucket,
  keys: EncryptionKeys,
): Statement[] {
  const { identity, names } = context;
  return [
    {
      Effect: "Allow",
      Action: "glue:GetConnection",
      Resource: [arnOf(identity, "glue", "catalog"), arnOf(identity, "glue", `connection/${connectionName}`)],
    },
    ...readSecret(context, secretArn),
    {
      // It stops reading where the query was stopped.
      Effect: "Allow",
      Action: "athena:GetQueryExecution",
      Resource: ["analysts", "transform"].map((part) =>
        arnOf(identity, "athena", `workgroup/${names.of("workgroup", part)}`),
      ),
    },
    ...spill.readStatements(keys.arn("lake"), `${name}/`),
    ...spill.writeStatements(keys.arn("lake"), `${name}/`),
  ];
}
