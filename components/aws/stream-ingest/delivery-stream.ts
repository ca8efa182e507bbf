/** Firehose's last stretch: from a data set's queue, whichever it is, through the transform into the raw table. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DataSet } from "../../contract/model";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { DELIVERY } from "../foundation/crossing-roles";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { LambdaFunction } from "../foundation/lambda-function";
import { ServiceRole, type Statement } from "../foundation/service-role";
import { createDeliveryLog, transformProcessing, transformStatement } from "./delivery-parts";

/** What a delivery stream reads. */
export interface DeliverySource {
  /** @param roleArn the role that reads, and writes. */
  configuration(
    roleArn: pulumi.Output<string>,
  ): Pick<
    aws.kinesis.FirehoseDeliveryStreamArgs,
    "kinesisSourceConfiguration" | "mskSourceConfiguration" | "serverSideEncryption"
  >;
  /** Tags beside the platform's own: what a delivery stream holds that reads no queue. @default none */
  readonly tags?: Readonly<Record<string, string>>;
  /** Rights to read it. */
  readonly statements: readonly Statement[];
  /** What sets the names of this way apart from those of the data set's others. @default none */
  readonly part?: string;
  /** What must be there before it is read. @default [] */
  readonly after?: readonly pulumi.Resource[];
}

export interface DeliveryStreamArgs {
  readonly dataSet: DataSet;
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  readonly source: DeliverySource;
  /** What pseudonymises, and says the day. */
  readonly transform: LambdaFunction;
  /** Seconds before Firehose writes what it has (0 to 900). */
  readonly bufferSeconds: number;
  /** MiB before Firehose writes what it has (64 to 128 with Parquet conversion, Firehose quotas). */
  readonly bufferMegabytes: number;
}

/** The delivery stream with its role and log. Idle cost: none. */
export function createDeliveryStream(
  name: string,
  context: AwsContext,
  args: DeliveryStreamArgs,
  parent: pulumi.Resource,
): aws.kinesis.FirehoseDeliveryStream {
  const { dataSet, lake, keys, source, transform } = args;
  const parts = [...(source.part === undefined ? [] : [source.part]), dataSet.domain, dataSet.name];
  const deliveryName = context.names.of("deliveryStream", ...parts);
  const table = lake.table(dataSet, "raw");
  const log = createDeliveryLog(name, context, { deliveryName, keys }, parent);
  const role = new ServiceRole(
    name,
    context,
    {
      roleName: context.names.of("role", DELIVERY, ...parts),
      assumedBy: "firehose.amazonaws.com",
      purpose: "delivery",
      statements: [...source.statements, ...deliveryStatements(context, args), log.writeStatement],
    },
    { parent },
  );
  return new aws.kinesis.FirehoseDeliveryStream(
    name,
    {
      name: deliveryName,
      destination: "extended_s3",
      ...source.configuration(role.readyArn),
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
        processingConfiguration: transformProcessing(transform, args.bufferSeconds),
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
        cloudwatchLoggingOptions: log.options,
      },
      tags: { ...context.tags, ...source.tags },
    },
    { parent, dependsOn: [lake.nodes.tables.get(`raw.${dataSet.id}`)!, ...(source.after ?? [])] },
  );
}

function deliveryStatements(context: AwsContext, args: DeliveryStreamArgs): Statement[] {
  const { identity } = context;
  const { dataSet, lake, transform } = args;
  const { database, table } = lake.table(dataSet, "raw");
  return [
    transformStatement(transform),
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
