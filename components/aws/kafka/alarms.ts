/** What the cluster tells of itself, and of who reads it too slowly. All metrics of `AWS/Kafka` that cost nothing, where not said. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { brokersOf, type KafkaDefinition } from "../../kafka";
import { isExpress } from "../../kafka-brokers";
import type { TopicPlan } from "../../kafka-topics";
import type { AwsContext } from "../context";

export interface ClusterAlarmsArgs {
  readonly definition: KafkaDefinition;
  readonly clusterName: string;
  readonly zones: number;
  readonly topics: readonly TopicPlan[];
  /** Who is told. */
  readonly alarms: aws.sns.Topic;
}

/** Percent of a broker's disk (MSK developer guide, "Best practices for Standard brokers"). */
const FULL_PERCENT = 85;

/** Seconds of events, at the declared rate, that a consumer may be behind. */
const BEHIND_SECONDS = 300;

/** Seconds beyond the buffer after which what Firehose has is old. */
const STALE_SECONDS = 900;

type Alarm = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  | "alarmDescription"
  | "namespace"
  | "metricName"
  | "dimensions"
  | "statistic"
  | "period"
  | "evaluationPeriods"
  | "threshold"
  | "comparisonOperator"
>;

/** Makes alarms of one component: names begin alike, and one topic is told. */
function alarmMaker(
  name: string,
  { names, tags }: AwsContext,
  topic: aws.sns.Topic,
  parent: pulumi.Resource,
) {
  return (parts: readonly string[], alarm: Alarm) =>
    new aws.cloudwatch.MetricAlarm(
      [name, ...parts].join("-"),
      {
        ...alarm,
        name: names.of("alarm", "kafka", ...parts),
        treatMissingData: "notBreaching",
        alarmActions: [topic.arn],
        tags: { ...tags },
      },
      { parent },
    );
}

/** Of the brokers, and of the groups that topics name. A serverless cluster tells of groups only. */
export function createClusterAlarms(
  name: string,
  context: AwsContext,
  { definition, clusterName, zones, topics, alarms }: ClusterAlarmsArgs,
  parent: pulumi.Resource,
): void {
  const alarm = alarmMaker(name, context, alarms, parent);
  const cluster = { "Cluster Name": clusterName };
  const brokers = Array.from({ length: brokersOf(definition, zones) }, (_, at) => String(at + 1));
  if (definition.cluster === "provisioned" && !isExpress(definition)) {
    alarm(["offline"], {
      ...{ namespace: "AWS/Kafka", metricName: "OfflinePartitionsCount", dimensions: cluster },
      alarmDescription: "Partitions without a leader: nobody writes or reads them",
      ...{ statistic: "Maximum", period: 60, evaluationPeriods: 1 },
      ...{ threshold: 0, comparisonOperator: "GreaterThanThreshold" },
    });
    // That of `min.insync.replicas` is one that costs, and is taken where data is protected.
    const [metricName, what, evaluationPeriods] = context.protectData
      ? (["UnderMinIsrPartitionCount", "fewer copies than acks=all waits for: writing stops", 1] as const)
      : (["UnderReplicatedPartitions", "fewer copies than they should have", 15] as const);
    for (const broker of brokers) {
      alarm(["copies", broker], {
        ...{ namespace: "AWS/Kafka", metricName, dimensions: { ...cluster, "Broker ID": broker } },
        alarmDescription: `Broker ${broker} has partitions with ${what}`,
        ...{ statistic: "Maximum", period: 60, evaluationPeriods },
        ...{ threshold: 0, comparisonOperator: "GreaterThanThreshold" },
      });
      alarm(["disk", broker], {
        ...{ namespace: "AWS/Kafka", metricName: "KafkaDataLogsDiskUsed" },
        dimensions: { ...cluster, "Broker ID": broker },
        alarmDescription: `Broker ${broker} is ${FULL_PERCENT} % full`,
        ...{ statistic: "Maximum", period: 300, evaluationPeriods: 1 },
        ...{ threshold: FULL_PERCENT, comparisonOperator: "GreaterThanThreshold" },
      });
    }
  }
  if (isExpress(definition) && context.protectData) {
    for (const broker of brokers) {
      alarm(["throttled", broker], {
        ...{ namespace: "AWS/Kafka", metricName: "ProduceThrottleTime" },
        dimensions: { ...cluster, "Broker ID": broker },
        alarmDescription: `Broker ${broker} makes producers wait: more is written than its class carries`,
        ...{ statistic: "Average", period: 300, evaluationPeriods: 1 },
        ...{ threshold: 0, comparisonOperator: "GreaterThanThreshold" },
      });
    }
  }
  for (const { dataSet, topic, consumerGroups } of topics) {
    for (const group of consumerGroups) {
      alarm(["lag", dataSet.domain, dataSet.name, group], {
        ...{ namespace: "AWS/Kafka", metricName: "SumOffsetLag" },
        dimensions: { ...cluster, "Consumer Group": group, Topic: topic },
        alarmDescription: `${group} is ${BEHIND_SECONDS} s of events behind in ${topic}`,
        ...{ statistic: "Maximum", period: 60, evaluationPeriods: 5 },
        threshold: Math.max(1, dataSet.eventsPerSecond * BEHIND_SECONDS),
        comparisonOperator: "GreaterThanThreshold",
      });
    }
  }
}

/** Of a topic's way to the lake. */
export function createDeliveryAlarms(
  name: string,
  context: AwsContext,
  args: {
    readonly plan: TopicPlan;
    readonly deliveryName: string;
    readonly bufferSeconds: number;
    readonly alarms: aws.sns.Topic;
  },
  parent: pulumi.Resource,
): void {
  const { plan, deliveryName, bufferSeconds } = args;
  const { dataSet, topic } = plan;
  const alarm = alarmMaker(name, context, args.alarms, parent);
  const dimensions = { DeliveryStreamName: deliveryName };
  alarm(["unread", dataSet.domain, dataSet.name], {
    ...{ namespace: "AWS/Firehose", metricName: "KafkaOffsetLag", dimensions },
    alarmDescription: `Firehose is ${BEHIND_SECONDS} s of events behind in ${topic}; nothing is lost while the topic keeps them`,
    ...{ statistic: "Maximum", period: 60, evaluationPeriods: 5 },
    threshold: Math.max(1, dataSet.eventsPerSecond * BEHIND_SECONDS),
    comparisonOperator: "GreaterThanThreshold",
  });
  alarm(["stale", dataSet.domain, dataSet.name], {
    ...{ namespace: "AWS/Firehose", metricName: "DeliveryToS3.DataFreshness", dimensions },
    alarmDescription: `Events of ${topic} wait for the raw zone`,
    ...{ statistic: "Maximum", period: 300, evaluationPeriods: 1 },
    threshold: bufferSeconds + STALE_SECONDS,
    comparisonOperator: "GreaterThanThreshold",
  });
}

/** Of a connector's tasks, one of which has stopped for good. */
export function createConnectorAlarm(
  name: string,
  context: AwsContext,
  args: { readonly plan: TopicPlan; readonly connectorName: string; readonly alarms: aws.sns.Topic },
  parent: pulumi.Resource,
): void {
  const { dataSet, topic } = args.plan;
  alarmMaker(
    name,
    context,
    args.alarms,
    parent,
  )(["connector", dataSet.domain, dataSet.name], {
    ...{ namespace: "AWS/KafkaConnect", metricName: "ErroredTaskCount" },
    dimensions: { ConnectorName: args.connectorName },
    alarmDescription: `A task of the connector of ${topic} has stopped`,
    ...{ statistic: "Maximum", period: 300, evaluationPeriods: 1 },
    ...{ threshold: 0, comparisonOperator: "GreaterThanThreshold" },
  });
}
