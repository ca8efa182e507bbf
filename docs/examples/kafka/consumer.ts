// Events in the order of their users, each done at least once.
import {
  type Deserializer,
  glueDeserializer,
  type KafkaConnection,
  KafkaConsumer,
  textDeserializer,
} from "../../../clients/kafka";
import type { Request } from "./producer";

const checked = glueDeserializer({
  registry: "naru-dev-events",
  schema: "naru-dev-lms-requests-v1",
}) as Deserializer<Request>;

export function requestConsumer(
  connection: KafkaConnection,
  valueDeserializer: Deserializer<Request> = checked,
): KafkaConsumer<string, Request> {
  return new KafkaConsumer({
    connection,
    groupId: "recommendations",
    topics: ["lms.requests"],
    keyDeserializer: textDeserializer,
    valueDeserializer,
    // The defaults, said once: from the beginning, and committed after the work.
    autoOffsetReset: "earliest",
    autoCommitMs: "off",
  });
}

/** Writes by the event's id, so that a record which comes again changes nothing. */
export function keepNewest(
  consumer: KafkaConsumer<string, Request>,
  newest: Map<string, Request>,
): Promise<void> {
  return consumer.run(async (records) => {
    for (const { value } of records) if (value !== undefined) newest.set(value.id, value);
  });
}
