/** The server itself: an instance of RDS, or a cluster of Aurora. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { storageBounds, type DatabaseDefinition } from "../../database";
import { TAG, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { EncryptedLogGroup } from "../foundation/log-group";
import { classOf, engineOf, familyOf, versionOf } from "./engines";

export interface ServerArgs {
  readonly definition: DatabaseDefinition;
  readonly keys: EncryptionKeys;
  readonly subnetIds: pulumi.Input<string[]>;
  readonly securityGroupId: pulumi.Input<string>;
  /** Role that CloudWatch's closer look runs as; null: none is taken. */
  readonly monitoringRoleArn: pulumi.Input<string> | null;
}

export interface Server {
  readonly host: pulumi.Output<string>;
  /** Where it takes TLS. */
  readonly port: pulumi.Output<number>;
  /** The secret that RDS keeps the owner's login in, and rotates. */
  readonly secretArn: pulumi.Output<string>;
  /** As RDS Proxy targets it. */
  readonly target: Pick<aws.rds.ProxyTargetArgs, "dbInstanceIdentifier" | "dbClusterIdentifier">;
}

/** Of RDS and no schema of ours; Oracle's has up to eight characters, SQL Server has none at first. */
export const DATABASE_NAME = "naru";
const OWNER = "naru_owner";

/** Seconds between two looks at the operating system. */
const MONITORING_SECONDS = 60;

export function createServer(
  name: string,
  context: AwsContext,
  args: ServerArgs,
  parent: pulumi.Resource,
): Server {
  const { definition, keys } = args;
  const { names, tags, protectData } = context;
  const engine = engineOf(definition);
  const identifier = names.of("server", "database");
  const isAurora = definition.engine.startsWith("aurora-");
  const subnets = new aws.rds.SubnetGroup(
    name,
    { name: identifier, description: "Closed subnets", subnetIds: args.subnetIds, tags: { ...tags } },
    { parent },
  );
  // Made before RDS would: under the platform's key, and not for ever.
  const logs = engine.logs.map(
    (log) =>
      new EncryptedLogGroup(
        `${name}-${log}`,
        context,
        { logGroupName: `/aws/rds/${isAurora ? "cluster" : "instance"}/${identifier}/${log}`, keys },
        { parent },
      ).group,
  );
  const monitoring = {
    monitoringInterval: args.monitoringRoleArn === null ? 0 : MONITORING_SECONDS,
    ...(args.monitoringRoleArn !== null && { monitoringRoleArn: args.monitoringRoleArn }),
  };
  const shared = sharedArgs(context, args, identifier, subnets.name);
  const options = { parent, protect: protectData, retainOnDelete: protectData, dependsOn: logs };
  return isAurora
    ? createCluster(name, context, definition, { identifier, shared, monitoring, options })
    : createInstance(name, context, definition, { identifier, shared, monitoring, options });
}

interface Parts {
  readonly identifier: string;
  readonly shared: ReturnType<typeof sharedArgs>;
  readonly monitoring: {
    readonly monitoringInterval: number;
    readonly monitoringRoleArn?: pulumi.Input<string>;
  };
  readonly options: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource };
}

/** What instance and cluster are told alike. */
function sharedArgs(
  { tags, protectData }: AwsContext,
  { definition, keys, securityGroupId }: ServerArgs,
  identifier: string,
  subnetGroup: pulumi.Output<string>,
) {
  const engine = engineOf(definition);
  return {
    engine: engine.name,
    engineVersion: versionOf(definition),
    dbSubnetGroupName: subnetGroup,
    vpcSecurityGroupIds: [securityGroupId],
    storageEncrypted: true,
    kmsKeyId: keys.arn("stream"),
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: keys.arn("stream"),
    backupRetentionPeriod: definition.backupDays ?? 7,
    copyTagsToSnapshot: true,
    deletionProtection: protectData,
    skipFinalSnapshot: !protectData,
    ...(protectData && { finalSnapshotIdentifier: `${identifier}-final` }),
    ...(engine.iamLogin && { iamDatabaseAuthenticationEnabled: true }),
    enabledCloudwatchLogsExports: [...engine.logs],
    tags: {
      ...tags,
      [TAG.zone]: "closed",
      [TAG.dataClass]: definition.personalData === "clear" ? "raw-pii" : "pseudonymised",
    },
  };
}

function createInstance(
  name: string,
  context: AwsContext,
  definition: DatabaseDefinition,
  { identifier, shared, monitoring, options }: Parts,
): Server {
  const engine = engineOf(definition);
  const { storage = "gp3", multiAz = context.protectData } = definition;
  const bounds = storageBounds(definition);
  const storageGb = definition.storageGb ?? bounds.minimum;
  const instance = new aws.rds.Instance(
    name,
    {
      ...shared,
      ...monitoring,
      identifier,
      instanceClass: classOf(definition),
      username: OWNER,
      ...(definition.engine !== "sqlserver" && { dbName: DATABASE_NAME }),
      // Oracle's listener in clear; its groups let the option's port in only.
      port: definition.engine === "oracle" ? 1521 : engine.port,
      storageType: storage,
      allocatedStorage: storageGb,
      maxAllocatedStorage: definition.storageLimitGb ?? Math.min(bounds.maximum, 5 * storageGb),
      ...(storage === "io2" && { iops: definition.iops ?? 3000 }),
      multiAz,
      ...(engine.dialect === null && { licenseModel: "license-included" }),
      parameterGroupName: parametersOf(name, definition, context, options.parent),
      ...(definition.engine === "oracle" && {
        optionGroupName: oracleTls(name, definition, context, shared.vpcSecurityGroupIds, options.parent),
      }),
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      deleteAutomatedBackups: !context.protectData,
    },
    options,
  );
  return {
    host: instance.address,
    port: definition.engine === "oracle" ? pulumi.output(engine.port) : instance.port,
    secretArn: instance.masterUserSecrets.apply(([secret]) => secret!.secretArn),
    target: { dbInstanceIdentifier: instance.identifier },
  };
}

function createCluster(
  name: string,
  context: AwsContext,
  definition: DatabaseDefinition,
  { identifier, shared, monitoring, options }: Parts,
): Server {
  const { tags, protectData } = context;
  const engine = engineOf(definition);
  const { parent } = options;
  const readers = definition.readers ?? (protectData ? 1 : 0);
  const parameters = new aws.rds.ClusterParameterGroup(
    name,
    {
      name: identifier,
      family: familyOf(definition),
      description: "TLS only",
      parameters: Object.entries(engine.tls).map(([parameter, value]) => ({ name: parameter, value })),
      tags: { ...tags },
    },
    { parent },
  );
  const cluster = new aws.rds.Cluster(
    name,
    {
      ...shared,
      clusterIdentifier: identifier,
      databaseName: DATABASE_NAME,
      masterUsername: OWNER,
      port: engine.port,
      dbClusterParameterGroupName: parameters.name,
    },
    options,
  );
  for (let at = 0; at <= readers; at++) {
    new aws.rds.ClusterInstance(
      `${name}-${at}`,
      {
        identifier: `${identifier}-${at}`,
        clusterIdentifier: cluster.id,
        engine: cluster.engine as pulumi.Output<aws.types.enums.rds.EngineType>,
        engineVersion: cluster.engineVersion,
        instanceClass: classOf(definition),
        ...monitoring,
        publiclyAccessible: false,
        autoMinorVersionUpgrade: true,
        copyTagsToSnapshot: true,
        promotionTier: Math.min(at, 15),
        tags: { ...tags },
      },
      { parent, protect: protectData, retainOnDelete: protectData },
    );
  }
  return {
    host: cluster.endpoint,
    port: cluster.port,
    secretArn: cluster.masterUserSecrets.apply(([secret]) => secret!.secretArn),
    target: { dbClusterIdentifier: cluster.clusterIdentifier },
  };
}

function parametersOf(
  name: string,
  definition: DatabaseDefinition,
  { names, tags }: AwsContext,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { tls, tlsAfterRestart } = engineOf(definition);
  return new aws.rds.ParameterGroup(
    name,
    {
      name: names.of("server", "database"),
      family: familyOf(definition),
      description: "TLS only",
      parameters: Object.entries(tls).map(([parameter, value]) => ({
        name: parameter,
        value,
        applyMethod: tlsAfterRestart ? "pending-reboot" : "immediate",
      })),
      tags: { ...tags },
    },
    { parent },
  ).name;
}

/** RDS user guide, "Oracle Secure Sockets Layer": a listener of its own. */
function oracleTls(
  name: string,
  definition: DatabaseDefinition,
  { names, tags }: AwsContext,
  vpcSecurityGroupMemberships: pulumi.Input<string>[],
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { name: engineName, port } = engineOf(definition);
  return new aws.rds.OptionGroup(
    name,
    {
      name: names.of("server", "database"),
      optionGroupDescription: "TLS 1.2 by a port of its own",
      engineName,
      majorEngineVersion: versionOf(definition),
      options: [
        {
          optionName: "SSL",
          port,
          vpcSecurityGroupMemberships,
          optionSettings: [{ name: "SQLNET.SSL_VERSION", value: "1.2" }],
        },
      ],
      tags: { ...tags },
    },
    { parent },
  ).name;
}
