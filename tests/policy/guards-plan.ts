/** What the good plan has for the rules that bound it: no way round, cost, tags, records. */
import type { RecordedResource } from "../../local/recorder/recorded-resource";
import * as type from "../../policies/model/types";
import { requiredTags } from "../../policies/cost/required-tags";
import { resource, UNKNOWN } from "./resource";

/** Tags of the provider's default, which are in `tagsAll` alone. */
const OWNER = { "naru:stack": "plan-prod", "naru:owner": "data-team@example.com" };

/** What costs or holds data says who answers for it. */
export function withOwner(each: RecordedResource): RecordedResource {
  return requiredTags.types.includes(each.type)
    ? { ...each, inputs: { ...each.inputs, tagsAll: OWNER } }
    : each;
}

export function guards(): RecordedResource[] {
  return [
    resource(
      type.BUDGET,
      "budget",
      {
        budgetType: "COST",
        timeUnit: "MONTHLY",
        limitAmount: "300",
        limitUnit: "USD",
        notifications: [
          {
            ...{ notificationType: "ACTUAL", comparisonOperator: "GREATER_THAN" },
            ...{ threshold: 80, thresholdType: "PERCENTAGE", subscriberSnsTopicArns: [UNKNOWN] },
          },
        ],
      },
      { notifications: [[type.TOPIC, "topic"]] },
    ),
    resource(
      type.BUCKET_OBJECT,
      "code",
      { bucket: "plan-copy", key: "main.py", serverSideEncryption: "aws:kms", kmsKeyId: UNKNOWN },
      { kmsKeyId: [[type.KEY, "data"]] },
    ),
    resource(
      type.INVENTORY,
      "listed",
      {
        bucket: "plan-raw",
        destination: {
          bucket: {
            ...{ accountId: "123456789012", bucketArn: "arn:aws:s3:::plan-logs", format: "Parquet" },
            encryption: { sseKms: { keyId: UNKNOWN } },
          },
        },
      },
      { destination: [[type.KEY, "data"]] },
    ),
    // What has no type of its own in @pulumi/aws.
    resource(type.CLOUD_CONTROL_RESOURCE, "recipe", {
      typeName: "AWS::DataBrew::Recipe",
      desiredState: "{}",
    }),
  ];
}
