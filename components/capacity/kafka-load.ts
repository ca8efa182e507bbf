/** What a stream's topic is, as far as capacity follows from it. */
import type { Contracts } from "../contract/model";
import type { KafkaDefinition } from "../kafka";
import { topicPlans } from "../kafka-topics";
import type { Settings } from "../settings";

/** The settings that a cluster's capacity follows from. */
export type KafkaSettings = Pick<
  Settings,
  "kafka" | "streamRetentionHours" | "network" | "networkZones" | "networkSubnetIds"
>;

export interface TopicLoad {
  readonly partitions: number;
  readonly replication: number;
  readonly retentionHours: number;
  /** Groups of consumers, beside what brings it to the lake. */
  readonly groups: number;
  /** Whether Firehose brings it to the lake; else a connector does. */
  readonly delivered: boolean;
}

/** By id of the stream. */
export function topicLoads(
  definition: KafkaDefinition,
  contracts: Contracts,
  retentionHours: number,
): ReadonlyMap<string, TopicLoad> {
  const connected = definition.connect?.streams ?? [];
  return new Map(
    topicPlans(definition, contracts, retentionHours).map(
      ({ dataSet, partitions, replication, retentionHours: hours, consumerGroups }) => [
        dataSet.id,
        {
          ...{ partitions, replication, retentionHours: hours, groups: consumerGroups.length },
          delivered: !connected.includes(dataSet.id),
        },
      ],
    ),
  );
}
