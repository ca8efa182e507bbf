/**
 * `npm run bench:functions`: milliseconds of processor that the collector and the pseudonymising function take for
 * one event of the example stream. `components/capacity/functions.ts` holds the result. Asserts nothing.
 */
import { transformBatch } from "../functions/pseudonymise/firehose";
import { Collector } from "../functions/collector/collect";
import {
  batch,
  EVENT,
  FakeKinesis,
  goldenKeys,
  KeptLog,
  post,
  requestsSpec,
} from "../tests/unit/functions/fixtures";
import { processor } from "./processor";

const EVENTS = 500;
const ROUNDS = 40;
const WARM = 10;

const events = Array.from({ length: EVENTS }, (_, at) => ({
  ...EVENT,
  id: `event-${at}`,
  user_id: `u${at}`,
}));
const spec = requestsSpec();

async function main(): Promise<void> {
  const log = new KeptLog();
  const collector = new Collector({
    specs: new Map([[spec.id, spec]]),
    streams: { [spec.id]: "stream" },
    ...{ kinesis: new FakeKinesis(), log },
  });
  const request = post(events);
  const records = batch(...events);
  const settings = () => ({ spec, keys: goldenKeys, epoch: 1 });
  console.log(`${processor().model}; ${EVENTS} events of ${JSON.stringify(EVENT).length} characters a call`);
  await measure("collector", async () => void (await collector.handle(request)));
  await measure("pseudonymiser", async () => void (await transformBatch(records, settings, log)));
}

async function measure(what: string, once: () => Promise<void>): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < WARM + ROUNDS; round++) {
    const before = process.cpuUsage();
    await once();
    const { user, system } = process.cpuUsage(before);
    if (round >= WARM) took.push((user + system) / 1000 / EVENTS);
  }
  took.sort((a, b) => a - b);
  const at = (share: number) => took[Math.floor(share * (took.length - 1))]!.toFixed(4);
  console.log(`${what}: ${at(0.5)} ms an event (median), ${at(0.95)} ms (95 %)`);
}

void main();
