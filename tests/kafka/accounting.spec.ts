import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import {
  KafkaConsumer,
  KafkaProducer,
  partitionOfKey,
  textDeserializer,
  textSerializer,
} from "../../clients/kafka";
import { type LocalKafka, startKafka } from "../../local/kafka";
import { type Done, Worker } from "./workers";

const TOPIC = "lms.requests";
const PARTITIONS = 6;
const KEYS = 200;
const MESSAGES = 10_000;
/** Of the order in which keys take turns. */
const SEED = 20_261_121;

interface Written {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: number;
}

describe("10,000 keyed messages over a real broker", function () {
  this.timeout(240_000);
  const folder = mkdtempSync(join(tmpdir(), "naru-kafka-"));
  const workers: Worker[] = [];
  let broker: LocalKafka;
  let producer: KafkaProducer<string, string> | undefined;
  let written: Written[];
  let done: Done[];

  const connection = () => ({
    bootstrap: [broker.bootstrap],
    clientId: "test",
    access: { kind: "none" as const },
  });
  const startBroker = (port?: number) =>
    startKafka({ folder: join(folder, "broker"), port, topics: [{ name: TOPIC, partitions: PARTITIONS }] });
  const startAgain = async () => {
    broker = await startBroker(Number(broker.bootstrap.split(":")[1]));
  };
  const addWorker = (name: string) => {
    const worker = new Worker({ bootstrap: broker.bootstrap, group: "workers", topic: TOPIC, folder, name });
    workers.push(worker);
    return worker;
  };

  before(async () => {
    broker = await startBroker();
    const [first, second] = [addWorker("first"), addWorker("second")];
    await until(() => first.shares.at(-1) === 3 && second.shares.at(-1) === 3);
    /** What happens while the producer goes on, by the number of messages given to it. */
    const faults: Record<number, () => Promise<void>> = {
      2_000: async () => void addWorker("third"),
      4_000: async () => {
        await broker.stop();
        await startAgain();
      },
      6_000: async () => {
        await broker.kill();
        await startAgain();
      },
      8_000: async () => {
        await until(() => workers.every(({ shares }) => shares.at(-1) === 2));
        await second.end("SIGKILL");
      },
    };
    producer = new KafkaProducer({
      connection: connection(),
      deliveryTimeoutMs: 90_000,
      keySerializer: textSerializer,
      valueSerializer: textSerializer,
      closeOnSignals: false,
    });
    const next = new Map<string, number>();
    const random = seeded(SEED);
    const sent: Promise<unknown>[] = [];
    // One after the other, each when the one before is over.
    let happening = Promise.resolve();
    for (let count = 0; count < MESSAGES; count++) {
      if (faults[count] !== undefined) happening = happening.then(faults[count]);
      const key = `k${Math.floor(random() * KEYS)}`;
      const value = next.get(key) ?? 0;
      next.set(key, value + 1);
      const one = producer.send({ topic: TOPIC, key, value: String(value) });
      one.catch(() => undefined);
      sent.push(one);
      // 1,000 a second: faults meet a producer and consumers at work.
      if (count % 100 === 99) await sleep(100);
    }
    await Promise.all([happening, ...sent]);
    await producer.close();
    written = await readAll(connection());
    await until(() => workers[2]!.shares.at(-1) === 3 && firsts(workers).length === written.length);
    done = workers.flatMap((worker) => worker.done()).sort((one, other) => one.at - other.at);
  });

  after(async () => {
    await Promise.all(workers.map((worker) => worker.end("SIGKILL")));
    await producer?.close();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are all written, none twice, though the broker was restarted and killed", () => {
    const distinct = new Set(written.map(({ key, value }) => `${key} ${value}`)).size;
    console.log(
      `      written ${written.length}, distinct ${distinct}, repeated ${written.length - distinct}, by an idempotent producer`,
    );
    expect(distinct).to.equal(MESSAGES);
    expect(written.length).to.equal(MESSAGES);
  });

  it("lie by key, in order, without a gap", () => {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const offsets = written.filter((each) => each.partition === partition).map(({ offset }) => offset);
      expect(offsets.length, `partition ${partition}`).to.be.greaterThan(0);
      expect(offsets).to.deep.equal([...offsets.keys()]);
    }
    expect(
      written.every(({ key, partition }) => partitionOfKey(Buffer.from(key), PARTITIONS) === partition),
    ).to.equal(true);
    expect(outOfOrder(written)).to.deep.equal([]);
  });

  it("are all done by a group that one joins and one is killed in", () => {
    const repeated = done.length - new Set(done.map(placeOf)).size;
    console.log(
      `      done ${done.length}: missing ${MESSAGES - new Set(done.map(placeOf)).size}, done again ${repeated}; ` +
        `by worker ${workers.map((worker) => worker.done().length).join(", ")}; shares ${workers.map(({ shares }) => shares.join(">")).join(", ")}`,
    );
    expect(new Set(done.map(placeOf))).to.deep.equal(new Set(written.map(placeOf)));
    expect(workers.map((worker) => worker.done().length > 0)).to.deep.equal([true, true, true]);
    // Of six partitions: two had all or half, three have two each, and the two that are left three.
    expect(workers[2]!.shares).to.include(2);
    expect(workers[2]!.shares.at(-1)).to.equal(3);
  });

  it("are done in order within a key", () => {
    const seen = new Set<string>();
    const first = done.filter((each) => !seen.has(placeOf(each)) && seen.add(placeOf(each)));
    expect(outOfOrder(first)).to.deep.equal([]);
  });
});

const placeOf = ({ partition, offset }: Pick<Written, "partition" | "offset">) => `${partition}:${offset}`;

const firsts = (workers: readonly Worker[]) => [
  ...new Set(workers.flatMap((worker) => worker.done()).map(placeOf)),
];

/** Waits for what comes, and no longer than 40 s: the assertions say what did not. */
async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 40_000;
  while (!holds() && Date.now() < end) await sleep(200);
}

/** Keys whose values do not rise one by one. */
function outOfOrder(records: readonly Pick<Written, "key" | "value">[]): string[] {
  const last = new Map<string, number>();
  const wrong: string[] = [];
  for (const { key, value } of records) {
    if (value !== (last.get(key) ?? -1) + 1) wrong.push(`${key}: ${value} after ${last.get(key)}`);
    last.set(key, value);
  }
  return wrong;
}

/** The topic as it is, by a consumer that no group gives its partitions. */
async function readAll(
  connection: ConstructorParameters<typeof KafkaConsumer>[0]["connection"],
): Promise<Written[]> {
  const consumer = new KafkaConsumer<string, string>({
    connection,
    groupId: "reader",
    partitions: [...Array(PARTITIONS).keys()].map((partition) => ({ topic: TOPIC, partition })),
    keyDeserializer: textDeserializer,
    valueDeserializer: textDeserializer,
    closeOnSignals: false,
  });
  const all: Written[] = [];
  for (;;) {
    const records = await consumer.poll(1000);
    if (records.length === 0) break;
    all.push(
      ...records.map(({ partition, offset, key, value }) => ({
        ...{ partition, offset: Number(offset) },
        ...{ key: key!, value: Number(value) },
      })),
    );
  }
  await consumer.close();
  return all;
}

/** A linear congruential generator (Numerical Recipes' constants): the same numbers each time. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
