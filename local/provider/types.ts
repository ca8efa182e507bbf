/** Types that the local cloud has an engine for, by token. */
import { apiGatewayTypes } from "./api-gateway";
import { athenaTypes } from "./athena";
import { databaseTypes } from "./database";
import { dynamodbTypes } from "./dynamodb";
import { emrServerlessTypes } from "./emr-serverless";
import { eventTypes } from "./events";
import { firehoseTypes } from "./firehose";
import { glueTypes } from "./glue";
import { glueCatalogTypes } from "./glue-catalog";
import { identityTypes } from "./identity";
import { kafkaTypes } from "./kafka";
import { keyTypes } from "./keys";
import { logTypes } from "./logs";
import { kinesisTypes } from "./kinesis";
import { lambdaTypes } from "./lambda";
import { notificationTypes } from "./notifications";
import { queueTypes } from "./queues";
import type { ResourceTypes } from "./resource-type";
import { s3Types } from "./s3";
import { stepFunctionsTypes } from "./step-functions";

export const TYPES: ResourceTypes = {
  ...identityTypes,
  ...keyTypes,
  ...logTypes,
  ...s3Types,
  ...kinesisTypes,
  ...firehoseTypes,
  ...lambdaTypes,
  ...apiGatewayTypes,
  ...glueCatalogTypes,
  ...athenaTypes,
  ...emrServerlessTypes,
  ...stepFunctionsTypes,
  ...eventTypes,
  ...queueTypes,
  ...dynamodbTypes,
  ...glueTypes,
  ...kafkaTypes,
  ...notificationTypes,
  ...databaseTypes,
};
