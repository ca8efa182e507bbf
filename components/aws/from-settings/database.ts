/** The relational database behind the streams. */
import { consumedStreams } from "../../consumed-streams";
import type { Settings } from "../../settings";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { Database } from "../database";
import { DatabaseConsumers } from "../database/consumer";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { Network } from "../foundation/network";
import type { GlueEtl } from "../glue-etl";
import type { SparkCluster } from "../spark-cluster";
import type { StreamIngest } from "../stream-ingest";

/** The stack's relational database, and what writes events into it; null where its settings name none. */
export function createDatabase(
  { database: definition, pseudonymEpoch }: Settings,
  context: AwsContext,
  made: {
    lake: DataLake;
    keys: EncryptionKeys;
    network: Network | null;
    ingest: StreamIngest;
    spark: SparkCluster | GlueEtl;
  },
): Database | null {
  if (definition === "none") return null;
  // The settings ask for a network.
  const { lake, keys, ingest, spark } = made;
  const network = made.network!;
  const database = new Database("database", context, { keys, network, definition });
  if (consumedStreams(definition, lake.contracts).length > 0) {
    new DatabaseConsumers("to-database", context, {
      ...{ database, lake, keys, network, streams: ingest.streams, pseudonymEpoch },
      alarms: spark.nodes.alarms,
    });
  }
  return database;
}
