/** What somebody does to a stack at the console, beside Pulumi. */
import { UpdateUsagePlanCommand } from "@aws-sdk/client-api-gateway";
import { UpdateWorkGroupCommand } from "@aws-sdk/client-athena";
import { PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DisableRuleCommand } from "@aws-sdk/client-eventbridge";
import { GetTableCommand, UpdateTableCommand } from "@aws-sdk/client-glue";
import { PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { AddTagsToStreamCommand, IncreaseStreamRetentionPeriodCommand } from "@aws-sdk/client-kinesis";
import { DisableKeyRotationCommand } from "@aws-sdk/client-kms";
import {
  UpdateEventSourceMappingCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { PutObjectCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import { zipSync } from "fflate";
import type { CloudClients } from "../../local/endpoints";
import { callJson, callQuery } from "../../local/provider/signed-json";
import type { MadeResource, MadeResources } from "./made-resources";

/** A resource, what is done to it, and the inputs that show it. */
interface ByHand {
  readonly made: MadeResource;
  readonly inputs: readonly string[];
  readonly act: () => Promise<unknown>;
}

export function changesByHand(all: MadeResources, cloud: CloudClients): readonly ByHand[] {
  const changes: Record<string, (made: MadeResource) => readonly [() => Promise<unknown>, ...string[]]> = {
    "aws:kinesis/stream:Stream": ({ state: { name: StreamName } }) => [
      async () => {
        const longer = { StreamName, RetentionPeriodHours: 72 };
        await cloud.kinesis.send(new IncreaseStreamRetentionPeriodCommand(longer));
        await cloud.kinesis.send(new AddTagsToStreamCommand({ StreamName, Tags: { "by-hand": "yes" } }));
      },
      ...["retentionPeriod", "tags"],
    ],
    "aws:cloudwatch/eventRule:EventRule": ({ id: Name }) => [
      () => cloud.eventBridge.send(new DisableRuleCommand({ Name })),
      "state",
    ],
    "aws:lambda/function:Function": ({ id: FunctionName }) => [
      async () => {
        await cloud.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 1024 }));
        const ZipFile = zipSync({ "index.js": Buffer.from("exports.handler = async () => 1;") });
        await cloud.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
      },
      ...["memorySize", "code"],
    ],
    "aws:lambda/eventSourceMapping:EventSourceMapping": ({ id: UUID }) => [
      () => cloud.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false })),
      "enabled",
    ],
    "aws:glue/catalogTable:CatalogTable": (made) => [() => addParameter(cloud, made), "parameters"],
    "aws:athena/workgroup:Workgroup": ({ id: WorkGroup }) => [
      () => {
        const ConfigurationUpdates = { BytesScannedCutoffPerQuery: 10_000_000 };
        return cloud.athena.send(new UpdateWorkGroupCommand({ WorkGroup, ConfigurationUpdates }));
      },
      "configuration",
    ],
    "aws:sfn/stateMachine:StateMachine": ({ id: stateMachineArn }) => [
      () => {
        const loggingConfiguration = { level: "OFF" as const };
        return cloud.sfn.send(new UpdateStateMachineCommand({ stateMachineArn, loggingConfiguration }));
      },
      "loggingConfiguration",
    ],
    "aws:sqs/queue:Queue": ({ id: QueueUrl }) => [
      () => {
        const call = { service: "sqs", target: "AmazonSQS.SetQueueAttributes", version: "1.0" } as const;
        return callJson(cloud.endpoints, call, { QueueUrl, Attributes: { VisibilityTimeout: "600" } });
      },
      "visibilityTimeoutSeconds",
    ],
    "aws:sns/topicPolicy:TopicPolicy": ({ id: TopicArn }) => [
      () => {
        const call = { service: "sns", action: "SetTopicAttributes", version: "2010-03-31" };
        const AttributeValue = JSON.stringify(allowing("sns:Subscribe", TopicArn, "events.amazonaws.com"));
        return callQuery(cloud.endpoints, call, { TopicArn, AttributeName: "Policy", AttributeValue });
      },
      "policy",
    ],
    "aws:apigateway/usagePlan:UsagePlan": ({ id: usagePlanId }) => [
      () => {
        const patchOperations = [{ op: "replace" as const, path: "/description", value: "By hand" }];
        return cloud.apiGateway.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
      },
      "description",
    ],
    "aws:iam/rolePolicy:RolePolicy": ({ state: { role: RoleName, name: PolicyName } }) => [
      () => {
        const PolicyDocument = JSON.stringify(allowing("kinesis:ListShards", "*"));
        return cloud.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
      },
      "policy",
    ],
    "aws:kms/key:Key": ({ id: KeyId }) => [
      () => cloud.kms.send(new DisableKeyRotationCommand({ KeyId })),
      "enableKeyRotation",
    ],
    "aws:cloudwatch/logGroup:LogGroup": ({ id: logGroupName }) => [
      () => cloud.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 })),
      "retentionInDays",
    ],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ({ id: Bucket }) => [
      () => {
        const PublicAccessBlockConfiguration = {
          ...{ BlockPublicAcls: false, BlockPublicPolicy: false },
          ...{ IgnorePublicAcls: false, RestrictPublicBuckets: false },
        };
        return cloud.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      },
      ...["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
    ],
    "aws:s3/bucketObjectv2:BucketObjectv2": ({ state: { bucket: Bucket, key: Key } }) => [
      () => cloud.s3.send(new PutObjectCommand({ Bucket, Key, Body: "print()" })),
      "source",
    ],
  };
  return Object.entries(changes).map(([type, change]) => {
    const made = all.the(type, NAMES[type]);
    const [act, ...inputs] = change(made);
    return { made, act, inputs };
  });
}

/** Of types that there are several of, where it is not the first that is meant. */
const NAMES: Readonly<Record<string, string>> = {
  "aws:lambda/function:Function": "collector",
  "aws:iam/rolePolicy:RolePolicy": "redriver",
  "aws:kms/key:Key": "lake",
};

async function addParameter(cloud: CloudClients, { state }: MadeResource): Promise<void> {
  const DatabaseName = state.databaseName as string;
  const { Table } = await cloud.glue.send(new GetTableCommand({ DatabaseName, Name: state.name }));
  const { Name, Description, StorageDescriptor, PartitionKeys, TableType, Parameters } = Table!;
  const kept = { Name, Description, StorageDescriptor, PartitionKeys, TableType };
  const TableInput = { ...kept, Parameters: { ...Parameters, "by-hand": "yes" } };
  await cloud.glue.send(new UpdateTableCommand({ DatabaseName, TableInput }));
}

/** @param service whom it allows; absent in a role's own policy. */
export function allowing(Action: string, Resource: string, service?: string) {
  const Principal = service === undefined ? {} : { Principal: { Service: service } };
  return { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource, ...Principal }] };
}
