import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments, type ArgumentProblem } from "../../arguments";
import type { DataSet } from "../../contract/model";
import {
  DESTINATION_DEFAULTS,
  destinationMismatches,
  destinationProblems,
  repeatedNames,
  type DeliveryDestination,
} from "../../delivery-destination";
import { arnOf, type AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { DESTINATIONS_FOLDER, ERRORS_PREFIX } from "../data-lake/folders";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { LambdaFunction } from "../foundation/lambda-function";
import type { Network } from "../foundation/network";
import type { Standing } from "../foundation/network/interface-rights";
import { ServiceRole } from "../foundation/service-role";
import {
  createDeliveryLog,
  readStreamStatements,
  transformProcessing,
  transformStatement,
} from "../stream-ingest/delivery-parts";
import { createDestinationAlarms } from "./alarms";
import { httpEndpoint, httpRights } from "./http-endpoint";
import { openSearch, openSearchRights } from "./opensearch";
import { ownershipProblems } from "./ownership";
import { createPlace, placeRights } from "./place";
import type { SharedConfiguration } from "./shared-configuration";

export interface DeliveryDestinationsArgs {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Id of each stream's data set to the name of its stream, as `StreamIngest` has them. */
  readonly streams: Readonly<Record<string, pulumi.Output<string>>>;
  /** Id of each stream's data set to the function that pseudonymises its events, as `StreamIngest` has them. */
  readonly transforms: Readonly<Record<string, LambdaFunction>>;
  /** Indexes of OpenSearch and HTTPS addresses, each for one stream. */
  readonly destinations: readonly DeliveryDestination[];
  /** Who is told when something can't be delivered, or waits. */
  readonly alarms: aws.sns.Topic;
  /** Network in whose closed subnets Firehose stands for what is reached inside; null: none. @default null */
  readonly network?: Network | null;
}

/** What a destination's owner needs to let its delivery in. */
export interface MadeDestination {
  readonly deliveryStream: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;
}

/**
 * Where streams' events go beside the lake: indexes of OpenSearch and HTTPS addresses.
 *
 * Each has a delivery stream of its own that reads the stream as the lake's does, with the same pseudonymising function in front: no
 * clear value leaves. What can't be delivered is kept below the closed folder of errors. A destination that fails leaves the
 * lake, and the others, alone.
 *
 * Idle cost: two alarms each, 0.10 USD a month; inside a network Firehose's interfaces by zone and hour.
 *
 * @throws ArgumentError with every wrong argument.
 */
export class DeliveryDestinations extends pulumi.ComponentResource {
  /** By the destination's name. */
  readonly made: Readonly<Record<string, MadeDestination>>;

  constructor(
    private readonly name: string,
    private readonly context: AwsContext,
    private readonly args: DeliveryDestinationsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("naru:aws:DeliveryDestinations", name, {}, opts);
    checkArguments("DeliveryDestinations", name, problems(context, args));
    this.made = Object.fromEntries(args.destinations.map((one) => [one.name, this.deliver(one)]));
    this.registerOutputs({ made: this.made });
  }

  private deliver(destination: DeliveryDestination): MadeDestination {
    const { context, args } = this;
    const { lake, keys } = args;
    const name = `${this.name}-${destination.name}`;
    const dataSet = lake.contracts.find(({ id }) => id === destination.stream)!;
    const parts = ["to", destination.name, dataSet.domain, dataSet.name];
    const deliveryName = context.names.of("deliveryStream", ...parts);
    const transform = args.transforms[dataSet.id]!;
    const { bufferSeconds, bufferMegabytes, retrySeconds } = { ...DESTINATION_DEFAULTS, ...destination };
    const errors = errorsFolder(destination, dataSet);
    const log = createDeliveryLog(name, context, { deliveryName, keys }, this);
    const place = this.placeOf(name, destination);
    const streamArn = arnOf(
      context.identity,
      "kinesis",
      `stream/${context.names.of("stream", dataSet.domain, dataSet.name)}`,
    );
    const role = new ServiceRole(
      name,
      context,
      {
        roleName: context.names.of("role", "delivery", ...parts),
        assumedBy: "firehose.amazonaws.com",
        purpose: "delivery",
        statements: [
          ...readStreamStatements(streamArn, keys),
          transformStatement(transform),
          ...(destination.kind === "http" ? httpRights(context, destination) : openSearchRights(destination)),
          ...(place === null ? [] : placeRights(context, place)),
          ...lake.writeStatements("raw", errors),
          log.writeStatement,
        ],
      },
      { parent: this },
    );
    const shared: SharedConfiguration = {
      roleArn: role.readyArn,
      bufferingInterval: bufferSeconds,
      bufferingSize: bufferMegabytes,
      retryDuration: retrySeconds,
      processingConfiguration: transformProcessing(transform, bufferSeconds),
      cloudwatchLoggingOptions: log.options,
      s3Configuration: {
        roleArn: role.readyArn,
        bucketArn: lake.nodes.buckets.raw.bucket.arn,
        errorOutputPrefix: `${errors}!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/`,
        bufferingInterval: bufferSeconds,
        bufferingSize: bufferMegabytes,
        compressionFormat: "UNCOMPRESSED",
        kmsKeyArn: keys.arn("lake"),
        cloudwatchLoggingOptions: log.options,
      },
    };
    const { name: deliveryStream } = new aws.kinesis.FirehoseDeliveryStream(
      name,
      {
        name: deliveryName,
        kinesisSourceConfiguration: {
          kinesisStreamArn: args.streams[dataSet.id]!.apply((stream) =>
            arnOf(context.identity, "kinesis", `stream/${stream}`),
          ),
          roleArn: role.readyArn,
        },
        ...(destination.kind === "http"
          ? httpEndpoint(destination, shared)
          : openSearch(context, destination, shared, place)),
        tags: { ...context.tags },
      },
      { parent: this },
    );
    const { alarms } = args;
    createDestinationAlarms(name, context, { destination, deliveryName, bufferSeconds, alarms }, this);
    return { deliveryStream, roleArn: role.readyArn };
  }

  /** Inside the network; null: over Firehose's own way. */
  private placeOf(name: string, destination: DeliveryDestination): Standing | null {
    return destination.kind === "opensearch" && destination.inNetwork === true
      ? createPlace(
          name,
          this.context,
          {
            network: this.args.network!,
            part: `to-${destination.name}`,
            reaches: destination.reaches ?? [],
          },
          this,
        )
      : null;
  }
}

/** Apart from what the lake could not take: `naru redrive` would give the events to all of the stream's readers once more. */
function errorsFolder({ name }: DeliveryDestination, dataSet: DataSet): string {
  return `${ERRORS_PREFIX}${DESTINATIONS_FOLDER}${dataSet.domain}/${dataSet.name}/${name}/`;
}

function problems(
  context: AwsContext,
  { lake, streams, transforms, destinations, network = null }: DeliveryDestinationsArgs,
): (ArgumentProblem | undefined)[] {
  const sets = lake.contracts.filter(({ ingestion }) => ingestion === "stream");
  const lacking = (argument: string, known: object, id: string) =>
    sets.some((one) => one.id === id) && !Object.hasOwn(known, id)
      ? `${argument}: lacks ${id}; give StreamIngest's, which has one for each stream`
      : undefined;
  return [
    destinations.length === 0
      ? "destinations: is empty; name one, or leave DeliveryDestinations out"
      : undefined,
    ...destinations.flatMap((one, at) =>
      [
        ...destinationProblems(one),
        ...destinationMismatches(one, sets),
        ...ownershipProblems(context, one),
        one.kind === "opensearch" && one.inNetwork === true && network === null
          ? "inNetwork: is true without a network; give the network, or leave it out"
          : undefined,
      ].map((problem) => problem && `destinations[${at}].${problem}`),
    ),
    ...repeatedNames(destinations).map((problem) => `destinations${problem}`),
    ...new Set(
      destinations.flatMap(({ stream }) => [
        lacking("streams", streams, stream),
        lacking("transforms", transforms, stream),
      ]),
    ),
  ];
}
