/** What a crawler's role may do: look into its target, and write its own database. */
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { crawlQueueName } from "../foundation/key-policy";
import type { Statement } from "../foundation/service-role";
import { isLakeFolder, type CrawlerDefinition } from "./definition";

export interface CrawlRights {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly crawler: CrawlerDefinition;
  /** Name in Glue. */
  readonly database: string;
}

export function crawlStatements(context: AwsContext, rights: CrawlRights): Statement[] {
  const { crawler, lake } = rights;
  const { target } = crawler;
  return [
    ...(isLakeFolder(target)
      ? lake.readStatements(target.zone, target.folder)
      : target.connection.useStatements()),
    writeCatalogue(context, rights),
    ...log(context),
    ...(crawler.mode === "events" ? takeEvents(context, rights) : []),
  ];
}

/** Metadata of a crawled database, for those who query it. */
export function readCatalogue(context: AwsContext, database: string): Statement {
  return {
    Effect: "Allow",
    Action: [
      "glue:GetDatabase",
      "glue:GetTable",
      "glue:GetTables",
      "glue:GetPartition",
      "glue:GetPartitions",
    ],
    Resource: databaseArns(context, database),
  };
}

function writeCatalogue(context: AwsContext, { crawler, database }: CrawlRights): Statement {
  const actions = [
    "glue:GetDatabase",
    "glue:GetTable",
    "glue:GetTables",
    "glue:CreateTable",
    "glue:UpdateTable",
    "glue:GetPartition",
    "glue:GetPartitions",
    "glue:BatchGetPartition",
    "glue:CreatePartition",
    "glue:BatchCreatePartition",
    "glue:UpdatePartition",
    "glue:BatchUpdatePartition",
  ];
  const removing = [
    "glue:DeleteTable",
    "glue:BatchDeleteTable",
    "glue:DeletePartition",
    "glue:BatchDeletePartition",
  ];
  return {
    Effect: "Allow",
    Action: crawler.onDelete === "delete" ? [...actions, ...removing] : actions,
    Resource: databaseArns(context, database),
  };
}

function databaseArns({ identity }: AwsContext, database: string): string[] {
  return [
    arnOf(identity, "glue", "catalog"),
    arnOf(identity, "glue", `database/${database}`),
    arnOf(identity, "glue", `table/${database}/*`),
  ];
}

/**
 * Glue names the group after role and security configuration, below `/aws-glue/crawlers`, and puts it under the
 * configuration's key itself (Glue developer guide, "Encrypting data written by AWS Glue").
 */
function log({ identity }: AwsContext): Statement[] {
  return [
    {
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:AssociateKmsKey"],
      Resource: arnOf(identity, "logs", "log-group:/aws-glue/crawlers*"),
    },
    // The action knows no resource (service authorization reference, "AWS Glue").
    { Effect: "Allow", Action: "glue:GetSecurityConfiguration", Resource: "*" },
  ];
}

/** Glue developer guide, "Setting up a crawler for Amazon S3 event notifications": what it does with its queue. */
function takeEvents({ identity, names }: AwsContext, { keys, crawler }: CrawlRights): Statement[] {
  const keyArn: pulumi.Input<string> = keys.arn("lake");
  return [
    {
      Effect: "Allow",
      Action: [
        "sqs:DeleteMessage",
        "sqs:GetQueueUrl",
        "sqs:ListDeadLetterSourceQueues",
        "sqs:ReceiveMessage",
        "sqs:GetQueueAttributes",
        "sqs:ListQueueTags",
        "sqs:SetQueueAttributes",
        "sqs:PurgeQueue",
      ],
      Resource: arnOf(identity, "sqs", crawlQueueName(names, crawler.name)),
    },
    {
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": `sqs.${identity.region}.amazonaws.com` } },
    },
  ];
}
