/** Topics that a local broker begins with. */
import type { Admin } from "@platformatic/kafka";

export interface LocalTopic {
  readonly name: string;
  /** @default 1 */
  readonly partitions?: number;
  /** Settings of the topic by Kafka's names, such as `retention.ms`. @default the broker's */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Kafka, `org.apache.kafka.common.internals.Topic`: legal characters and at most 249 of them. */
const NAME = /^[a-zA-Z0-9._-]{1,249}$/;

/**
 * `NAME` or `NAME:PARTITIONS`, as the command line takes it.
 * @throws Error that says what is wrong with it.
 */
export function parseTopic(text: string): LocalTopic {
  const [name, partitions = "1", ...rest] = text.split(":") as [string, ...string[]];
  if (!NAME.test(name) || name === "." || name === ".." || rest.length > 0) {
    throw new Error(
      `"${text}" is no topic; write NAME:PARTITIONS, such as lms.requests:6, the name of letters, digits, . _ and -`,
    );
  }
  if (!/^[1-9]\d{0,3}$/.test(partitions)) {
    throw new Error(`"${text}": the number of partitions is 1 to 9999, such as ${name}:6`);
  }
  return { name, partitions: Number(partitions) };
}

/**
 * Makes those that are missing.
 * @throws Error when one is there with another number of partitions: keys would move to other partitions.
 */
export async function ensureTopics(admin: Admin, topics: readonly LocalTopic[]): Promise<void> {
  const present = new Set(await admin.listTopics());
  for (const { name, partitions = 1, settings = {} } of topics) {
    if (!present.has(name)) {
      await admin.createTopics({
        topics: [name],
        partitions,
        replicas: 1,
        configs: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
      });
      continue;
    }
    const found = (await admin.metadata({ topics: [name] })).topics.get(name)!.partitionsCount;
    if (found !== partitions) {
      throw new Error(
        `${name} is in this folder with ${found} partitions, not ${partitions}; ask for ${found}, or give an empty folder`,
      );
    }
  }
}
