/** What streams carry: events and bytes a second, from their contracts. */
import { consumedStreams } from "../consumed-streams";
import type { Contracts } from "../contract/model";
import type { Settings } from "../settings";
import { topicLoads, type KafkaSettings, type TopicLoad } from "./kafka-load";

/** The settings that capacity follows from. */
export type CapacitySettings = Pick<Settings, "streamCapacity" | "apiRequestsPerSecond" | "database"> &
  Partial<Pick<Settings, "enhancedFanOut" | "deliveryDestinations">> &
  Partial<KafkaSettings>;

export interface StreamLoad {
  /** Of the data set. */
  readonly id: string;
  readonly eventsPerSecond: number;
  /** Average of one event. */
  readonly eventBytes: number;
  /** Whether its events become rows of the database. */
  readonly consumed: boolean;
  /** Delivery streams that take its events elsewhere, beside the lake's. @default 0 */
  readonly destinations?: number;
  /** Of a Kafka cluster, where the stream has one. @default none */
  readonly topic?: TopicLoad;
}

/** @returns the streams at the rates that their contracts declare. */
export function declaredLoad(contracts: Contracts, settings: CapacitySettings): StreamLoad[] {
  const { database, kafka = "none", streamRetentionHours = 24, deliveryDestinations = [] } = settings;
  const consumed = database === "none" ? [] : consumedStreams(database, contracts);
  const topics = kafka === "none" ? new Map() : topicLoads(kafka, contracts, streamRetentionHours);
  return contracts
    .filter(({ ingestion }) => ingestion === "stream")
    .map(({ id, eventsPerSecond, eventBytes }) => ({
      ...{ id, eventsPerSecond, eventBytes },
      consumed: consumed.includes(id),
      ...destinationsOf(id, deliveryDestinations),
      ...(topics.has(id) && { topic: topics.get(id) }),
    }));
}

function destinationsOf(id: string, all: Settings["deliveryDestinations"]): Pick<StreamLoad, "destinations"> {
  const destinations = all.filter(({ stream }) => stream === id).length;
  return destinations === 0 ? {} : { destinations };
}

/** Events a second of all together. */
export function totalRate(streams: readonly StreamLoad[]): number {
  return streams.reduce((sum, { eventsPerSecond }) => sum + eventsPerSecond, 0);
}

/** So many events a second together, each stream with its share of what is declared. */
export function scaledTo(streams: readonly StreamLoad[], eventsPerSecond: number): StreamLoad[] {
  const declared = totalRate(streams);
  return streams.map((stream) => ({
    ...stream,
    eventsPerSecond: exact((stream.eventsPerSecond * eventsPerSecond) / declared),
  }));
}

/** Without the last digits of a division, which would count as another shard. */
function exact(rate: number): number {
  return Math.round(rate * 1e6) / 1e6;
}
