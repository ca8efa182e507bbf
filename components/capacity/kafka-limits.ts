/** Limits of a Kafka cluster, where all of the declared rate comes by it. */
import { brokersOf, DEFAULT_INSTANCE, storageOf, type KafkaDefinition } from "../kafka";
import { BROKERS, isExpress, type BrokerClass } from "../kafka-brokers";
import { fix } from "../settings/examples";
import {
  FIREHOSE_PARTITION_MB,
  hasTopic,
  megabytesOf,
  partitionCopies,
  partitionMb,
  readMb,
  storedGb,
  USED_PERCENT,
  writtenMb,
  type TopicStream,
} from "./kafka-demand";
import { kafkaSizeFor } from "./kafka-size";
import type { Limit } from "./limit";
import type { StreamLoad } from "./load";
import { QUOTAS } from "./quotas";

/** Of a serverless cluster: MB a second, and partitions. */
const SERVERLESS = { writeMb: 200, readMb: 400, partitions: 2400 } as const;

/** Brokers of an account and region. */
const ACCOUNT_BROKERS = 90;

/** @param zones of the network. */
export function kafkaLimits(
  streams: readonly StreamLoad[],
  definition: KafkaDefinition,
  zones: number,
): Limit[] {
  const withTopic = streams.filter(hasTopic);
  if (withTopic.length === 0) return [];
  const larger = kafkaSizeFor(definition, withTopic, zones);
  const mend =
    larger === undefined
      ? "No cluster carries so much: split the streams over stacks, or keep events for less long"
      : fix("kafka", `'${JSON.stringify(larger)}'`);
  return [
    ...withTopic.flatMap((stream) => topicLimits(stream, definition, mend)),
    ...(definition.cluster === "serverless"
      ? serverlessLimits(withTopic)
      : brokerLimits(withTopic, definition, zones, mend)),
  ];
}

const bySetting = { remedy: "setting", setting: "kafka" } as const;

function topicLimits(stream: TopicStream, definition: KafkaDefinition, mend: string): Limit[] {
  const mb = partitionMb(definition, stream);
  if (mb === null) return [];
  return [
    {
      ...{ name: `MSK: partitions of ${stream.id}`, needed: megabytesOf(stream) / mb },
      ...{ allowed: stream.topic.partitions, unit: "partitions", ...bySetting, fix: mend },
      quota: mb === FIREHOSE_PARTITION_MB ? QUOTAS.topicDelivery : QUOTAS.topicPartition,
    },
  ];
}

function serverlessLimits(streams: readonly TopicStream[]): Limit[] {
  const shared = { remedy: "quota", quota: QUOTAS.serverlessKafka } as const;
  const ask = "Ask AWS for more, or take brokers: cluster provisioned";
  return [
    {
      ...{ name: "MSK: writing into the serverless cluster", needed: sumOf(streams, megabytesOf) },
      ...{ allowed: SERVERLESS.writeMb, unit: "MB/s", ...shared, fix: ask },
    },
    {
      ...{ name: "MSK: reading from the serverless cluster", needed: readMb(streams) },
      ...{ allowed: SERVERLESS.readMb, unit: "MB/s", ...shared, fix: ask },
    },
    {
      ...{ name: "MSK: partitions of the serverless cluster" },
      needed: sumOf(streams, ({ topic }) => topic.partitions),
      ...{ allowed: SERVERLESS.partitions, unit: "partitions", ...shared, fix: ask },
    },
  ];
}

function brokerLimits(
  streams: readonly TopicStream[],
  definition: KafkaDefinition,
  zones: number,
  mend: string,
): Limit[] {
  const brokers = brokersOf(definition, zones);
  const broker: BrokerClass = BROKERS[definition.instance ?? DEFAULT_INSTANCE]!;
  const quota = isExpress(definition) ? QUOTAS.expressBroker : QUOTAS.standardBroker;
  const settable = { ...bySetting, fix: mend, quota };
  return [
    {
      ...{ name: "MSK: writing into the brokers", needed: writtenMb(streams) },
      ...{ allowed: brokers * broker.writeMb, unit: "MB/s", ...settable },
    },
    ...(broker.readMb === null
      ? []
      : [
          {
            ...{ name: "MSK: reading from the brokers", needed: readMb(streams) },
            ...{ allowed: brokers * broker.readMb, unit: "MB/s", ...settable },
          },
        ]),
    {
      ...{ name: "MSK: partitions of the brokers, with their copies", needed: partitionCopies(streams) },
      ...{ allowed: brokers * broker.partitions, unit: "partitions", ...settable },
    },
    ...(isExpress(definition)
      ? []
      : [
          {
            ...{ name: "MSK: storage of the brokers", needed: storedGb(streams) },
            ...{ allowed: brokers * storageOf(definition).limit, unit: "GiB", ...settable },
            basis: `as if the rate lasted for all that topics keep, and disks at ${USED_PERCENT} %`,
            quota: QUOTAS.brokerStorage,
          },
        ]),
    {
      ...{ name: "MSK: brokers of the account", needed: brokers, allowed: ACCOUNT_BROKERS, unit: "brokers" },
      ...{ remedy: "quota", fix: `Ask AWS for ${brokers} or more`, quota: QUOTAS.brokers },
    },
  ];
}

function sumOf(streams: readonly TopicStream[], of: (stream: TopicStream) => number): number {
  return streams.reduce((total, stream) => total + of(stream), 0);
}
