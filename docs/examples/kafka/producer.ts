// Events as JSON, checked against the contract's schema before they leave.
import {
  glueSerializer,
  type KafkaConnection,
  KafkaProducer,
  type Serializer,
  textSerializer,
} from "../../../clients/kafka";

export interface Request {
  readonly id: string;
  readonly user_id: string;
  readonly occurred_at: string;
}

/** Names of the registry and the schema, as the stack made them. */
const checked = glueSerializer({ registry: "naru-dev-events", schema: "naru-dev-lms-requests-v1" });

export function requestProducer(
  connection: KafkaConnection,
  valueSerializer: Serializer<Request> = checked,
): KafkaProducer<string, Request> {
  return new KafkaProducer({
    connection,
    keySerializer: textSerializer,
    valueSerializer,
    // The defaults, said once: nothing is lost, and nothing is there twice.
    acks: "all",
    idempotent: true,
  });
}

/** The requests of a user stay in order: they have one key, so one partition. */
export async function sendAll(
  producer: KafkaProducer<string, Request>,
  requests: readonly Request[],
): Promise<number> {
  const sent = await Promise.all(
    requests.map((value) => producer.send({ topic: "lms.requests", key: value.user_id, value })),
  );
  return sent.length;
}
