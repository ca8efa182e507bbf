/** Limits that all streams of a stack share: its collector, the account's quotas, the database's connections. */
import { MAX_BODY_BYTES, MAX_EVENTS } from "../../functions/collector/request";
import { CONSUMER_BATCHES } from "../consumed-streams";
import { sizeOf, type DatabaseDefinition } from "../database";
import { LIMITS } from "../limits";
import { fix } from "../settings/examples";
import { connectionsOf, sizeFor } from "./connections";
import { COLLECTOR, consumerOf, PSEUDONYMISER, secondsOf, TRANSFORM_BATCH_MB } from "./functions";
import type { Limit } from "./limit";
import type { CapacitySettings, StreamLoad } from "./load";
import {
  apiRequestsOfRegion,
  CONCURRENT_EXECUTIONS,
  ON_DEMAND_STREAMS,
  QUOTAS,
  REQUESTS_PER_ENVIRONMENT,
  shardsOfRegion,
} from "./quotas";
import { shardsOf } from "./stream-limits";

/** Most events that one request takes. */
export function mostEventsPerRequest({ eventBytes }: StreamLoad): number {
  return Math.max(1, Math.min(MAX_EVENTS, Math.floor(MAX_BODY_BYTES / eventBytes)));
}

/** @param eventsPerRequest how senders gather events; null: as many as a request takes. */
export function stackLimits(
  streams: readonly StreamLoad[],
  settings: CapacitySettings,
  region: string,
  eventsPerRequest: number | null,
): Limit[] {
  const perRequest = (stream: StreamLoad) =>
    Math.min(eventsPerRequest ?? Infinity, mostEventsPerRequest(stream));
  const requests = sum(streams, (stream) => stream.eventsPerSecond / perRequest(stream));
  const collectors = sum(streams, (stream) => collectorsOf(stream, perRequest(stream)));
  return [
    ...requestLimits(requests, settings, region),
    concurrencyLimit(collectors, streams, settings.database),
    streamsLimit(streams, settings, region),
    ...connectionsLimit(streams, settings),
  ];
}

function requestLimits(needed: number, { apiRequestsPerSecond }: CapacitySettings, region: string): Limit[] {
  const most = LIMITS.requestsPerSecond.maximum;
  return [
    {
      ...{ name: "API Gateway: the collector's throttle", needed, allowed: apiRequestsPerSecond },
      ...{ unit: "requests/s", remedy: "setting", setting: "apiRequestsPerSecond" },
      fix:
        needed <= most
          ? fix("apiRequestsPerSecond", String(Math.ceil(needed)))
          : `Send more events in a request, or split the streams over stacks in other regions: a collector takes ${most} requests/s`,
      quota: QUOTAS.apiRequests,
    },
    {
      ...{ name: "API Gateway: all APIs of the account", needed, allowed: apiRequestsOfRegion(region) },
      ...{ unit: "requests/s", remedy: "quota" },
      fix: `Ask AWS for ${Math.ceil(needed)} or more, or send more events in a request`,
      quota: QUOTAS.apiRequests,
    },
  ];
}

/** Collectors that run at once. */
function collectorsOf({ eventsPerSecond }: StreamLoad, perRequest: number): number {
  const requests = eventsPerSecond / perRequest;
  return requests * Math.max(secondsOf(COLLECTOR, perRequest), 1 / REQUESTS_PER_ENVIRONMENT);
}

/** Functions that Firehose calls at once, for the lake and for each destination beside it. */
function pseudonymisersOf({ eventsPerSecond, eventBytes, destinations = 0 }: StreamLoad): number {
  const batch = Math.max(1, (TRANSFORM_BATCH_MB * 1_000_000) / eventBytes);
  return (1 + destinations) * (eventsPerSecond / batch) * secondsOf(PSEUDONYMISER, batch);
}

function concurrencyLimit(
  collectors: number,
  streams: readonly StreamLoad[],
  database: CapacitySettings["database"],
): Limit {
  const pseudonymisers = sum(streams, pseudonymisersOf);
  const consumers =
    database === "none"
      ? 0
      : sum(streams, ({ consumed, eventsPerSecond }) =>
          consumed ? secondsOf(consumerOf(database), eventsPerSecond) : 0,
        );
  const parts = `collector ${rounded(collectors)}, pseudonymising ${rounded(pseudonymisers)}`;
  const needed = rounded(collectors) + rounded(pseudonymisers) + rounded(consumers);
  return {
    ...{ name: "Lambda: functions at once", needed, allowed: CONCURRENT_EXECUTIONS, unit: "executions" },
    basis: `${parts}${database === "none" ? "" : `, database ${rounded(consumers)}`}; ${COLLECTOR.basis}`,
    ...{ remedy: "quota", fix: `Ask AWS for ${needed} or more`, quota: QUOTAS.concurrency },
  };
}

function streamsLimit(streams: readonly StreamLoad[], settings: CapacitySettings, region: string): Limit {
  const { streamCapacity } = settings;
  if (streamCapacity === "on-demand") {
    return {
      ...{
        name: "Kinesis: on-demand streams of the account",
        needed: streams.length,
        allowed: ON_DEMAND_STREAMS,
      },
      ...{ unit: "streams", remedy: "quota", fix: "Ask AWS for more by a support case, or set shards" },
      quota: QUOTAS.onDemandStreams,
    };
  }
  const needed = streams.length * streamCapacity;
  return {
    ...{ name: "Kinesis: shards of the account", needed, allowed: shardsOfRegion(region), unit: "shards" },
    ...{ remedy: "quota", fix: `Ask AWS for ${needed} or more, or set fewer`, quota: QUOTAS.shards },
  };
}

/** A consumer keeps a connection for each batch that it writes at once. */
function connectionsLimit(streams: readonly StreamLoad[], settings: CapacitySettings): Limit[] {
  const { database } = settings;
  const consumed = streams.filter((stream) => stream.consumed);
  if (database === "none" || consumed.length === 0) return [];
  const needed = sum(consumed, (stream) => shardsOf(stream, settings)) * CONSUMER_BATCHES;
  return [
    {
      ...{ name: `RDS: connections of ${database.engine} ${sizeOf(database)}`, needed },
      ...{ allowed: connectionsOf(database), unit: "connections", remedy: "setting", setting: "database" },
      ...{ fix: connectionsFix(database, needed), quota: QUOTAS.connections },
    },
  ];
}

function connectionsFix(database: DatabaseDefinition, needed: number): string {
  const larger = sizeFor(database, needed);
  return larger === undefined
    ? "No size takes so many: name fewer streams in naru:database, or set fewer shards"
    : fix("database", `'${JSON.stringify(larger)}'`);
}

const rounded = (value: number) => Math.ceil(value);

function sum(streams: readonly StreamLoad[], of: (stream: StreamLoad) => number): number {
  return streams.reduce((total, stream) => total + of(stream), 0);
}
