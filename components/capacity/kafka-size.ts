/** The least cluster that carries a rate. */
import {
  brokersOf,
  DEFAULT_INSTANCE,
  kafkaPlacementProblems,
  kafkaProblems,
  storageOf,
  type KafkaDefinition,
} from "../kafka";
import { BROKERS, isExpress } from "../kafka-brokers";
import {
  megabytesOf,
  partitionCopies,
  partitionMb,
  readMb,
  storedGb,
  writtenMb,
  type TopicStream,
} from "./kafka-demand";

/** MSK takes so many in one cluster, and GiB in one broker, before a raise. */
const MOST = { brokers: 60, storageGb: 16_384 } as const;

/**
 * The same definition with as many partitions, and brokers as large and as many, as the rate asks for: first of a larger class,
 * then more of them. A serverless cluster has partitions only.
 *
 * @returns undefined where none does.
 */
export function kafkaSizeFor(
  definition: KafkaDefinition,
  streams: readonly TopicStream[],
  zones: number,
): KafkaDefinition | undefined {
  const grown = streams.map((stream) => {
    const mb = partitionMb(definition, stream);
    const needed = mb === null ? 0 : Math.ceil(megabytesOf(stream) / mb);
    return { ...stream, topic: { ...stream.topic, partitions: Math.max(stream.topic.partitions, needed) } };
  });
  const withTopics = withPartitions(definition, streams, grown);
  if (definition.cluster === "serverless") return right(withTopics, zones) ? withTopics : undefined;
  const family = Object.keys(BROKERS).filter((name) => name.startsWith("express.") === isExpress(definition));
  const classes = family.slice(family.indexOf(definition.instance ?? DEFAULT_INSTANCE));
  const first = brokersOf(definition, zones);
  const counts = Array.from({ length: MOST.brokers }, (_, at) => at + 1).filter(
    (count) => count >= first && count % zones === 0,
  );
  return counts
    .flatMap((brokers) => classes.map((instance) => sized(withTopics, grown, instance, brokers)))
    .find((candidate) => candidate !== undefined && right(candidate, zones));
}

/** Undefined where brokers of a class do not carry it. */
function sized(
  definition: KafkaDefinition,
  streams: readonly TopicStream[],
  instance: string,
  brokers: number,
): KafkaDefinition | undefined {
  const { writeMb, readMb: givenMb, partitions } = BROKERS[instance]!;
  const gb = Math.ceil(storedGb(streams) / brokers);
  const carries =
    writtenMb(streams) <= brokers * writeMb &&
    (givenMb === null || readMb(streams) <= brokers * givenMb) &&
    partitionCopies(streams) <= brokers * partitions &&
    (isExpress({ instance }) || gb <= MOST.storageGb);
  if (!carries) return undefined;
  const enough = isExpress({ instance }) || gb <= storageOf(definition).limit;
  return { ...definition, instance, brokers, ...(!enough && { storageLimitGb: gb }) };
}

function withPartitions(
  definition: KafkaDefinition,
  before: readonly TopicStream[],
  after: readonly TopicStream[],
): KafkaDefinition {
  const changed = after.filter(({ topic }, at) => topic.partitions > before[at]!.topic.partitions);
  if (changed.length === 0) return definition;
  const topics = Object.fromEntries(
    changed.map(({ id, topic: { partitions } }) => [id, { ...definition.topics?.[id], partitions }]),
  );
  return { ...definition, topics: { ...definition.topics, ...topics } };
}

const right = (definition: KafkaDefinition, zones: number): boolean =>
  [...kafkaProblems(definition), ...kafkaPlacementProblems(definition, zones)].every(
    (problem) => problem === undefined,
  );
