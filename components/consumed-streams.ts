/** Which streams a relational database takes, and how Lambda hands it their events. */
import type { Contracts } from "./contract/model";
import { CONSUMED_ENGINES, type DatabaseDefinition } from "./database";

/** Batches of a shard that are written at once: one, as a key's events keep their order so. */
export const CONSUMER_BATCHES = 1;

/** Ids of the streams that a definition writes into the database. */
export function consumedStreams(definition: DatabaseDefinition, contracts: Contracts): string[] {
  const streams = contracts.filter(({ ingestion }) => ingestion === "stream").map(({ id }) => id);
  if (!CONSUMED_ENGINES.includes(definition.engine)) return [];
  return [...(definition.streams ?? streams)];
}
