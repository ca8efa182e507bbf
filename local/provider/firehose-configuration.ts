/** A delivery stream's source and destination: Pulumi's names to Firehose's. */
import type {
  CreateDeliveryStreamCommandInput,
  ExtendedS3DestinationConfiguration,
  HttpEndpointDestinationConfiguration,
} from "@aws-sdk/client-firehose";
import { pascal, type Inputs } from "./resource-type";

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
