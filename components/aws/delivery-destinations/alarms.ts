/** What Firehose tells of a destination (Firehose developer guide, "Monitor Firehose with CloudWatch metrics"). */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeliveryDestination } from "../../delivery-destination";
import type { AwsContext } from "../context";

export interface DestinationAlarmsArgs {
  readonly destination: DeliveryDestination;
  readonly deliveryName: string;
  /** Of the delivery. */
  readonly bufferSeconds: number;
  /** Who is told. */
  readonly alarms: aws.sns.Topic;
}

/** Seconds beyond the buffer after which what Firehose has is old. */
const STALE_SECONDS = 900;

/** Something was not delivered, and something waits. */
export function createDestinationAlarms(
  name: string,
  { names, tags }: AwsContext,
  { destination, deliveryName, bufferSeconds, alarms }: DestinationAlarmsArgs,
  parent: pulumi.Resource,
): void {
  const alarm = (
    part: string,
    own: Pick<
      aws.cloudwatch.MetricAlarmArgs,
      "alarmDescription" | "metricName" | "statistic" | "threshold" | "comparisonOperator"
    >,
  ) =>
    new aws.cloudwatch.MetricAlarm(
      `${name}-${part}`,
      {
        ...own,
        name: names.of("alarm", "delivery", part, destination.name),
        namespace: "AWS/Firehose",
        dimensions: { DeliveryStreamName: deliveryName },
        ...{ period: 300, evaluationPeriods: 1, treatMissingData: "notBreaching" },
        alarmActions: [alarms.arn],
        tags: { ...tags },
      },
      { parent },
    );
  const metrics = metricsOf(destination);
  alarm("failed", {
    metricName: `${metrics}.Success`,
    alarmDescription: `Not all events of ${destination.stream} were taken by ${destination.name}; those refused for good are kept below errors/`,
    // Of what was tried, the part that was taken.
    ...{ statistic: "Average", threshold: 1, comparisonOperator: "LessThanThreshold" },
  });
  alarm("stale", {
    metricName: `${metrics}.DataFreshness`,
    alarmDescription: `Events of ${destination.stream} wait for ${destination.name}; nothing is lost while the stream keeps them`,
    ...{ statistic: "Maximum", threshold: bufferSeconds + STALE_SECONDS },
    comparisonOperator: "GreaterThanThreshold",
  });
}

function metricsOf(destination: DeliveryDestination): string {
  if (destination.kind === "http") return "DeliveryToHttpEndpoint";
  return destination.collectionArn === undefined
    ? "DeliveryToAmazonOpenSearchService"
    : "DeliveryToAmazonOpenSearchServerless";
}
