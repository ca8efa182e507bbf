/** Topics of a cluster: what follows of contracts, where a person says nothing else. */
import type { ArgumentProblem } from "./arguments";
import { isPersonal, type Column, type Contracts, type DataSet } from "./contract/model";
import { DEFAULT_MIN_IN_SYNC, DEFAULT_REPLICATION, type KafkaDefinition } from "./kafka";

/** One topic, all said. */
export interface TopicPlan {
  readonly dataSet: DataSet;
  /** `<domain>.<name>`, as the data set's id. */
  readonly topic: string;
  readonly partitions: number;
  readonly replication: number;
  readonly minInSyncReplicas: number;
  readonly retentionHours: number;
  readonly consumerGroups: readonly string[];
}

/**
 * MB a second that a partition is counted with: what a serverless cluster takes into one (MSK developer guide, "MSK Serverless
 * quota"), the least of all kinds.
 */
export const PARTITION_WRITE_MB = 5;

/** One for each of the copies' brokers, so that the load spreads. */
const LEAST_PARTITIONS = 3;

/** Partitions for a rate: with twice of it still to come, as one more later breaks the order of keys. */
export function partitionsFor({
  eventsPerSecond,
  eventBytes,
}: Pick<DataSet, "eventsPerSecond" | "eventBytes">): number {
  const mb = (eventsPerSecond * eventBytes) / 1_000_000;
  return Math.max(LEAST_PARTITIONS, Math.ceil((2 * mb) / PARTITION_WRITE_MB));
}

/** Ids of the streams that have a topic. */
export function kafkaStreams({ streams }: KafkaDefinition, contracts: Contracts): string[] {
  return [...(streams ?? contracts.filter(({ ingestion }) => ingestion === "stream").map(({ id }) => id))];
}

/** @param retentionHours of topics that say nothing else. */
export function topicPlans(
  definition: KafkaDefinition,
  contracts: Contracts,
  retentionHours: number,
): TopicPlan[] {
  return kafkaStreams(definition, contracts).flatMap((id): TopicPlan[] => {
    const dataSet = contracts.find((each) => each.id === id);
    if (dataSet === undefined) return [];
    const topic = definition.topics?.[id] ?? {};
    return [
      {
        dataSet,
        topic: id,
        partitions: topic.partitions ?? partitionsFor(dataSet),
        replication: topic.replication ?? DEFAULT_REPLICATION,
        minInSyncReplicas: topic.minInSyncReplicas ?? DEFAULT_MIN_IN_SYNC,
        retentionHours: topic.retentionHours ?? retentionHours,
        consumerGroups: topic.consumerGroups ?? [],
      },
    ];
  });
}

/** Kafka's own transforms cast numbers and read times, and nothing else (`components/aws/kafka/sink-settings.ts`). */
const needsTransform = ({ treatment, type }: Column): boolean =>
  treatment !== "keep" || type.startsWith("decimal");

/** What of a definition does not fit the contracts. */
export function kafkaMismatches(
  definition: KafkaDefinition,
  contracts: Contracts,
): (ArgumentProblem | undefined)[] {
  const streams = contracts.filter(({ ingestion }) => ingestion === "stream");
  const ids = kafkaStreams(definition, contracts);
  const among = (known: readonly string[]) => (place: string, id: string) =>
    known.includes(id) ? undefined : `${place}: is "${id}"; write one of ${known.join(", ")}`;
  const aStream = among(streams.map(({ id }) => id));
  const withTopic = among(ids);
  const personal = streams.filter((dataSet) => isPersonal(dataSet)).map(({ id }) => id);
  const connected = definition.connect?.streams ?? [];
  return [
    ids.length === 0
      ? "streams: is empty; name the streams that have a topic, or leave the cluster out"
      : undefined,
    ...(definition.streams ?? []).map((id, at) => aStream(`streams[${at}]`, id)),
    ...Object.keys(definition.topics ?? {}).map((id) => withTopic("topics", id)),
    ...(definition.cluster === "serverless" && !(definition.awsKey ?? false)
      ? ids
          .filter((id) => personal.includes(id))
          .map(
            (id) =>
              `streams: have ${id}, which holds personal data, and a serverless cluster keeps it under AWS's own key; ` +
              'name streams without, take cluster "provisioned", or write awsKey true',
          )
      : []),
    ...connected.map((id, at) => withTopic(`connect.streams[${at}]`, id)),
    ...connected
      .filter((id) => personal.includes(id))
      .map(
        (id) =>
          `connect.streams: has ${id}, which holds personal data, and MSK Connect has no transform that makes pseudonyms; ` +
          "leave it out: its topic comes to the lake by Firehose, through the transform",
      ),
    ...connected
      .filter((id) => !personal.includes(id))
      .flatMap((id) => contracts.find((dataSet) => dataSet.id === id) ?? [])
      .flatMap(({ id, columns }) => columns.filter(needsTransform).map(({ name }) => [id, name] as const))
      .map(
        ([id, column]) =>
          `connect.streams: has ${id}, whose column ${column} is a decimal or is treated on its way, which no transform of ` +
          "Kafka's own does; leave it out: its topic comes to the lake by Firehose, through the transform",
      ),
  ];
}
