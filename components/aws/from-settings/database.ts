/** The relational database behind the streams. */
import { consumedStreams } from "../../consumed-streams";
import type { Settings } from "../../settings";
import type { AwsContext } from "../context";
import { Database } from "../database";
import { DatabaseConsumers } from "../database/consumer";
import { Network } from "../foundation/network";
import { STANDS_IN, type Parts } from "./parts";

export interface StackDatabase {
  readonly database: Database;
  /** Null where it takes no stream. */
  readonly consumers: DatabaseConsumers | null;
}

/** The stack's relational database, and what writes events into it; null where its settings name none. */
export function createDatabase(
  { database: definition, pseudonymEpoch, enhancedFanOut, stage }: Settings,
  context: AwsContext,
  made: Parts,
): StackDatabase | null {
  if (definition === "none") return null;
  const { lake, keys, ingest, spark } = made;
  // The settings ask for a network on AWS. Locally it is planned for the database only: nothing there has a network to stand in.
  const network =
    stage === "local" ? new Network("network", context, { keys, existing: STANDS_IN }) : made.network!;
  const database = new Database("database", context, { keys, network, definition });
  if (consumedStreams(definition, lake.contracts).length === 0) return { database, consumers: null };
  const consumers = new DatabaseConsumers("to-database", context, {
    ...{ database, lake, keys, network, streams: ingest.streams, pseudonymEpoch, enhancedFanOut },
    alarms: spark.nodes.alarms,
  });
  return { database, consumers };
}
