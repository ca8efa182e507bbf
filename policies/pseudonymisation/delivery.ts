/** Delivery streams as the rules about personal data see them: what comes in, and where it is put down. */
import { knownString, readIndices, type Path } from "../model/reading";
import { isTagged, tag, type Link, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS, ZONE } from "../model/tags";
import {
  BUCKET,
  DELIVERY_STREAM,
  FUNCTION,
  KAFKA_CLUSTER,
  KAFKA_SERVERLESS_CLUSTER,
  STREAM,
} from "../model/types";
import type { Verdict } from "../model/verdict";

export interface Delivery {
  readonly resource: StackResource;
  /** The source holds raw personal data: by the tag of its stream or cluster, or by its own for a direct put. */
  readonly personal: Verdict;
  /** Name of its destination's block, which says what is done on the way. */
  readonly block: string;
  /** What it delivers is in the open zone, or outside the lake. */
  readonly open: Verdict;
  /** Where failed records go: the bucket that it delivers to, or one beside another destination. */
  readonly failures: {
    readonly path: Path;
    readonly bucket: Link;
    /** That bucket is in the open zone. */
    readonly open: Verdict;
  };
}

export const S3 = "extendedS3Configuration";

/** Destinations that are no bucket: whoever may search or read them is not the lake's to say. */
const OUTSIDE = [
  "opensearchConfiguration",
  "opensearchserverlessConfiguration",
  "elasticsearchConfiguration",
  "httpEndpointConfiguration",
  "redshiftConfiguration",
  "snowflakeConfiguration",
  "splunkConfiguration",
  "icebergConfiguration",
] as const;

/** Delivery streams, each with its one destination. */
export function deliveries(stack: Stack): Delivery[] {
  return stack.ofType(DELIVERY_STREAM).flatMap((resource) => {
    const block = [S3, ...OUTSIDE].find((name) => name in resource.props);
    if (block === undefined) return [];
    const path = block === S3 ? [block] : [block, "s3Configuration"];
    const bucket = stack.link(resource, [...path, "bucketArn"], BUCKET);
    const failures = { path, bucket, open: openness(bucket) };
    const open = block === S3 ? failures.open : "yes";
    return [{ resource, personal: personal(stack, resource), block, open, failures }];
  });
}

/** The functions that each Lambda processor of a delivery stream names, one link a processor. */
export function processorsOf(
  stack: Stack,
  delivery: StackResource,
  block: string,
): readonly Link[] | "unknown" {
  const processing = [block, "processingConfiguration", "processors"] as const;
  const processors = readIndices(delivery.props, processing);
  if (processors.state === "unknown") return "unknown";
  return (processors.state === "known" ? processors.value : []).flatMap((index) => {
    const processor = [...processing, index] as const;
    if (knownString(delivery.props, [...processor, "type"]) !== "Lambda") return [];
    const parameters = readIndices(delivery.props, [...processor, "parameters"]);
    return (parameters.state === "known" ? parameters.value : [])
      .map((parameter) => [...processor, "parameters", parameter] as const)
      .filter((path) => knownString(delivery.props, [...path, "parameterName"]) === "LambdaArn")
      .map((path) => stack.link(delivery, [...path, "parameterValue"], FUNCTION));
  });
}

/** What stands before the first expression of Firehose in a prefix is the same for every object. */
export function fixedPart(prefix: string): string {
  return prefix.split("!{")[0]!;
}

/** Whether what a link leads to is open: one open candidate is enough to ask for care, none known is unknown. */
export function openness(link: Link): Verdict {
  if (link.state === "absent" || link.resources.length === 0) return "unknown";
  if (link.resources.some((bucket) => isTagged(bucket, ZONE, "open"))) return "yes";
  return link.resources.every((bucket) => isTagged(bucket, ZONE, "closed")) ? "no" : "unknown";
}

/** Where a delivery stream names what it reads, and what that is. */
const SOURCES = [
  [["kinesisSourceConfiguration", "kinesisStreamArn"], STREAM],
  [["mskSourceConfiguration", "mskClusterArn"], KAFKA_CLUSTER],
  [["mskSourceConfiguration", "mskClusterArn"], KAFKA_SERVERLESS_CLUSTER],
] as const;

/** The streams and clusters that a delivery stream may read from. */
export function sourcesOf(stack: Stack, delivery: StackResource): readonly Link[] {
  return SOURCES.map(([path, type]) => stack.link(delivery, path, type));
}

function personal(stack: Stack, delivery: StackResource): Verdict {
  if (isTagged(delivery, DATA_CLASS, "raw-pii")) return "yes";
  const links = sourcesOf(stack, delivery);
  if (links.every(({ state }) => state === "absent")) {
    return tag(delivery, DATA_CLASS).state === "known" ? "no" : "unknown";
  }
  const sources = links.flatMap((link) => (link.state === "absent" ? [] : link.resources));
  if (sources.some((source) => isTagged(source, DATA_CLASS, "raw-pii"))) return "yes";
  const classified = sources.every((source) => tag(source, DATA_CLASS).state === "known");
  return sources.length > 0 && classified ? "no" : "unknown";
}
