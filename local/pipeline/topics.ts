/** Writes to a topic as a service of its own would, past collector and stream. */
import { Producer } from "@platformatic/kafka";

export interface TopicRecord {
  /** Events of one key stay in order. */
  readonly key: string;
  readonly value: Buffer;
}

/** Records a request; a request of the broker's takes 1 MB. */
const BATCH = 500;

/**
 * Returns when all copies have all records.
 * @throws Error when the broker refuses some.
 */
export async function produce(
  bootstrap: string,
  topic: string,
  records: readonly TopicRecord[],
): Promise<void> {
  const producer = new Producer({
    clientId: "naru",
    bootstrapBrokers: [bootstrap],
    acks: -1,
    idempotent: true,
  });
  try {
    for (let at = 0; at < records.length; at += BATCH) {
      const messages = records
        .slice(at, at + BATCH)
        .map(({ key, value }) => ({ topic, key: Buffer.from(key, "utf8"), value }));
      await producer.send({ messages });
    }
  } finally {
    await producer.close();
  }
}
