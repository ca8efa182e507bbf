import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundleFunction } from "../../../functions/bundle";
import { PSEUDONYMISER_MEMORY_MB } from "../../capacity/functions";
import { functionSpec } from "../../contract/function-spec";
import { isPersonal, type DataSet } from "../../contract/model";
import { arnOf, TAG, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { pseudonymisingPart } from "../foundation/crossing-roles";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { LambdaFunction } from "../foundation/lambda-function";
import type { Network } from "../foundation/network";
import { readStreamStatements } from "./delivery-parts";
import { createDeliveryStream, type DeliverySource } from "./delivery-stream";
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
  /** Makes a delivery stream too that programs put events straight into, past the queue. */
  readonly directPut: boolean;
}

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
  /** What pseudonymises the data set's events, whichever way they come. */
  readonly transform: LambdaFunction;
  /** Name of the delivery stream that takes events past the queue; undefined where there is none. */
  readonly direct: pulumi.Output<string> | undefined;

  constructor(name: string, context: AwsContext, args: DeliveryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("naru:aws:Delivery", name, {}, opts);
    const { dataSet } = args;
    const streamName = context.names.of("stream", dataSet.domain, dataSet.name);
    this.streamArn = arnOf(context.identity, "kinesis", `stream/${streamName}`);
    this.stream = this.createStream(name, streamName, context, args);
    this.transform = this.createTransform(`${name}-pseudonymise`, context, args);
    createDeliveryStream(
      name,
      context,
      { ...args, transform: this.transform, source: this.source(args) },
      this,
    );
    this.direct = args.directPut
      ? createDeliveryStream(
          `${name}-direct`,
          context,
          { ...args, transform: this.transform, source: this.directSource(args) },
          this,
        ).name
      : undefined;
    this.registerOutputs({ stream: this.stream.name, table: args.lake.table(dataSet, "raw").table });
  }

  private createStream(
    name: string,
    streamName: string,
    context: AwsContext,
    args: DeliveryArgs,
  ): aws.kinesis.Stream {
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
          ...contents(args.dataSet),
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

  /** Nothing is read: Firehose itself keeps what it was given, under the key of the streams, until it is delivered. */
  private directSource({ dataSet, keys }: DeliveryArgs): DeliverySource {
    return {
      part: "direct",
      configuration: () => ({
        serverSideEncryption: { enabled: true, keyType: "CUSTOMER_MANAGED_CMK", keyArn: keys.arn("stream") },
      }),
      statements: [],
      tags: contents(dataSet),
    };
  }

  private source({ keys }: DeliveryArgs): DeliverySource {
    return {
      configuration: (roleArn) => ({
        kinesisSourceConfiguration: { kinesisStreamArn: this.stream.arn, roleArn },
      }),
      statements: readStreamStatements(this.streamArn, keys),
    };
  }
}

/** Tags of what holds a data set's events as they came. */
function contents(dataSet: DataSet): Record<string, string> {
  const personal = isPersonal(dataSet);
  return {
    [TAG.dataClass]: personal ? "raw-pii" : "internal",
    [TAG.zone]: personal ? "closed" : "open",
  };
}
