/** A real Apache Kafka on this machine: one node, started only when asked for. */
export {
  deleteTopic,
  makeTopics,
  startKafka,
  topicPartitions,
  type LocalKafka,
  type LocalKafkaOptions,
} from "./broker";
export { KAFKA_VERSION } from "./programs";
export { parseTopic, type LocalTopic } from "./topics";
