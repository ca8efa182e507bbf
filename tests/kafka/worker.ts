/** A consumer as a process of its own, which a test may kill: `worker.ts BOOTSTRAP GROUP TOPIC FILE`. */
import { appendFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { KafkaConsumer, textDeserializer } from "../../clients/kafka";

const [bootstrap, groupId, topic, file] = process.argv.slice(2) as [string, string, string, string];

const consumer = new KafkaConsumer<string, string>({
  connection: { bootstrap: [bootstrap], clientId: "worker", access: { kind: "none" } },
  ...{ groupId, topics: [topic], maxPollRecords: 100 },
  // The least that brokers take: a killed worker's partitions go to the others so much later.
  ...{ sessionTimeoutMs: 6000, heartbeatMs: 500, rebalanceTimeoutMs: 6000 },
  ...{ keyDeserializer: textDeserializer, valueDeserializer: textDeserializer },
  onRebalance: ({ assigned }) => {
    process.stdout.write(`${assigned.length}\n`);
  },
});

void consumer.run(async (records) => {
  await sleep(10);
  const at = performance.timeOrigin + performance.now();
  // One write a batch, as a database's transaction: all of it is done, or nothing.
  appendFileSync(
    file,
    records
      .map(({ partition, offset, key, value }) => `${at} ${partition} ${offset} ${key} ${value}\n`)
      .join(""),
  );
});
