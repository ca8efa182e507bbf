/** Amazon Data Firehose, and the objects that it writes. */
import { streamOf, type CostContext } from "../context";
import { firehoseGb, plainGb, SECONDS } from "../month";
import { depends, unpriced, usage, type CostPart } from "../part";
import { inputAt, numberAt, type PlannedResource } from "../planned-resource";

const S3 = "extendedS3Configuration";

/** Destinations that are no bucket. */
const OUTSIDE = [
  "opensearchConfiguration",
  "opensearchserverlessConfiguration",
  "httpEndpointConfiguration",
] as const;

export function deliveryStream(resource: PlannedResource, context: CostContext): CostPart[] {
  const stream = streamOf(resource, context);
  if (stream === undefined) return [depends("delivery", "which contract it is for", "firehose-in")];
  if (inputAt(resource, "mskSourceConfiguration") !== undefined) {
    return [
      unpriced("records from Kafka", "Firehose has another price for them, which is not in the price file"),
    ];
  }
  const outside = OUTSIDE.find((block) => inputAt(resource, block) !== undefined);
  if (outside !== undefined) return deliveredOutside(resource, outside, firehoseGb(stream));
  const seconds = numberAt(resource, `${S3}.bufferingInterval`, 300);
  const megabytes = numberAt(resource, `${S3}.bufferingSize`, 5);
  const on = (path: string) => inputAt(resource, `${S3}.${path}.enabled`) === true;
  const gb = firehoseGb(stream);
  const taken = [
    usage("taken in", gb, "firehose-in", ["rate", "firehoseRecords"]),
    ...(on("dataFormatConversionConfiguration")
      ? [usage("made Parquet", gb, "firehose-conversion", ["firehoseRecords"])]
      : []),
  ];
  const partitioned = on("dynamicPartitioningConfiguration");
  const delivered = partitioned
    ? [usage("delivered into partitions", plainGb(stream), "firehose-partitioned", ["firehoseDelivered"])]
    : [];
  if (seconds === null || megabytes === null) {
    return [...taken, ...delivered, depends("files", "buffers that the plan does not know", "s3-writes")];
  }
  const files = filesOf(plainGb(stream), megabytes, seconds);
  return [
    ...taken,
    ...delivered,
    ...(partitioned ? [usage("files in partitions", files, "firehose-objects", ["firehoseObjects"])] : []),
    usage("files written to S3", files, "s3-writes", ["firehoseObjects"]),
  ];
}

/** What is taken in costs the same; what failed is small, and no other file is written. */
function deliveredOutside(resource: PlannedResource, block: string, gb: number): CostPart[] {
  return [
    usage("taken in", gb, "firehose-in", ["rate", "firehoseRecords"]),
    ...(inputAt(resource, `${block}.vpcConfig`) === undefined
      ? []
      : [
          unpriced(
            "delivery into a network",
            "by zone, hour and GB, and Seoul's prices are not in the price file",
          ),
        ]),
  ];
}

/** A file for each full buffer, and at least one an interval. */
export function filesOf(gb: number, bufferMegabytes: number, bufferSeconds: number): number {
  return Math.max((gb * 1024) / bufferMegabytes, gb > 0 ? SECONDS / bufferSeconds : 0);
}
