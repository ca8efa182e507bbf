import { waitForDelivery } from "../../../local/pipeline/delivery";
import type { TopicRecord } from "../../../local/pipeline/topics";
import type { Deployed, Step } from "../run";
import { STREAM_SET } from "./ingest";

/**
 * Where the stack has a Kafka: the sample goes in once more by the topic. The raw table gets each valid event twice, by two
 * ways and one transform, and all that follows must be as if it had come once.
 */
export const ingestByTopic: Step = {
  title: "The same events through Kafka and Firehose into raw",
  run: async (run, { say, note }) => {
    const { sample, clients, outputs, report } = run as Deployed;
    const { bootstrap, topics } = outputs.kafka!;
    const before = report.events!;
    const valid: TopicRecord[] = sample.events
      .filter(({ dt }) => dt !== null)
      .map(({ body }, at) => ({ key: String(at), value: Buffer.from(JSON.stringify(body), "utf8") }));
    const broken = sample.poison.map(({ data }, at) => ({ key: String(at), value: data }));
    say("producing events");
    // Loaded where there is a Kafka only.
    const { produce } =
      require("../../../local/pipeline/topics") as typeof import("../../../local/pipeline/topics");
    await produce(bootstrap, topics[STREAM_SET]!, [...valid, ...broken]);
    note(`produced ${valid.length} events and ${broken.length} broken records to ${topics[STREAM_SET]}`);
    const records = before.landed + before.failed + valid.length + broken.length;
    const now = await waitForDelivery(clients.s3, outputs, STREAM_SET, records, (delivered) =>
      say(`delivered ${delivered} of ${records}`),
    );
    const landed = now.landed - before.landed;
    const failed = now.failed - before.failed;
    report.kafka = { ...{ bootstrap, landed, failed }, repeated: valid.length, broken: broken.length };
    note(
      `landed ${landed} rows by the same transform; ${failed} records failed, kept in the closed error output`,
    );
  },
};
