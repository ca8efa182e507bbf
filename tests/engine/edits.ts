/** What is changed of a stack in the course of its life, and whom each change concerns. */
import * as pulumi from "@pulumi/pulumi";
import type { Edits } from "./changed-program";

/** Four settings, as a person changes them in the stack's file. */
export const SETTINGS: Readonly<Record<string, string>> = {
  "naru:streamRetentionHours": "200",
  "naru:deliveryBufferSeconds": "90",
  "naru:analystScanLimitGb": "33",
  "naru:apiRequestsPerSecond": "300",
};

/** Six inputs that AWS changes in place, as an edit of a component would. */
export const ARGUMENTS: Edits = {
  "aws:cloudwatch/eventRule:EventRule spark-sis.students": () => ({ description: "changed" }),
  "aws:cloudwatch/logGroup:LogGroup spark-workflow-logs": () => ({ retentionInDays: 3653 }),
  "aws:lambda/function:Function ingest-collector": () => ({ memorySize: 2048 }),
  "aws:iam/role:Role lake-transform": () => ({ description: "changed" }),
  "aws:scheduler/schedule:Schedule spark": () => ({ scheduleExpression: "cron(30 4 * * ? *)" }),
  "aws:sns/topic:Topic spark-alarms": ({ tags }) => ({
    tags: pulumi.output(tags as Record<string, string>).apply((known) => ({ ...known, changed: "yes" })),
  }),
};

/** Whom these ten concern, with the input. Two more follow from the delivery's: none may. */
export const CHANGED: readonly string[] = [
  "aws:kinesis/stream:Stream ingest-lms-requests retentionPeriod",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream ingest-lms-requests extendedS3Configuration",
  "aws:athena/workgroup:Workgroup lake-analysts configuration",
  "aws:apigateway/methodSettings:MethodSettings ingest-api settings",
  "aws:cloudwatch/eventRule:EventRule spark-sis.students description",
  "aws:cloudwatch/logGroup:LogGroup spark-workflow-logs retentionInDays",
  "aws:lambda/function:Function ingest-collector memorySize",
  "aws:iam/role:Role lake-transform description",
  "aws:scheduler/schedule:Schedule spark scheduleExpression",
  "aws:sns/topic:Topic spark-alarms tags",
];

/** A queue cannot be renamed: it is made anew, after the old one is gone, since the program names it. */
export const RENAMED = "aws:sqs/queue:Queue spark-undelivered";
/** Its policy belongs to one queue: it is deleted and made anew. */
export const MOVED = "aws:sqs/queuePolicy:QueuePolicy spark-undelivered";
export const REPLACEMENT: Edits = {
  [RENAMED]: ({ name }) => ({ name: pulumi.interpolate`${name}-anew` }),
};

/** What the packs refuse, by the rule `key-rotation`. */
export const BROKEN: Edits = {
  "aws:kms/key:Key keys-lake": () => ({ enableKeyRotation: false }),
};

/** In prod both let data go, and neither does alone. */
export const KEYS = {
  first: { "naru:protectData": "false" },
  both: { "naru:protectData": "false", "naru:allowDataRemoval": "true" },
} as const;
