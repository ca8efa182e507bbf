/** A real Apache Kafka on this machine: one node, started only when asked for. */
export { makeTopics, startKafka, type LocalKafka, type LocalKafkaOptions } from "./broker";
export { KAFKA_VERSION } from "./programs";
export { parseTopic, type LocalTopic } from "./topics";
