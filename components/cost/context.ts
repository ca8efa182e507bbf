/** What the rules know beside the resource that they price. */
import { mostEventsPerRequest, type StreamLoad } from "../capacity";
import { inputAt, textAt, type PlannedResource } from "./planned-resource";

export interface CostContext {
  /** At the rate that is asked for. */
  readonly streams: readonly StreamLoad[];
  /** Events that senders gather for a request; null: as many as it takes. */
  readonly eventsPerRequest: number | null;
  /** The whole plan. */
  readonly resources: readonly PlannedResource[];
}

/** The stream that a resource is for, by the end of its physical name; undefined: none, or not known yet. */
export function streamOf(resource: PlannedResource, { streams }: CostContext): StreamLoad | undefined {
  const name = textAt(resource, "name");
  const matching = streams.filter(({ id }) => name?.endsWith(`-${id.replaceAll(".", "-")}`) === true);
  // Of `a.b` and `x-a.b` the longer is meant.
  return matching.sort((a, b) => b.id.length - a.id.length)[0];
}

export function perRequest(stream: StreamLoad, { eventsPerRequest }: CostContext): number {
  return Math.min(eventsPerRequest ?? Infinity, mostEventsPerRequest(stream));
}

/** Whatever shares a stream's reading: Firehose, and functions by their mappings; a consumer with enhanced fan-out has its own. */
export function readersOf(stream: PlannedResource, { resources }: CostContext): number {
  return resources.filter(({ propertyDependencies }) =>
    ["kinesisSourceConfiguration", "eventSourceArn"].some(
      (property) => propertyDependencies[property]?.includes(stream.urn) === true,
    ),
  ).length;
}

/** What `naru:role` a resource has in its tags. */
export function roleOf(resource: PlannedResource): unknown {
  return inputAt(resource, "tags.naru:role");
}
