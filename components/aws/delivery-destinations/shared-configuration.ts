import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeliveryLog } from "../stream-ingest/delivery-parts";

/** What the blocks of all destinations have alike. */
export interface SharedConfiguration {
  readonly roleArn: pulumi.Output<string>;
  readonly bufferingInterval: number;
  readonly bufferingSize: number;
  readonly retryDuration: number;
  readonly processingConfiguration: aws.types.input.kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationProcessingConfiguration;
  readonly cloudwatchLoggingOptions: DeliveryLog["options"];
  /** Keeps what could not be delivered. */
  readonly s3Configuration: aws.types.input.kinesis.FirehoseDeliveryStreamHttpEndpointConfigurationS3Configuration;
}
