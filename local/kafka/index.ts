/** A real Apache Kafka on this machine: one node, started only when asked for. */
export {
  brokerAnswers,
  deleteTopic,
  makeTopics,
  startKafka,
  type LocalKafka,
  type LocalKafkaOptions,
} from "./broker";
export { KAFKA_VERSION } from "./programs";
export { changeTopic, describeTopic, type DescribedTopic } from "./topic-life";
export { parseTopic, type LocalTopic } from "./topics";
