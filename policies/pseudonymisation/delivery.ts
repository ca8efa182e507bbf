/** Delivery streams as the rules about personal data see them: what comes in, and where it is put down. */
import { isTagged, tag, type Link, type Stack, type StackResource } from "../model/stack";
import { DATA_CLASS, ZONE } from "../model/tags";
import { BUCKET, DELIVERY_STREAM, KAFKA_CLUSTER, KAFKA_SERVERLESS_CLUSTER, STREAM } from "../model/types";
import type { Verdict } from "../model/verdict";

export interface Delivery {
  readonly resource: StackResource;
  /** The source holds raw personal data: by the tag of its stream or cluster, or by its own for a direct put. */
  readonly personal: Verdict;
  /** The bucket it writes to is in the open zone. */
  readonly open: Verdict;
  readonly destination: Link;
}

/** Delivery streams that write to S3. */
export function deliveries(stack: Stack): Delivery[] {
  return stack
    .ofType(DELIVERY_STREAM)
    .filter((resource) => "extendedS3Configuration" in resource.props)
    .map((resource) => {
      const destination = stack.link(resource, ["extendedS3Configuration", "bucketArn"], BUCKET);
      return { resource, personal: personal(stack, resource), destination, open: openness(destination) };
    });
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

function personal(stack: Stack, delivery: StackResource): Verdict {
  if (isTagged(delivery, DATA_CLASS, "raw-pii")) return "yes";
  const links = SOURCES.map(([path, type]) => stack.link(delivery, path, type));
  if (links.every(({ state }) => state === "absent")) {
    return tag(delivery, DATA_CLASS).state === "known" ? "no" : "unknown";
  }
  const sources = links.flatMap((link) => (link.state === "absent" ? [] : link.resources));
  if (sources.some((source) => isTagged(source, DATA_CLASS, "raw-pii"))) return "yes";
  const classified = sources.every((source) => tag(source, DATA_CLASS).state === "known");
  return sources.length > 0 && classified ? "no" : "unknown";
}
