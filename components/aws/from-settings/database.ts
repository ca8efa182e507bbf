/** The relational database behind the streams. */
import { consumedStreams } from "../../consumed-streams";
import type { Settings } from "../../settings";
import type { AwsContext } from "../context";
import type { DataLake } from "../data-lake";
import { Database } from "../database";
import { DatabaseConsumers } from "../database/consumer";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import { Network, type ExistingNetwork } from "../foundation/network";
import type { GlueEtl } from "../glue-etl";
import type { SparkCluster } from "../spark-cluster";
import type { StreamIngest } from "../stream-ingest";

/** Of a local stack; the ids are nobody's. */
const STANDS_IN: ExistingNetwork = { vpcId: "vpc-00000000", closedSubnetIds: ["subnet-00000000"] };

export interface StackDatabase {
  readonly database: Database;
  /** Null where it takes no stream. */
  readonly consumers: DatabaseConsumers | null;
}

/** The stack's relational database, and what writes events into it; null where its settings name none. */
export function createDatabase(
  { database: definition, pseudonymEpoch, enhancedFanOut, stage }: Settings,
  context: AwsContext,
  made: {
    lake: DataLake;
    keys: EncryptionKeys;
    network: Network | null;
    ingest: StreamIngest;
    spark: SparkCluster | GlueEtl;
  },
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
