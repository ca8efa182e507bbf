import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import {
  type Deserializer,
  jsonDeserializer,
  jsonSerializer,
  KafkaConsumer,
  textDeserializer,
} from "../../clients/kafka";
import { keepNewest, requestConsumer } from "../../docs/examples/kafka/consumer";
import { type Request, requestProducer, sendAll } from "../../docs/examples/kafka/producer";
import { type LocalKafka, startKafka } from "../../local/kafka";

describe("a local broker, and the clients of docs/kafka.md", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), "naru-kafka-"));
  let broker: LocalKafka;

  const connection = () => ({
    bootstrap: [broker.bootstrap],
    clientId: "example",
    access: { kind: "none" as const },
  });
  const plain = (groupId: string) =>
    new KafkaConsumer<string, unknown>({
      connection: connection(),
      ...{ groupId, topics: ["lms.requests"], maxPollRecords: 10, closeOnSignals: false },
      ...{ sessionTimeoutMs: 6000, heartbeatMs: 500 },
      ...{ keyDeserializer: textDeserializer, valueDeserializer: jsonDeserializer },
    });

  before(async () => {
    broker = await startKafka({
      folder: join(folder, "broker"),
      topics: [{ name: "lms.requests", partitions: 6 }],
    });
  });
  after(async () => {
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("pass requests from one to the other", async () => {
    const requests = [...Array(50).keys()].map((number) => ({
      id: `r${number}`,
      user_id: `u${number % 7}`,
      occurred_at: "2026-11-21T09:00:00Z",
    }));
    const producer = requestProducer(connection(), jsonSerializer);
    expect(await sendAll(producer, requests)).to.equal(50);
    await producer.close();
    const consumer = requestConsumer(connection(), jsonDeserializer as Deserializer<Request>);
    const newest = new Map<string, Request>();
    const running = keepNewest(consumer, newest);
    for (let tries = 0; tries < 100 && newest.size < 50; tries++) await sleep(100);
    await consumer.close();
    await running;
    expect([...newest.values()]).to.have.deep.members(requests);
  });

  it("give again what was not committed, and not what was", async () => {
    const first = plain("careful");
    const done = await first.poll(10_000);
    await first.commit(done);
    const given = await first.poll();
    await first.close();
    const second = plain("careful");
    const again = [];
    for (let tries = 0; tries < 10 && again.length < 50 - done.length; tries++)
      again.push(...(await second.poll()));
    await second.close();
    const places = (records: readonly { partition: number; offset: bigint }[]) =>
      records.map(({ partition, offset }) => `${partition}:${offset}`);
    expect(done.length).to.equal(10);
    expect(given.length).to.equal(10);
    expect(places(again)).to.include.members(places(given));
    expect(places(again)).to.have.length(40);
    expect(places(again).filter((place) => places(done).includes(place))).to.deep.equal([]);
  });

  it("refuse a topic that is not there, and a folder that another broker uses", async () => {
    const producer = requestProducer(connection(), jsonSerializer);
    const refused = await producer
      .send({ topic: "lms.reqests", value: {} as Request })
      .catch((error: Error) => error);
    await producer.close();
    expect((refused as Error).message).to.match(/^There is no topic lms\.reqests/);
    const second = await startKafka({ folder: broker.folder }).catch((error: Error) => error);
    expect((second as Error).message).to.match(/another broker uses this folder/);
  });
});
