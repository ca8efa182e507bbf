import { createHash } from "node:crypto";
import {
  CreateDeliveryStreamCommand,
  type CreateDeliveryStreamCommandInput,
  type ExtendedS3DestinationConfiguration,
  type HttpEndpointDestinationConfiguration,
} from "@aws-sdk/client-firehose";
import {
  CreateStreamCommand,
  IncreaseStreamRetentionPeriodCommand,
  StartStreamEncryptionCommand,
  waitUntilStreamExists,
} from "@aws-sdk/client-kinesis";
import {
  AddPermissionCommand,
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  waitUntilFunctionActiveV2,
  type CreateEventSourceMappingCommandInput,
} from "@aws-sdk/client-lambda";
import { endpointEnvironment } from "../endpoints";
import { PATHS } from "../paths";
import { assetBytes } from "./archive";
import { pascal, tagList, type Inputs, type ResourceTypes } from "./resource-type";

/** Kinesis' own default; a longer retention is set after the stream stands. */
const DEFAULT_RETENTION_HOURS = 24;

/** Kinesis, Firehose and Lambda. */
export const streamingTypes: ResourceTypes = {
  "aws:kinesis/stream:Stream": {
    create: async (inputs, { kinesis, endpoints }) => {
      const { name: StreamName, kmsKeyId: KeyId } = inputs;
      await kinesis.send(
        new CreateStreamCommand({
          StreamName,
          ShardCount: inputs.shardCount,
          StreamModeDetails: { StreamMode: inputs.streamModeDetails.streamMode },
          Tags: inputs.tags,
        }),
      );
      await waitUntilStreamExists({ client: kinesis, minDelay: 1, maxWaitTime: 30 }, { StreamName });
      await kinesis.send(new StartStreamEncryptionCommand({ StreamName, EncryptionType: "KMS", KeyId }));
      if (inputs.retentionPeriod > DEFAULT_RETENTION_HOURS) {
        const RetentionPeriodHours = inputs.retentionPeriod;
        await kinesis.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours }));
      }
      const arn = `arn:aws:kinesis:${endpoints.region}:${endpoints.accountId}:stream/${StreamName}`;
      return { id: arn, outputs: { arn } };
    },
  },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    create: async (inputs, { firehose }) => {
      const { DeliveryStreamARN } = await firehose.send(
        new CreateDeliveryStreamCommand({
          DeliveryStreamName: inputs.name,
          ...deliverySource(inputs),
          ...deliveryDestination(inputs),
          Tags: tagList(inputs.tags),
        }),
      );
      return { id: DeliveryStreamARN!, outputs: { arn: DeliveryStreamARN } };
    },
  },
  "aws:lambda/function:Function": {
    create: async (inputs, { lambda, endpoints }) => {
      const { FunctionArn, Version } = await lambda.send(
        new CreateFunctionCommand({
          FunctionName: inputs.name,
          Description: inputs.description,
          Runtime: inputs.runtime,
          Architectures: inputs.architectures,
          Handler: inputs.handler,
          Code: { ZipFile: await assetBytes(inputs.code) },
          Role: inputs.role,
          MemorySize: inputs.memorySize,
          Timeout: inputs.timeout,
          KMSKeyArn: inputs.kmsKeyArn,
          // The function reaches the local cloud's other services as it would reach AWS: by its environment.
          Environment: {
            Variables: {
              ...inputs.environment.variables,
              ...ownEndpoints(endpointEnvironment(endpoints)),
              ...ownAuthority(inputs.environment.variables),
            },
          },
          LoggingConfig: {
            LogFormat: inputs.loggingConfig.logFormat,
            LogGroup: inputs.loggingConfig.logGroup,
          },
          Tags: inputs.tags,
        }),
      );
      await waitUntilFunctionActiveV2(
        { client: lambda, minDelay: 1, maxWaitTime: 30 },
        { FunctionName: inputs.name },
      );
      const invokeArn = `arn:aws:apigateway:${endpoints.region}:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`;
      return {
        id: inputs.name,
        outputs: { arn: FunctionArn, invokeArn, qualifiedArn: `${FunctionArn}:${Version}`, version: Version },
      };
    },
  },
  "aws:lambda/permission:Permission": {
    create: async (inputs, { lambda }) => {
      // A function may be called from several sources of one service; Pulumi makes up an id where none is given.
      const source = createHash("sha256").update(String(inputs.sourceArn)).digest("hex").slice(0, 8);
      const StatementId = `naru-${inputs.principal.split(".")[0]}-${source}`;
      await lambda.send(
        new AddPermissionCommand({
          FunctionName: inputs.function,
          StatementId,
          Action: inputs.action,
          Principal: inputs.principal,
          SourceArn: inputs.sourceArn,
          SourceAccount: inputs.sourceAccount,
        }),
      );
      return { id: StatementId, outputs: { statementId: StatementId } };
    },
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": {
    create: async (inputs, { lambda }) => {
      const { UUID, EventSourceMappingArn, FunctionArn } = await lambda.send(
        new CreateEventSourceMappingCommand(eventSourceMapping(inputs)),
      );
      return {
        id: UUID!,
        outputs: { arn: EventSourceMappingArn, functionArn: FunctionArn, uuid: UUID },
      };
    },
  },
};

/** A stream or a topic; both in Pulumi's names, the API's differ. */
export function deliverySource({
  kinesisSourceConfiguration: stream,
  mskSourceConfiguration: topic,
}: Inputs): Omit<CreateDeliveryStreamCommandInput, "DeliveryStreamName"> {
  if (stream !== undefined) {
    return {
      DeliveryStreamType: "KinesisStreamAsSource",
      KinesisStreamSourceConfiguration: {
        KinesisStreamARN: stream.kinesisStreamArn,
        RoleARN: stream.roleArn,
      },
    };
  }
  if (topic === undefined) return { DeliveryStreamType: "DirectPut" };
  const { connectivity, roleArn } = topic.authenticationConfiguration;
  return {
    DeliveryStreamType: "MSKAsSource",
    MSKSourceConfiguration: {
      MSKClusterARN: topic.mskClusterArn,
      TopicName: topic.topicName,
      AuthenticationConfiguration: { Connectivity: connectivity, RoleARN: roleArn },
      ReadFromTimestamp: topic.readFromTimestamp && new Date(topic.readFromTimestamp),
    },
  };
}

/** Pulumi's names of a mapping's settings to the API's. */
export function eventSourceMapping(inputs: Inputs): CreateEventSourceMappingCommandInput {
  const { startingPositionTimestamp, destinationConfig, kmsKeyArn: KMSKeyArn, ...rest } = inputs;
  const destination = destinationConfig?.onFailure?.destinationArn;
  return {
    ...(pascal(rest, new Set(["tags"])) as Omit<CreateEventSourceMappingCommandInput, "FunctionName">),
    FunctionName: inputs.functionName,
    KMSKeyArn,
    StartingPositionTimestamp:
      startingPositionTimestamp === undefined ? undefined : new Date(startingPositionTimestamp),
    DestinationConfig: destination === undefined ? undefined : { OnFailure: { Destination: destination } },
  };
}

/** Region is set by Lambda itself and refused in an environment. */
function ownEndpoints(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => name.startsWith("AWS_ENDPOINT_URL")),
  );
}

/** Whom a function trusts that trusts RDS: there is another authority here. */
function ownAuthority(variables: Record<string, string>): Record<string, string> {
  return "NODE_EXTRA_CA_CERTS" in variables ? { NODE_EXTRA_CA_CERTS: PATHS.databaseAuthority } : {};
}

/** Of the two kinds that have an engine here; of another there is none, and Firehose says so. */
export function deliveryDestination({
  extendedS3Configuration: s3,
  httpEndpointConfiguration: http,
}: Inputs): Pick<
  CreateDeliveryStreamCommandInput,
  "ExtendedS3DestinationConfiguration" | "HttpEndpointDestinationConfiguration"
> {
  if (http !== undefined) return { HttpEndpointDestinationConfiguration: endpoint(http) };
  return s3 === undefined ? {} : { ExtendedS3DestinationConfiguration: destination(s3) };
}

function endpoint(http: Inputs): HttpEndpointDestinationConfiguration {
  const { s3Configuration: s3 } = http;
  return {
    RoleARN: http.roleArn,
    EndpointConfiguration: { Url: http.url, Name: http.name },
    BufferingHints: { SizeInMBs: http.bufferingSize, IntervalInSeconds: http.bufferingInterval },
    RetryOptions: { DurationInSeconds: http.retryDuration },
    RequestConfiguration: { ContentEncoding: http.requestConfiguration.contentEncoding },
    ProcessingConfiguration: pascal(http.processingConfiguration) as never,
    CloudWatchLoggingOptions: logging(http),
    S3BackupMode: http.s3BackupMode,
    S3Configuration: {
      RoleARN: s3.roleArn,
      BucketARN: s3.bucketArn,
      ErrorOutputPrefix: s3.errorOutputPrefix,
      BufferingHints: { SizeInMBs: s3.bufferingSize, IntervalInSeconds: s3.bufferingInterval },
      CompressionFormat: s3.compressionFormat,
      EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: s3.kmsKeyArn } },
    },
  };
}

function logging({ cloudwatchLoggingOptions: { enabled, logGroupName, logStreamName } }: Inputs) {
  return { Enabled: enabled, LogGroupName: logGroupName, LogStreamName: logStreamName };
}

/** Pulumi's flat configuration to the API's nested one. */
function destination(s3: Inputs): ExtendedS3DestinationConfiguration {
  const conversion = s3.dataFormatConversionConfiguration;
  const schema = conversion.schemaConfiguration;
  return {
    RoleARN: s3.roleArn,
    BucketARN: s3.bucketArn,
    Prefix: s3.prefix,
    ErrorOutputPrefix: s3.errorOutputPrefix,
    BufferingHints: { SizeInMBs: s3.bufferingSize, IntervalInSeconds: s3.bufferingInterval },
    CompressionFormat: s3.compressionFormat,
    EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: s3.kmsKeyArn } },
    CloudWatchLoggingOptions: logging(s3),
    ProcessingConfiguration: pascal(s3.processingConfiguration) as never,
    DynamicPartitioningConfiguration: {
      Enabled: s3.dynamicPartitioningConfiguration.enabled,
      RetryOptions: { DurationInSeconds: s3.dynamicPartitioningConfiguration.retryDuration },
    },
    DataFormatConversionConfiguration: {
      Enabled: conversion.enabled,
      InputFormatConfiguration: pascal(conversion.inputFormatConfiguration) as never,
      OutputFormatConfiguration: pascal(conversion.outputFormatConfiguration) as never,
      SchemaConfiguration: {
        RoleARN: schema.roleArn,
        DatabaseName: schema.databaseName,
        TableName: schema.tableName,
        Region: schema.region,
        VersionId: schema.versionId,
      },
    },
  };
}
