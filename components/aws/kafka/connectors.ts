/** Connectors of MSK Connect that write streams without personal data to the raw zone. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { majorOf } from "../../contract/evolution";
import type { KafkaConnect } from "../../kafka-connect";
import type { TopicPlan } from "../../kafka-topics";
import { arnOf, bucketArn, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { EncryptedLogGroup } from "../foundation/log-group";
import type { Network } from "../foundation/network";
import { ServiceRole, type Statement } from "../foundation/service-role";
import { createConnectorAlarm } from "./alarms";
import { kafkaArn } from "./client-rights";
import type { Cluster } from "./cluster";
import { sinkSettings } from "./sink-settings";

export interface ConnectorsArgs {
  readonly connect: KafkaConnect;
  readonly cluster: Cluster;
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly network: Network;
  /** Group that the brokers let in. */
  readonly clients: aws.ec2.SecurityGroup;
  readonly topics: readonly TopicPlan[];
  readonly bufferSeconds: number;
  readonly alarms: aws.sns.Topic;
}

/** Knows a sink that reads by its topic's first name, though a transform gives it another (KIP-793, Kafka 3.6). */
const CONNECT_VERSION = "3.7.x";

/** Topic of the records that a connector could not write. */
export const refusedTopic = (topic: string): string => `${topic}.refused`;

/** Idle cost: a worker by MCU and hour (MSK pricing), used or not. */
export function createConnectors(
  name: string,
  context: AwsContext,
  args: ConnectorsArgs,
  parent: pulumi.Resource,
): void {
  const plugin = pluginOf(`${name}-plugin`, context, args.connect, parent);
  for (const plan of args.topics) {
    createConnector(
      `${name}-${plan.dataSet.domain}-${plan.dataSet.name}`,
      context,
      args,
      plan,
      plugin,
      parent,
    );
  }
}

interface Plugin {
  readonly arn: pulumi.Input<string>;
  readonly revision: pulumi.Input<number>;
}

function pluginOf(
  name: string,
  { identity, names, tags }: AwsContext,
  { pluginArn, pluginRevision = 1, pluginBucket, pluginKey }: KafkaConnect,
  parent: pulumi.Resource,
): Plugin {
  if (pluginArn !== undefined) return { arn: pluginArn, revision: pluginRevision };
  const plugin = new aws.mskconnect.CustomPlugin(
    name,
    {
      name: names.of("kafka", "sink"),
      contentType: pluginKey!.endsWith(".jar") ? "JAR" : "ZIP",
      location: { s3: { bucketArn: bucketArn(identity, pluginBucket!), fileKey: pluginKey! } },
      tags: { ...tags },
    },
    { parent },
  );
  return { arn: plugin.arn, revision: plugin.latestRevision };
}

function createConnector(
  name: string,
  context: AwsContext,
  args: ConnectorsArgs,
  plan: TopicPlan,
  plugin: Plugin,
  parent: pulumi.Resource,
): void {
  const { connect, cluster, lake, keys, network, clients } = args;
  const { dataSet, topic } = plan;
  const connectorName = context.names.of("kafka", "sink", dataSet.domain, dataSet.name);
  const workers = connect.workers ?? 1;
  const logs = new EncryptedLogGroup(
    name,
    context,
    { logGroupName: `/aws/mskconnect/${connectorName}`, keys },
    { parent },
  );
  const role = new ServiceRole(
    name,
    context,
    {
      roleName: context.names.of("role", "sink", dataSet.domain, dataSet.name),
      assumedBy: "kafkaconnect.amazonaws.com",
      purpose: "delivery",
      statements: connectorStatements(context, lake, plan),
    },
    { parent },
  );
  const settings = pulumi.all([lake.nodes.buckets.raw.ready, keys.arn("lake")]).apply(([bucket, keyArn]) =>
    sinkSettings({
      ...{ dataSet, topic, bucket, keyArn, refusedTopic: refusedTopic(topic) },
      region: context.identity.region,
      registryName: context.names.of("schemaRegistry", "events"),
      tasks: plan.partitions,
      bufferSeconds: args.bufferSeconds,
    }),
  );
  new aws.mskconnect.Connector(
    name,
    {
      name: connectorName,
      description: `Writes ${topic} to the raw zone`,
      kafkaconnectVersion: CONNECT_VERSION,
      capacity: { provisionedCapacity: { mcuCount: 1, workerCount: workers } },
      connectorConfiguration: settings,
      kafkaCluster: {
        apacheKafkaCluster: {
          bootstrapServers: cluster.bootstrap,
          vpc: {
            subnets: network.closed.subnetIds,
            securityGroups: [...network.closed.securityGroupIds, clients.id],
          },
        },
      },
      kafkaClusterClientAuthentication: { authenticationType: "IAM" },
      kafkaClusterEncryptionInTransit: { encryptionType: "TLS" },
      plugins: [{ customPlugin: { arn: plugin.arn, revision: plugin.revision } }],
      serviceExecutionRoleArn: role.readyArn,
      logDelivery: {
        workerLogDelivery: { cloudwatchLogs: { enabled: true, logGroup: logs.group.name } },
      },
      tags: { ...context.tags },
    },
    { parent },
  );
  createConnectorAlarm(name, context, { plan, connectorName, alarms: args.alarms }, parent);
}

/** MSK developer guide, "IAM roles and policies for MSK Connect": the connector's own topics and groups beside its stream's. */
function connectorStatements(
  context: AwsContext,
  lake: DataLake,
  { dataSet, topic }: TopicPlan,
): Statement[] {
  const { identity, names } = context;
  const own = "__amazon_msk_connect_*";
  const registry = names.of("schemaRegistry", "events");
  const schema = names.of("schema", dataSet.domain, dataSet.name, `v${majorOf(dataSet.version)}`);
  const allow = (Action: string[], Resource: string | string[]): Statement => ({
    ...{ Effect: "Allow", Action, Resource },
  });
  return [
    allow(["kafka-cluster:Connect", "kafka-cluster:DescribeCluster"], kafkaArn(context, "cluster")),
    allow(["kafka-cluster:DescribeTopic", "kafka-cluster:ReadData"], kafkaArn(context, "topic", topic)),
    allow(
      ["kafka-cluster:DescribeTopic", "kafka-cluster:WriteData"],
      kafkaArn(context, "topic", refusedTopic(topic)),
    ),
    allow(
      [
        "kafka-cluster:CreateTopic",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:ReadData",
        "kafka-cluster:WriteData",
      ],
      kafkaArn(context, "topic", own),
    ),
    allow(
      ["kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup"],
      [kafkaArn(context, "group", own), kafkaArn(context, "group", "connect-*")],
    ),
    allow(
      ["glue:GetSchemaVersion"],
      [
        arnOf(identity, "glue", `registry/${registry}`),
        arnOf(identity, "glue", `schema/${registry}/${schema}`),
      ],
    ),
    ...lake.writeStatements("raw", lake.folder(dataSet)),
  ];
}
