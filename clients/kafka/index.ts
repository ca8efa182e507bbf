/** Kafka for a team's own services: a producer and a consumer whose defaults lose nothing. Docs: docs/kafka.md. */
export type { KafkaAccess, KafkaConnection } from "./connection";
export { KafkaConsumer, type ConsumedRecord } from "./consumer";
export {
  CONSUMER_DEFAULTS,
  type ConsumerSettings,
  type Rebalance,
  type TopicPartition,
  type UndecodableRecord,
} from "./consumer-settings";
export { glueDeserializer, glueSerializer, type GlueSchemaSettings } from "./glue-schema";
export { decodeGlue, encodeGlue, type GlueRecord } from "./glue-wire-format";
export { murmur2, partitionOfKey } from "./partitioner";
export { KafkaProducer, type RecordToSend, type SentRecord } from "./producer";
export { PRODUCER_DEFAULTS, type Acks, type ProducerSettings } from "./producer-settings";
export {
  bytesDeserializer,
  bytesSerializer,
  jsonDeserializer,
  jsonSerializer,
  textDeserializer,
  textSerializer,
  type Deserializer,
  type Serializer,
} from "./serializers";
