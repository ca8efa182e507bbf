/** The cluster itself: brokers of MSK's, or a serverless one. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { brokersOf, DEFAULT_INSTANCE, KAFKA_VERSIONS, storageOf, type KafkaDefinition } from "../../kafka";
import { isExpress } from "../../kafka-brokers";
import { TAG, type AwsContext } from "../context";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { EncryptedLogGroup } from "../foundation/log-group";
import { createConfiguration } from "./configuration";
import { scaleStorage } from "./storage-scaling";

export interface ClusterArgs {
  readonly definition: KafkaDefinition;
  readonly keys: EncryptionKeys;
  readonly subnetIds: pulumi.Input<string[]>;
  readonly securityGroupId: pulumi.Input<string>;
  /** Zones that these subnets are in, one each. */
  readonly zones: number;
  /** Whether a topic holds personal data. */
  readonly personal: boolean;
}

export interface Cluster {
  readonly arn: pulumi.Output<string>;
  /** Known in a preview. */
  readonly name: string;
  /** `host:port` of the brokers, for clients that IAM lets in, by commas. */
  readonly bootstrap: pulumi.Output<string>;
  readonly resource: aws.msk.Cluster | aws.msk.ServerlessCluster;
}

/** Physical name of a stack's cluster. */
export function clusterName({ names }: Pick<AwsContext, "names">): string {
  return names.of("kafka", "events");
}

export function createCluster(
  name: string,
  context: AwsContext,
  args: ClusterArgs,
  parent: pulumi.Resource,
): Cluster {
  const options = {
    parent,
    protect: context.protectData,
    retainOnDelete: context.protectData,
  };
  const tags = {
    ...context.tags,
    [TAG.zone]: args.personal ? "closed" : "open",
    [TAG.dataClass]: args.personal ? "raw-pii" : "internal",
  };
  return args.definition.cluster === "serverless"
    ? createServerless(name, context, args, { options, tags })
    : createProvisioned(name, context, args, { options, tags });
}

interface Shared {
  readonly options: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource };
  readonly tags: Readonly<Record<string, string>>;
}

/** TLS, storage under AWS's own key and private connectivity are what it always has. */
function createServerless(
  name: string,
  context: AwsContext,
  { subnetIds, securityGroupId }: ClusterArgs,
  { options, tags }: Shared,
): Cluster {
  const cluster = new aws.msk.ServerlessCluster(
    name,
    {
      clusterName: clusterName(context),
      clientAuthentication: { sasl: { iam: { enabled: true } } },
      vpcConfigs: [{ subnetIds, securityGroupIds: [securityGroupId] }],
      tags: { ...tags },
    },
    options,
  );
  return {
    arn: cluster.arn,
    name: clusterName(context),
    bootstrap: cluster.bootstrapBrokersSaslIam,
    resource: cluster,
  };
}

function createProvisioned(
  name: string,
  context: AwsContext,
  { definition, keys, subnetIds, securityGroupId, zones }: ClusterArgs,
  { options, tags }: Shared,
): Cluster {
  const { parent } = options;
  const express = isExpress(definition);
  const storage = storageOf(definition);
  const configuration = createConfiguration(name, context, definition, parent);
  const logs = new EncryptedLogGroup(
    `${name}-brokers`,
    context,
    { logGroupName: `/aws/msk/${clusterName(context)}`, keys },
    { parent },
  );
  const cluster = new aws.msk.Cluster(
    name,
    {
      clusterName: clusterName(context),
      kafkaVersion: definition.version ?? KAFKA_VERSIONS[0],
      numberOfBrokerNodes: brokersOf(definition, zones),
      brokerNodeGroupInfo: {
        instanceType: definition.instance ?? DEFAULT_INSTANCE,
        clientSubnets: subnetIds,
        securityGroups: [securityGroupId],
        ...(!express && { storageInfo: { ebsStorageInfo: { volumeSize: storage.first } } }),
        connectivityInfo: {
          publicAccess: { type: "DISABLED" },
          // Firehose comes this way. MSK takes it after the creation only; the provider does it in two steps.
          vpcConnectivity: { clientAuthentication: { sasl: { iam: true } } },
        },
      },
      clientAuthentication: { sasl: { iam: true, scram: false }, unauthenticated: false },
      encryptionInfo: {
        encryptionAtRestKmsKeyArn: keys.arn("stream"),
        encryptionInTransit: { clientBroker: "TLS", inCluster: true },
      },
      configurationInfo: { arn: configuration.arn, revision: configuration.latestRevision },
      // What is beyond DEFAULT costs by metric.
      enhancedMonitoring: context.protectData ? "PER_BROKER" : "DEFAULT",
      openMonitoring: {
        prometheus: {
          jmxExporter: { enabledInBroker: false },
          nodeExporter: { enabledInBroker: false },
        },
      },
      loggingInfo: {
        brokerLogs: { cloudwatchLogs: { enabled: true, logGroup: logs.group.name } },
      },
      tags: { ...tags },
    },
    // It has grown since: to set it back is refused.
    { ...options, ignoreChanges: ["brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"] },
  );
  if (!express) scaleStorage(`${name}-storage`, context, cluster.arn, storage.limit, parent);
  return {
    arn: cluster.arn,
    name: clusterName(context),
    bootstrap: cluster.bootstrapBrokersSaslIam,
    resource: cluster,
  };
}
