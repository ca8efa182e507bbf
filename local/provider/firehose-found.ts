/** A delivery stream as Firehose describes it, in Pulumi's names: the reverse of ./firehose-configuration. */
import type {
  BufferingHints,
  CloudWatchLoggingOptions,
  DeliveryStreamDescription,
  DestinationDescription,
  ExtendedS3DestinationDescription,
  HttpEndpointDestinationDescription,
  S3DestinationDescription,
} from "@aws-sdk/client-firehose";
import type { Inputs } from "./resource-type";
import { camel } from "./told";

export function sourceFound({ Source }: DeliveryStreamDescription, state: Inputs): Inputs {
  const stream = Source?.KinesisStreamSourceDescription;
  const topic = Source?.MSKSourceDescription;
  return {
    ...(stream && {
      kinesisSourceConfiguration: { kinesisStreamArn: stream.KinesisStreamARN, roleArn: stream.RoleARN },
    }),
    // The moment to read from only says where a new stream begins, and is believed.
    ...(topic && {
      mskSourceConfiguration: {
        mskClusterArn: topic.MSKClusterARN,
        topicName: topic.TopicName,
        authenticationConfiguration: {
          connectivity: topic.AuthenticationConfiguration?.Connectivity,
          roleArn: topic.AuthenticationConfiguration?.RoleARN,
        },
        readFromTimestamp: state.mskSourceConfiguration?.readFromTimestamp as unknown,
      },
    }),
  };
}

export function destinationFound({
  ExtendedS3DestinationDescription: s3,
  HttpEndpointDestinationDescription: http,
}: DestinationDescription): Inputs {
  if (http !== undefined) {
    return { destination: "http_endpoint", httpEndpointConfiguration: endpointFound(http) };
  }
  return s3 === undefined ? {} : { destination: "extended_s3", extendedS3Configuration: extendedS3Found(s3) };
}

function extendedS3Found(s3: ExtendedS3DestinationDescription): Inputs {
  const conversion = s3.DataFormatConversionConfiguration;
  const schema = conversion?.SchemaConfiguration;
  return {
    ...s3Found(s3),
    cloudwatchLoggingOptions: loggingFound(s3.CloudWatchLoggingOptions),
    processingConfiguration: camel(s3.ProcessingConfiguration),
    dynamicPartitioningConfiguration: {
      enabled: s3.DynamicPartitioningConfiguration?.Enabled,
      retryDuration: s3.DynamicPartitioningConfiguration?.RetryOptions?.DurationInSeconds,
    },
    dataFormatConversionConfiguration: conversion && {
      enabled: conversion.Enabled,
      inputFormatConfiguration: camel(conversion.InputFormatConfiguration),
      outputFormatConfiguration: camel(conversion.OutputFormatConfiguration),
      schemaConfiguration: {
        roleArn: schema?.RoleARN,
        databaseName: schema?.DatabaseName,
        tableName: schema?.TableName,
        region: schema?.Region,
        versionId: schema?.VersionId,
      },
    },
  };
}

function endpointFound(http: HttpEndpointDestinationDescription): Inputs {
  return {
    ...bufferingFound(http.BufferingHints),
    roleArn: http.RoleARN,
    url: http.EndpointConfiguration?.Url,
    name: http.EndpointConfiguration?.Name,
    retryDuration: http.RetryOptions?.DurationInSeconds,
    requestConfiguration: camel(http.RequestConfiguration),
    processingConfiguration: camel(http.ProcessingConfiguration),
    cloudwatchLoggingOptions: loggingFound(http.CloudWatchLoggingOptions),
    s3BackupMode: http.S3BackupMode,
    s3Configuration: s3Found(http.S3DestinationDescription!),
  };
}

function s3Found(s3: S3DestinationDescription | ExtendedS3DestinationDescription): Inputs {
  return {
    ...bufferingFound(s3.BufferingHints),
    roleArn: s3.RoleARN,
    bucketArn: s3.BucketARN,
    prefix: s3.Prefix,
    errorOutputPrefix: s3.ErrorOutputPrefix,
    compressionFormat: s3.CompressionFormat,
    kmsKeyArn: s3.EncryptionConfiguration?.KMSEncryptionConfig?.AWSKMSKeyARN,
  };
}

function bufferingFound(hints: BufferingHints | undefined): Inputs {
  return { bufferingSize: hints?.SizeInMBs, bufferingInterval: hints?.IntervalInSeconds };
}

function loggingFound(options: CloudWatchLoggingOptions | undefined): Inputs {
  return {
    enabled: options?.Enabled,
    logGroupName: options?.LogGroupName,
    logStreamName: options?.LogStreamName,
  };
}
