/** Storage of standard brokers that grows by itself, and never shrinks. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";

/** Percent of a broker's disk (MSK developer guide, "Automatic scaling": 50 to 60 is advised). */
const TARGET_PERCENT = 60;

/** @param limitGb of each broker. */
export function scaleStorage(
  name: string,
  { names }: AwsContext,
  clusterArn: pulumi.Output<string>,
  limitGb: number,
  parent: pulumi.Resource,
): void {
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "kafka",
      scalableDimension: "kafka:broker-storage:VolumeSize",
      resourceId: clusterArn,
      minCapacity: 1,
      maxCapacity: limitGb,
    },
    { parent },
  );
  new aws.appautoscaling.Policy(
    name,
    {
      name: names.of("kafka", "broker-storage"),
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "KafkaBrokerStorageUtilization" },
        targetValue: TARGET_PERCENT,
        disableScaleIn: true,
      },
    },
    { parent },
  );
}
