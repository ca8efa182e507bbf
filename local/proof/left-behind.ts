/** What a local cloud still holds, service by service. */
import { GetApiKeysCommand, GetRestApisCommand, GetUsagePlansCommand } from "@aws-sdk/client-api-gateway";
import { ListWorkGroupsCommand } from "@aws-sdk/client-athena";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListApplicationsCommand } from "@aws-sdk/client-emr-serverless";
import { ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListDeliveryStreamsCommand } from "@aws-sdk/client-firehose";
import {
  GetClassifiersCommand,
  GetConnectionsCommand,
  GetCrawlersCommand,
  GetDatabasesCommand,
  GetSecurityConfigurationsCommand,
} from "@aws-sdk/client-glue";
import { ListRolesCommand } from "@aws-sdk/client-iam";
import { ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { DescribeKeyCommand, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { ListEventSourceMappingsCommand, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListStateMachinesCommand } from "@aws-sdk/client-sfn";
import type { CloudClients } from "../endpoints";
import { callJson, callQuery } from "../provider/signed-json";

/** Names of all that is there, by service. What AWS makes in each account by itself is left out. */
export async function leftBehind(cloud: CloudClients): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const { apiGateway, athena, emrServerless, eventBridge, firehose, glue, iam, kinesis, kms } = cloud;
  const { lambda, logs, s3, sfn } = cloud;
  const lists: Record<string, Promise<readonly unknown[] | undefined>> = {
    streams: kinesis.send(new ListStreamsCommand({})).then(({ StreamNames }) => StreamNames),
    deliveryStreams: firehose
      .send(new ListDeliveryStreamsCommand({}))
      .then(({ DeliveryStreamNames }) => DeliveryStreamNames),
    functions: names(lambda.send(new ListFunctionsCommand({})), "Functions", "FunctionName"),
    mappings: names(lambda.send(new ListEventSourceMappingsCommand({})), "EventSourceMappings", "UUID"),
    apis: names(apiGateway.send(new GetRestApisCommand({})), "items", "name"),
    apiKeys: names(apiGateway.send(new GetApiKeysCommand({})), "items", "name"),
    usagePlans: names(apiGateway.send(new GetUsagePlansCommand({})), "items", "name"),
    databases: names(glue.send(new GetDatabasesCommand({})), "DatabaseList", "Name"),
    crawlers: names(glue.send(new GetCrawlersCommand({})), "Crawlers", "Name"),
    connections: names(glue.send(new GetConnectionsCommand({})), "ConnectionList", "Name"),
    classifiers: glue.send(new GetClassifiersCommand({})).then(({ Classifiers }) => Classifiers),
    securityConfigurations: names(
      glue.send(new GetSecurityConfigurationsCommand({})),
      "SecurityConfigurations",
      "Name",
    ),
    workgroups: athena
      .send(new ListWorkGroupsCommand({}))
      .then(({ WorkGroups = [] }) => WorkGroups.filter(({ Name }) => Name !== "primary")),
    applications: emrServerless
      .send(new ListApplicationsCommand({}))
      .then(({ applications = [] }) => applications.filter(({ state }) => state !== "TERMINATED")),
    stateMachines: names(sfn.send(new ListStateMachinesCommand({})), "stateMachines", "name"),
    rules: names(eventBridge.send(new ListRulesCommand({})), "Rules", "Name"),
    queues: answer(cloud, "sqs", "AmazonSQS.ListQueues", "QueueUrls"),
    tables: answer(cloud, "dynamodb", "DynamoDB_20120810.ListTables", "TableNames"),
    secrets: answer(cloud, "secretsmanager", "secretsmanager.ListSecrets", "SecretList"),
    topics: arns(cloud, "ListTopics", "TopicArn"),
    subscriptions: arns(cloud, "ListSubscriptions", "SubscriptionArn"),
    buckets: names(s3.send(new ListBucketsCommand({})), "Buckets", "Name"),
    roles: names(iam.send(new ListRolesCommand({})), "Roles", "RoleName"),
    logGroups: names(logs.send(new DescribeLogGroupsCommand({})), "logGroups", "logGroupName"),
    aliases: kms
      .send(new ListAliasesCommand({}))
      .then(({ Aliases = [] }) =>
        Aliases.map(({ AliasName }) => AliasName!).filter((name) => !name.startsWith("alias/aws/")),
      ),
    keys: keysInUse(cloud),
  };
  const entries = Object.entries(lists).map(
    async ([service, list]) => [service, (await list) ?? []] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** One property of each element of a list in an answer. */
async function names<Answer, List extends keyof Answer>(asked: Promise<Answer>, list: List, name: string) {
  const found = (await asked)[list] as readonly Readonly<Record<string, unknown>>[] | undefined;
  return found?.map((one) => one[name]);
}

async function answer({ endpoints }: CloudClients, service: string, target: string, list: string) {
  const found = await callJson(endpoints, { service, target, version: "1.0" }, {});
  return found[list] as readonly unknown[] | undefined;
}

async function arns({ endpoints }: CloudClients, action: string, element: string) {
  const found = await callQuery(endpoints, { service: "sns", action, version: "2010-03-31" }, {});
  return [...found.matchAll(new RegExp(`<${element}>([^<]+)<`, "g"))].map(([, arn]) => arn);
}

/** A deleted key waits for days until it is gone, and is used for nothing meanwhile. */
async function keysInUse({ kms }: CloudClients): Promise<readonly unknown[]> {
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const described = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  return described
    .filter(({ KeyMetadata }) => KeyMetadata?.KeyManager !== "AWS")
    .filter(({ KeyMetadata }) => KeyMetadata?.KeyState !== "PendingDeletion")
    .map(({ KeyMetadata }) => KeyMetadata?.Description);
}
