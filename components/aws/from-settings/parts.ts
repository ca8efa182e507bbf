/** What is made before the things that settings add beside the streams. */
import type { DataLake } from "../data-lake";
import type { EncryptionKeys } from "../foundation/encryption-keys";
import type { ExistingNetwork, Network } from "../foundation/network";
import type { GlueEtl } from "../glue-etl";
import type { SparkCluster } from "../spark-cluster";
import type { StreamIngest } from "../stream-ingest";

export interface Parts {
  readonly lake: DataLake;
  readonly keys: EncryptionKeys;
  /** Null where the settings ask for none. */
  readonly network: Network | null;
  readonly ingest: StreamIngest;
  /** Has the topic of the platform's alarms. */
  readonly spark: SparkCluster | GlueEtl;
}

/** Of a local stack, where nothing has a network to stand in: what is planned of it names these, and the ids are nobody's. */
export const STANDS_IN: ExistingNetwork = {
  vpcId: "vpc-00000000",
  closedSubnetIds: ["subnet-00000000", "subnet-00000001"],
};
