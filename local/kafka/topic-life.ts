/** A topic after it was made: what the broker says of it, and what of it can be changed. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  Connection,
  createPartitionsV3,
  describeConfigsV4,
  incrementalAlterConfigsV1,
  ResponseError,
} from "@platformatic/kafka";
import { withAdmin } from "./broker";
import { NODE_ID } from "./server-properties";

export interface DescribedTopic {
  readonly partitions: number;
  /** Those that were set of the topic itself, by Kafka's names. */
  readonly set: Readonly<Record<string, string>>;
  /** Those that hold: its own, the broker's and Kafka's defaults. */
  readonly actual: Readonly<Record<string, string>>;
}

export interface TopicChange {
  /** More than there are. @default as many as there are */
  readonly partitions?: number;
  /** Settings to set; those that are not named stay as they are. @default none */
  readonly settings?: Readonly<Record<string, string>>;
}

/** Numbers of Kafka's protocol (`ConfigResource.Type`, `AlterConfigOp.OpType`, `DescribeConfigsResponse.ConfigSource`). */
const TOPIC = 2;
const SET = 0;
const OF_THE_TOPIC = 1;

/** Milliseconds for the controller's answer, and for the broker to follow it. */
const ANSWER_MS = 5_000;
const FOLLOW_MS = 10_000;
const POLL_MS = 20;

/** As the broker says; undefined where it has no such topic. */
export async function describeTopic(bootstrap: string, name: string): Promise<DescribedTopic | undefined> {
  const partitions = await partitionsOf(bootstrap, name);
  if (partitions === undefined) return undefined;
  const asked = { resourceType: TOPIC, resourceName: name, configurationKeys: [] };
  const { results } = await connected(bootstrap, (connection) =>
    describeConfigsV4.api.async(connection, [asked], false, false),
  );
  const configs = results[0]!.configs.filter(({ value }) => value !== null);
  const values = (of: typeof configs) => Object.fromEntries(of.map((each) => [each.name, each.value!]));
  const set = configs.filter(({ configSource }) => configSource === OF_THE_TOPIC);
  return { partitions, set: values(set), actual: values(configs) };
}

/**
 * Changes a topic, and waits until the broker says so.
 * @throws Error with what the broker has against it: fewer partitions, a setting that it does not know.
 */
export async function changeTopic(
  bootstrap: string,
  name: string,
  { partitions, settings = {} }: TopicChange,
): Promise<void> {
  const configs = Object.entries(settings).map(([key, value]) => ({
    ...{ name: key, configOperation: SET, value },
  }));
  const present = (await partitionsOf(bootstrap, name)) ?? 0;
  await connected(bootstrap, async (connection) => {
    if (partitions !== undefined) {
      const added = Math.max(0, partitions - present);
      const assignments = Array.from({ length: added }, () => ({ brokerIds: [NODE_ID] }));
      const more = { name, count: partitions, assignments };
      await createPartitionsV3.api.async(connection, [more], ANSWER_MS, false);
    }
    if (configs.length > 0) {
      const change = { resourceType: TOPIC, resourceName: name, configs };
      await incrementalAlterConfigsV1.api.async(connection, [change], false);
    }
  });
  for (const since = Date.now(); Date.now() < since + FOLLOW_MS; await sleep(POLL_MS)) {
    const now = await describeTopic(bootstrap, name);
    const isSet = Object.entries(settings).every(([key, value]) => now?.set[key] === value);
    if (isSet && (partitions ?? now?.partitions) === now?.partitions) return;
  }
  throw new Error(`the broker took the change of ${name}, and does not say so after ${FOLLOW_MS / 1000} s`);
}

function partitionsOf(bootstrap: string, name: string): Promise<number | undefined> {
  return withAdmin(bootstrap, async (admin) => {
    if (!(await admin.listTopics()).includes(name)) return undefined;
    return (await admin.metadata({ topics: [name] })).topics.get(name)!.partitionsCount;
  });
}

async function connected<Result>(
  bootstrap: string,
  ask: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const [host, port] = bootstrap.split(":") as [string, string];
  const connection = new Connection("naru", { connectTimeout: ANSWER_MS });
  try {
    await connection.connect(host, Number(port));
    return await ask(connection);
  } catch (error) {
    throw error instanceof ResponseError ? inItsWords(error) : error;
  } finally {
    await connection.close();
  }
}

/** The client's own message says only that there was an error. */
function inItsWords(error: ResponseError): Error {
  const { responses = [], results = [] } = error.response as Record<string, { errorMessage?: string }[]>;
  const words = [...responses, ...results].flatMap(({ errorMessage }) => errorMessage ?? []);
  return words.length === 0 ? error : new Error(words.join("; "), { cause: error });
}
