/** What lets the good plan outlive a mistake: copies, retention, TLS and failure places, and its network's defaults. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import * as type from "../../policies/model/types";
import { resource, UNKNOWN } from "./resource";

const KEPT = {
  backupRetentionPeriod: 7,
  deletionProtection: true,
  skipFinalSnapshot: false,
  finalSnapshotIdentifier: "plan-final",
};

/** What resources of the good plan have beside what other rules ask of them, by name. */
const FURTHER: Readonly<Record<string, Record<string, unknown>>> = {
  events: { retentionPeriod: 168 },
  database: {
    ...KEPT,
    ...{ engine: "postgres", parameterGroupName: "plan-database", multiAz: true },
    autoMinorVersionUpgrade: true,
  },
  cluster: {
    ...KEPT,
    ...{
      clusterIdentifier: "plan-cluster",
      engine: "aurora-mysql",
      dbClusterParameterGroupName: "plan-cluster",
    },
  },
  workers: { name: "plan-workers" },
  "workers-from-network": { securityGroupId: "sg-others" },
  "workflow-failed": { actionsEnabled: true },
  server: { clusterIdentifier: UNKNOWN },
  job: { securityConfiguration: "plan-security" },
  security: { name: "plan-security" },
  ...Object.fromEntries(
    ["landing", "raw", "logs", "audit"].map((bucket) => [bucket, { forceDestroy: false }]),
  ),
};

const CLUSTER = [type.DATABASE_CLUSTER, "cluster"] as const;

/** Adds it; a server belongs to the cluster. */
export function withResilience(each: RecordedResource): RecordedResource {
  const inputs = { ...each.inputs, ...FURTHER[each.name] };
  if (each.name !== "server") return { ...each, inputs };
  const { propertyDependencies } = resource(each.type, each.name, {}, { clusterIdentifier: [CLUSTER] });
  return { ...each, inputs, propertyDependencies };
}

export function resilience(): RecordedResource[] {
  const vpc = { vpcId: [[type.VPC, "network"] as const] };
  return [
    resource(
      type.DYNAMO_TABLE,
      "runs",
      {
        serverSideEncryption: { enabled: true, kmsKeyArn: UNKNOWN },
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: true,
      },
      { serverSideEncryption: [[type.KEY, "data"]] },
    ),
    resource(
      type.DATABASE_CLUSTER_INSTANCE,
      "second-server",
      { clusterIdentifier: UNKNOWN, publiclyAccessible: false, instanceClass: "db.serverless" },
      { clusterIdentifier: [CLUSTER] },
    ),
    resource(type.PARAMETER_GROUP, "parameters", {
      name: "plan-database",
      parameters: [{ name: "rds.force_ssl", value: "1" }],
    }),
    resource(type.CLUSTER_PARAMETER_GROUP, "cluster-parameters", {
      name: "plan-cluster",
      parameters: [{ name: "require_secure_transport", value: "ON" }],
    }),
    resource(type.EVENT_SOURCE_MAPPING, "mapping", {
      eventSourceArn: UNKNOWN,
      functionName: "plan-pseudonymise",
      destinationConfig: { onFailure: { destinationArn: UNKNOWN } },
    }),
    resource(type.VPC, "network", { cidrBlock: "10.0.0.0/16" }),
    resource(type.DEFAULT_SECURITY_GROUP, "default-group", { vpcId: UNKNOWN, ingress: [], egress: [] }, vpc),
    resource(type.FLOW_LOG, "flow-log", { vpcId: UNKNOWN, trafficType: "ALL" }, vpc),
  ];
}
