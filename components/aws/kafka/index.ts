import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, checkNumber, type ArgumentProblem } from "../../arguments";
import { isPersonal } from "../../contract/model";
import { kafkaPlacementProblems, kafkaProblems, type KafkaDefinition } from "../../kafka";
import { kafkaMismatches, topicPlans, type TopicPlan } from "../../kafka-topics";
import { LIMITS } from "../../limits";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { LambdaFunction } from "../foundation/lambda-function";
import type { Network } from "../foundation/network";
import { createGroup, letThrough } from "../foundation/network/security-groups";
import type { Statement } from "../foundation/service-role";
import { createDeliveryStream } from "../stream-ingest/delivery-stream";
import { createClusterAlarms, createDeliveryAlarms } from "./alarms";
import { createClientPolicies, type TopicPolicies } from "./client-policies";
import { consumeStatements, deliveryStatements, produceStatements } from "./client-rights";
import { createCluster, type Cluster } from "./cluster";
import { createConnectors, refusedTopic } from "./connectors";
import { createTopics, topicConfigs } from "./topics";

export interface KafkaArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Network in whose closed subnets the brokers stand. */
  readonly network: Network;
  /** Kind of the cluster, brokers, topics and the rest, each with a default of its own but the kind. */
  readonly definition: KafkaDefinition;
  /** Id of each stream's data set to the function that pseudonymises its events, as `StreamIngest` has them. */
  readonly transforms: Readonly<Record<string, LambdaFunction>>;
  /** Who is told when a partition has no leader, a disk is full, or a reader falls behind. */
  readonly alarms: aws.sns.Topic;
  /** Zones of the network, one for each closed subnet. @default 2 */
  readonly zones?: number;
  /** Hours that topics keep events, where the definition says nothing else (1 to 8760). @default 24 */
  readonly retentionHours?: number;
  /** Seconds before Firehose writes what it has (0 to 900). @default 300 */
  readonly bufferSeconds?: number;
  /** MiB before Firehose writes what it has (64 to 128). @default 64 */
  readonly bufferMegabytes?: number;
}

/** Of the listener that IAM guards, over TLS; no other is let in (MSK developer guide, "Port information"). */
const PORT = 9098;

/** From the first event of a topic on: the default is the moment at which Firehose is ready. */
const FROM_THE_START = "1970-01-01T00:00:00Z";

/**
 * A Kafka cluster of MSK's in the closed subnets: TLS and IAM only, from those that stand in the group of its clients. Its topics,
 * one for each stream, are a second way into the same raw tables, by the same transform.
 *
 * Creates a provisioned cluster under the key of the streams, with configuration, log of its brokers, storage that grows by itself
 * and topics; or a serverless one. For each topic a delivery stream of Firehose, which comes by private connectivity, or a connector
 * of MSK Connect; policies for producers and consumers; alarms.
 *
 * Idle cost: brokers by the hour and their storage by the month, a serverless cluster by the hour and partition, private
 * connectivity by the hour, an alarm 0.10 USD a month. Read the price of the class in AWS's calculator.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class Kafka extends pulumi.ComponentResource {
  readonly clusterArn: pulumi.Output<string>;
  /** `host:port` of the brokers, by commas, for clients that sign in with IAM over TLS. */
  readonly bootstrap: pulumi.Output<string>;
  /** Id of each data set to its topic. */
  readonly topics: Readonly<Record<string, string>>;
  /** What a client must make, as no API does: the topics of a serverless cluster; of another none. */
  readonly topicsToCreate: readonly TopicToCreate[];
  /** Id of each data set to the policies that its producers and consumers attach. */
  readonly policies: Readonly<Record<string, TopicPolicies>>;
  /** Who stands in it reaches the brokers, and nobody else does. */
  readonly clients: aws.ec2.SecurityGroup;

  constructor(
    private readonly name: string,
    private readonly context: AwsContext,
    private readonly args: KafkaArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:Kafka", name, {}, opts);
    checkArguments("Kafka", name, problems(args));
    const { definition, lake, keys, network, alarms } = args;
    const zones = args.zones ?? 2;
    const plans = topicPlans(definition, lake.contracts, args.retentionHours ?? 24);
    const group = (suffix: string, part: string, description: string) =>
      createGroup(`${name}${suffix}`, context, { part, description, vpcId: network.vpcId }, this);
    this.clients = group("-clients", "kafka-clients", "Clients of Kafka");
    const brokers = group("", "kafka", "Kafka: its clients come in");
    const way = { from: "clients", to: "brokers", source: this.clients, target: brokers, port: PORT };
    letThrough(`${name}-clients-to-brokers`, context, way, this);
    const cluster = createCluster(
      name,
      context,
      {
        ...{ definition, keys, zones, subnetIds: network.closed.subnetIds, securityGroupId: brokers.id },
        personal: plans.some(({ dataSet }) => isPersonal(dataSet)),
      },
      this,
    );
    this.clusterArn = cluster.arn;
    this.bootstrap = cluster.bootstrap;
    const connected = definition.connect?.streams ?? [];
    const made = createTopics(
      name,
      context,
      definition,
      cluster.arn,
      plans.flatMap((plan) => (connected.includes(plan.dataSet.id) ? [plan, refusedOf(plan)] : [plan])),
      this,
    );
    this.topicsToCreate = definition.cluster === "serverless" ? plans.map(toCreate) : [];
    const policy = this.letFirehoseIn(cluster);
    for (const plan of plans.filter(({ dataSet }) => !connected.includes(dataSet.id))) {
      this.deliver(plan, cluster, [
        policy,
        ...(made.get(plan.topic) === undefined ? [] : [made.get(plan.topic)!]),
      ]);
    }
    if (definition.connect !== undefined) {
      createConnectors(
        `${name}-sink`,
        context,
        {
          ...{ connect: definition.connect, cluster, lake, keys, network, clients: this.clients, alarms },
          topics: plans.filter(({ dataSet }) => connected.includes(dataSet.id)),
          bufferSeconds: args.bufferSeconds ?? 300,
        },
        this,
      );
    }
    createClusterAlarms(
      name,
      context,
      { definition, clusterName: cluster.name, zones, topics: plans, alarms },
      this,
    );
    this.topics = Object.fromEntries(plans.map(({ dataSet, topic }) => [dataSet.id, topic]));
    this.policies = Object.fromEntries(
      plans.map((plan) => [
        plan.dataSet.id,
        createClientPolicies(`${name}-${plan.dataSet.domain}-${plan.dataSet.name}`, context, plan, this),
      ]),
    );
    this.registerOutputs({ clusterArn: this.clusterArn, bootstrap: this.bootstrap, topics: this.topics });
  }

  /** What lets a role write a data set's topic. @throws Error for a data set without one. */
  produceStatements(dataSetId: string): Statement[] {
    return produceStatements(this.context, this.topicOf(dataSetId));
  }

  /** What lets a role read a data set's topic as a group of consumers. @throws Error for a data set without one. */
  consumeStatements(dataSetId: string, group: string): Statement[] {
    return consumeStatements(this.context, this.topicOf(dataSetId), group);
  }

  private topicOf(dataSetId: string): string {
    const topic = this.topics[dataSetId];
    if (topic !== undefined) return topic;
    throw new Error(
      `Kafka "${this.name}" has no topic of ${dataSetId}; name one of ${Object.keys(this.topics).join(", ")}`,
    );
  }

  /** Firehose developer guide, "Grant Firehose access to your private Amazon MSK cluster". */
  private letFirehoseIn(cluster: Cluster): aws.msk.ClusterPolicy {
    return new aws.msk.ClusterPolicy(
      this.name,
      {
        clusterArn: cluster.arn,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "FirehoseComesPrivately",
              Effect: "Allow",
              Principal: { Service: "firehose.amazonaws.com" },
              Action: "kafka:CreateVpcConnection",
              Resource: cluster.arn,
            },
          ],
        }),
      },
      { parent: this },
    );
  }

  private deliver(plan: TopicPlan, cluster: Cluster, after: readonly pulumi.Resource[]): void {
    const { lake, keys, transforms, alarms, bufferSeconds = 300, bufferMegabytes = 64 } = this.args;
    const { dataSet, topic } = plan;
    const name = `${this.name}-${dataSet.domain}-${dataSet.name}`;
    createDeliveryStream(
      name,
      this.context,
      {
        ...{ dataSet, lake, keys, bufferSeconds, bufferMegabytes, transform: transforms[dataSet.id]! },
        source: {
          part: "kafka",
          configuration: (roleArn) => ({
            mskSourceConfiguration: {
              mskClusterArn: cluster.arn,
              topicName: topic,
              readFromTimestamp: FROM_THE_START,
              authenticationConfiguration: { connectivity: "PRIVATE", roleArn },
            },
          }),
          statements: deliveryStatements(this.context, topic),
          after,
        },
      },
      this,
    );
    const deliveryName = this.context.names.of("deliveryStream", "kafka", dataSet.domain, dataSet.name);
    createDeliveryAlarms(this.name, this.context, { plan, deliveryName, bufferSeconds, alarms }, this);
  }
}

/** A topic that is not there, as Kafka's own tools take it. */
export interface TopicToCreate {
  readonly topic: string;
  readonly partitions: number;
  /** By Kafka's names. */
  readonly configs: Readonly<Record<string, string>>;
}

function toCreate(plan: TopicPlan): TopicToCreate {
  const configs = topicConfigs({ cluster: "serverless" }, plan);
  return { topic: plan.topic, partitions: plan.partitions, configs };
}

/** Where a connector puts what it could not write. */
function refusedOf(plan: TopicPlan): TopicPlan {
  return { ...plan, topic: refusedTopic(plan.topic), consumerGroups: [] };
}

function problems(args: KafkaArgs): (ArgumentProblem | undefined)[] {
  const { definition, lake, transforms, zones = 2 } = args;
  const own = [
    ...kafkaProblems(definition),
    ...kafkaPlacementProblems(definition, zones),
    ...kafkaMismatches(definition, lake.contracts),
  ].map((problem) => problem && `definition.${problem}`);
  const missing = topicPlans(definition, lake.contracts, 24)
    .map(({ dataSet }) => dataSet.id)
    .filter((id) => !Object.hasOwn(transforms, id));
  return [
    ...own,
    ...missing.map((id) => `transforms: lacks ${id}; give StreamIngest's, which has one for each stream`),
    checkNumber("retentionHours", args.retentionHours, LIMITS.topicRetention),
    checkNumber("bufferSeconds", args.bufferSeconds, LIMITS.deliveryBufferSeconds),
    checkNumber("bufferMegabytes", args.bufferMegabytes, LIMITS.deliveryBufferMegabytes),
  ];
}
