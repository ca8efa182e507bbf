/** CloudWatch: alarms and logs. */
import type { CostContext } from "../context";
import { DAYS, GB } from "../month";
import { depends, idle, usage, type CostPart } from "../part";
import { listAt, numberAt, textAt, type PlannedResource } from "../planned-resource";
import { requestsOf } from "./api-gateway";
import { callsOf } from "./lambda";

/** Estimated, with the 26 bytes that CloudWatch adds to each event. */
const ACCESS_LOG_BYTES = 300;
const CALL_LOG_BYTES = 700;

/** An alarm about a formula is billed by the metrics in it. */
export function metricAlarm(resource: PlannedResource): CostPart[] {
  const queries = listAt(resource, "metricQueries").filter(
    (query) => typeof query === "object" && query !== null && "metric" in query,
  );
  return [idle("alarm's metrics", Math.max(1, queries.length), "alarm-metric")];
}

export function logGroup(resource: PlannedResource, context: CostContext): CostPart[] {
  const bytes = bytesOf(resource, context);
  if (bytes === null) return [depends("log", "what is written into it", "logs-in")];
  const days = numberAt(resource, "retentionInDays", NaN);
  const kept =
    days === null || Number.isNaN(days)
      ? depends("log, kept", "how long: no retention is set", "logs-kept")
      : {
          ...usage("log, kept", (bytes / GB / DAYS) * days, "logs-kept", ["accessLogs"]),
          when: "after-retention" as const,
        };
  return [usage("log, taken in", bytes / GB, "logs-in", ["accessLogs"]), kept];
}

/** Of a month; null: nothing tells. */
function bytesOf(resource: PlannedResource, context: CostContext): number | null {
  const name = textAt(resource, "name") ?? "";
  if (name.startsWith("/aws/apigateway/")) return requestsOf(context) * ACCESS_LOG_BYTES;
  const logged = context.resources.find(
    (other) =>
      other.type === "aws:lambda/function:Function" && textAt(other, "loggingConfig.logGroup") === name,
  );
  const calls = logged === undefined ? null : callsOf(logged, context);
  return calls === null ? null : calls.reduce((sum, { number }) => sum + number, 0) * CALL_LOG_BYTES;
}
