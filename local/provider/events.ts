import { PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { pascal, tagList, type ResourceTypes } from "./resource-type";
import { callJson } from "./signed-json";

/** EventBridge, and the queue and table beside it. */
export const eventTypes: ResourceTypes = {
  "aws:cloudwatch/eventRule:EventRule": {
    create: async ({ name, description, eventPattern, tags }, { eventBridge }) => {
      const { RuleArn } = await eventBridge.send(
        new PutRuleCommand({
          Name: name,
          Description: description,
          EventPattern: eventPattern,
          Tags: tagList(tags),
        }),
      );
      return { id: name, outputs: { arn: RuleArn } };
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    create: async ({ rule, targetId, arn, roleArn, input, retryPolicy, deadLetterConfig }, cloud) => {
      const Target = {
        Id: targetId,
        Arn: arn,
        RoleArn: roleArn,
        Input: input,
        ...(retryPolicy !== undefined && { RetryPolicy: pascal(retryPolicy) as object }),
        ...(deadLetterConfig !== undefined && { DeadLetterConfig: { Arn: deadLetterConfig.arn } }),
      };
      await cloud.eventBridge.send(new PutTargetsCommand({ Rule: rule, Targets: [Target] }));
      return { id: `${rule}-${targetId}` };
    },
  },
  "aws:sqs/queue:Queue": {
    create: async ({ name, kmsMasterKeyId, messageRetentionSeconds, tags }, { endpoints }) => {
      const { QueueUrl } = await callJson(endpoints, sqs("CreateQueue"), {
        QueueName: name,
        Attributes: {
          KmsMasterKeyId: kmsMasterKeyId,
          MessageRetentionPeriod: String(messageRetentionSeconds),
        },
        tags,
      });
      const arn = `arn:aws:sqs:${endpoints.region}:${endpoints.accountId}:${name}`;
      return { id: String(QueueUrl), outputs: { arn, url: QueueUrl } };
    },
  },
  "aws:sqs/queuePolicy:QueuePolicy": {
    create: async ({ queueUrl, policy }, { endpoints }) => {
      await callJson(endpoints, sqs("SetQueueAttributes"), {
        QueueUrl: queueUrl,
        Attributes: { Policy: policy },
      });
      return { id: queueUrl };
    },
  },
  "aws:dynamodb/table:Table": {
    create: async (inputs, { endpoints }) => {
      const { name, hashKey, attributes, billingMode, serverSideEncryption, tags } = inputs;
      await callJson(
        endpoints,
        { service: "dynamodb", target: "DynamoDB_20120810.CreateTable", version: "1.0" },
        {
          TableName: name,
          KeySchema: [{ AttributeName: hashKey, KeyType: "HASH" }],
          AttributeDefinitions: (attributes as { name: string; type: string }[]).map(({ name, type }) => ({
            AttributeName: name,
            AttributeType: type,
          })),
          BillingMode: billingMode,
          SSESpecification: {
            Enabled: serverSideEncryption.enabled,
            SSEType: "KMS",
            KMSMasterKeyId: serverSideEncryption.kmsKeyArn,
          },
          Tags: tagList(tags),
        },
      );
      const arn = `arn:aws:dynamodb:${endpoints.region}:${endpoints.accountId}:table/${name}`;
      return { id: name, outputs: { arn } };
    },
  },
};

function sqs(operation: string) {
  return { service: "sqs", target: `AmazonSQS.${operation}`, version: "1.0" } as const;
}
