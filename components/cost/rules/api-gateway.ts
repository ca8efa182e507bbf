/** API Gateway, REST APIs. */
import { perRequest, type CostContext } from "../context";
import { eventsOf } from "../month";
import { depends, usage, type CostPart } from "../part";
import { inputAt, isUnknown, type PlannedResource } from "../planned-resource";

/** Requests of a month to the collector. */
export function requestsOf(context: CostContext): number {
  return context.streams.reduce((sum, stream) => sum + eventsOf(stream) / perRequest(stream, context), 0);
}

export function restApi(_: PlannedResource, context: CostContext): CostPart[] {
  return [usage("requests", requestsOf(context), "api-requests", ["rate", "requests"])];
}

/** A stage with a cache is billed by its size and hour. */
export function stage(resource: PlannedResource): CostPart[] {
  const cache = inputAt(resource, "cacheClusterEnabled");
  return cache === true || isUnknown(cache) ? [depends("cache", "its size; no price is in the file")] : [];
}

export function methodSettings(resource: PlannedResource): CostPart[] {
  return inputAt(resource, "settings.metricsEnabled") === true
    ? [depends("detailed metrics", "how many of them requests make", "metric")]
    : [];
}
