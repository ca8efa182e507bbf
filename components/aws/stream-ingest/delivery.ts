import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "../../../functions/bundle";
import { PSEUDONYMISER_MEMORY_MB, TRANSFORM_BATCH_MB } from "../../capacity/functions";
import { functionSpec } from "../../contract/function-spec";
import { isPersonal, type DataSet } from "../../contract/model";
import { arnOf, TAG, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { pseudonymisingPart } from "../foundation/crossing-roles";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { LambdaFunction } from "../foundation/lambda-function";
import { EncryptedLogGroup } from "../foundation/log-group";
import type { Network } from "../foundation/network";
import { ServiceRole, type Statement } from "../foundation/service-role";
import { functionCode } from "./function-code";

export interface DeliveryArgs {
  readonly dataSet: DataSet;
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** `on-demand`, or a number of shards (1 MB or 1,000 records a second each, Kinesis quotas). */
  readonly capacity: "on-demand" | number;
  /** Hours that events stay in the stream (24 to 8760). */
  readonly retentionHours: number;
  /** Seconds before Firehose writes what it has (0 to 900). */
  readonly bufferSeconds: number;
  /** MiB before Firehose writes what it has (64 to 128 with Parquet conversion, Firehose quotas). */
  readonly bufferMegabytes: number;
  /** Key epoch of the pseudonyms. */
  readonly pseudonymEpoch: number;
  /** Network that the pseudonymising function stands in; null: none. */
  readonly network: Network | null;
}

/** Seconds that Firehose waits for a transform batch; its own default is 60, and shorter than the delivery's buffer. */
const TRANSFORM_BUFFER_SECONDS = 60;

/**
 * One data set's way from the queue to its raw table: Kinesis -> Firehose (pseudonymise, Parquet/Snappy, `dt=`) -> S3.
 * One stream per data set, so that one that fails leaves the others working.
 *
 * Idle cost: a provisioned shard 0.0185 USD an hour, on demand 0.049 USD an hour (Seoul, 2026-11).
 */
export class Delivery extends pulumi.ComponentResource {
  readonly stream: aws.kinesis.Stream;
  /** Known in a preview. */
  readonly streamArn: string;

  constructor(name: string, context: AwsContext, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("naru:aws:Delivery", name, {}, opts);
    const { dataSet } = args;
    const streamName = context.names.of("stream", dataSet.domain, dataSet.name);
    this.streamArn = arnOf(context.identity, "kinesis", `stream/${streamName}`);
    this.stream = this.createStream(name, streamName, context, args);
    const pseudonymise = this.createTransform(`${name}-pseudonymise`, context, args);
    this.createDelivery(name, context, args, pseudonymise);
    this.registerOutputs({ stream: this.stream.name, table: args.lake.table(dataSet, "raw").table });
  }

  private createStream(
    name: string,
    streamName: string,
    context: AwsContext,
    args: DeliveryArgs,
  ): aws.kinesis.Stream {
    const personal = isPersonal(args.dataSet);
    return new aws.kinesis.Stream(
      name,
      {
        name: streamName,
        streamModeDetails: { streamMode: args.capacity === "on-demand" ? "ON_DEMAND" : "PROVISIONED" },
        ...(args.capacity !== "on-demand" && { shardCount: args.capacity }),
        retentionPeriod: args.retentionHours,
        encryptionType: "KMS",
        kmsKeyId: args.keys.arn("stream"),
        tags: {
          ...context.tags,
          [TAG.dataClass]: personal ? "raw-pii" : "internal",
          [TAG.zone]: personal ? "closed" : "open",
        },
      },
      { parent: this, protect: context.protectData, retainOnDelete: context.protectData },
    );
  }

  private createTransform(name: string, context: AwsContext, args: DeliveryArgs): LambdaFunction {
    const { dataSet, keys } = args;
    return new LambdaFunction(
      name,
      context,
      {
        part: pseudonymisingPart(dataSet),
        purpose: "pseudonymiser",
        description: `Pseudonymises ${dataSet.id} on its way to the raw zone`,
        code: functionCode(bundleFunction("pseudonymise"), [functionSpec(dataSet)]),
        keys,
        network: args.network,
        environment: {
          DATA_SET: dataSet.id,
          PSEUDONYM_KEY_ID: keys.arn("pseudonym"),
          PSEUDONYM_EPOCH: String(args.pseudonymEpoch),
        },
        statements: [{ Effect: "Allow", Action: "kms:GenerateMac", Resource: keys.arn("pseudonym") }],
        memoryMb: PSEUDONYMISER_MEMORY_MB,
        // A batch of 1 MB takes well under a second; the rest is for a cold start and KMS.
        timeoutSeconds: 60,
      },
      { parent: this },
    );
  }

  private createDelivery(
    name: string,
    context: AwsContext,
    args: DeliveryArgs,
    transform: LambdaFunction,
  ): void {
    const { dataSet, lake, keys } = args;
    const deliveryName = context.names.of("deliveryStream", dataSet.domain, dataSet.name);
    const table = lake.table(dataSet, "raw");
    const logs = new EncryptedLogGroup(
      name,
      context,
      { logGroupName: `/aws/kinesisfirehose/${deliveryName}`, keys },
      { parent: this },
    );
    // Firehose puts into a log stream that must be there already.
    const logStream = new aws.cloudwatch.LogStream(
      name,
      { name: "delivery", logGroupName: logs.group.name },
      { parent: this },
    );
    const role = new ServiceRole(
      name,
      context,
      {
        roleName: context.names.of("role", "delivery", dataSet.domain, dataSet.name),
        assumedBy: "firehose.amazonaws.com",
        purpose: "delivery",
        statements: [...this.deliveryStatements(context, args, transform), logs.writeStatement],
      },
      { parent: this },
    );
    const transformArn = pulumi.interpolate`${transform.function.arn}:$LATEST`;
    new aws.kinesis.FirehoseDeliveryStream(
      name,
      {
        name: deliveryName,
        destination: "extended_s3",
        kinesisSourceConfiguration: { kinesisStreamArn: this.stream.arn, roleArn: role.readyArn },
        extendedS3Configuration: {
          roleArn: role.readyArn,
          bucketArn: lake.nodes.buckets.raw.bucket.arn,
          // The time stands in the file's name, not in a folder: folders are partitions.
          prefix: `${lake.folder(dataSet)}dt=!{partitionKeyFromLambda:dt}/!{timestamp:yyyyMMddHH}-`,
          errorOutputPrefix: `${lake.errorsPrefix(dataSet)}!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/`,
          bufferingInterval: args.bufferSeconds,
          bufferingSize: args.bufferMegabytes,
          compressionFormat: "UNCOMPRESSED",
          kmsKeyArn: keys.arn("lake"),
          dynamicPartitioningConfiguration: { enabled: true, retryDuration: 300 },
          processingConfiguration: {
            enabled: true,
            processors: [
              {
                type: "Lambda",
                parameters: [
                  { parameterName: "LambdaArn", parameterValue: transformArn },
                  { parameterName: "NumberOfRetries", parameterValue: "3" },
                  { parameterName: "BufferSizeInMBs", parameterValue: String(TRANSFORM_BATCH_MB) },
                  {
                    parameterName: "BufferIntervalInSeconds",
                    parameterValue: String(Math.min(args.bufferSeconds, TRANSFORM_BUFFER_SECONDS)),
                  },
                ],
              },
            ],
          },
          dataFormatConversionConfiguration: {
            enabled: true,
            inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
            outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
            schemaConfiguration: {
              databaseName: table.database,
              tableName: table.table,
              roleArn: role.readyArn,
              region: context.identity.region,
              versionId: "LATEST",
            },
          },
          cloudwatchLoggingOptions: {
            enabled: true,
            logGroupName: logs.group.name,
            logStreamName: logStream.name,
          },
        },
        tags: { ...context.tags },
      },
      { parent: this, dependsOn: [lake.nodes.tables.get(`raw.${dataSet.id}`)!] },
    );
  }

  private deliveryStatements(
    context: AwsContext,
    args: DeliveryArgs,
    transform: LambdaFunction,
  ): Statement[] {
    const { identity } = context;
    const { dataSet, lake, keys } = args;
    const { database, table } = lake.table(dataSet, "raw");
    return [
      {
        Effect: "Allow",
        Action: [
          "kinesis:DescribeStream",
          "kinesis:DescribeStreamSummary",
          "kinesis:ListShards",
          "kinesis:GetShardIterator",
          "kinesis:GetRecords",
        ],
        Resource: this.streamArn,
      },
      { Effect: "Allow", Action: "kms:Decrypt", Resource: keys.arn("stream") },
      {
        Effect: "Allow",
        Action: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
        Resource: [transform.arn, `${transform.arn}:*`],
      },
      {
        Effect: "Allow",
        Action: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
        Resource: [
          arnOf(identity, "glue", "catalog"),
          arnOf(identity, "glue", `database/${database}`),
          arnOf(identity, "glue", `table/${database}/${table}`),
        ],
      },
      ...lake.writeStatements("raw", lake.folder(dataSet)),
      ...lake.writeStatements("raw", lake.errorsPrefix(dataSet)),
    ];
  }
}
