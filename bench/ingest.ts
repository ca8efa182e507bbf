/**
 * `npm run bench:ingest`: events a second from HTTP to Parquet on the local cloud, and how long after its answer an event can be
 * queried, beside a plain consumer of a stream of the same emulator. Prints a table and writes `.naru/bench/ingest.json`. Fails when
 * an event is lost, not when it is slow: see bench/README.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { CloudClients } from "../local/endpoints";
import { LOCAL_ACCOUNT, startLocalCloud } from "../local/local-cloud";
import { PATHS, ROOT } from "../local/paths";
import { AthenaWorkgroup } from "../local/pipeline/athena";
import type { PlatformOutputs } from "../local/pipeline/outputs";
import { localProvider } from "../local/provider";
import { readStackConfig, recordProgram, regionOf } from "../local/recorder";
import { claimRun, releaseRun } from "../local/running";
import { generateSample } from "../samples";
import { load, percentile, type Load, type LoadEvent, type Way } from "./ingest/load";
import { PlainConsumerWay, PlatformWay } from "./ingest/ways";
import { processor } from "./processor";

const USAGE = `npm run bench:ingest -- [options]
  --events 40000    events of the run that takes all it can
  --seconds 20      length of the run at a third of that rate
  --batch 200       events a request
  --clients 4       requests under way at once`;

const DATA_SET = "lms.requests";
/** The second run offers this share of what the platform made in the first, so that no queue grows. */
const EVEN_SHARE = 1 / 3;

interface Options {
  readonly events: number;
  readonly seconds: number;
  readonly batch: number;
  readonly clients: number;
}

/** What one way did: all it can take, then evenly. */
interface Measured {
  readonly way: string;
  readonly most: Load;
  readonly even: Load;
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  mkdirSync(PATHS.own, { recursive: true });
  await claimRun();
  const cloud = await startLocalCloud(regionOf(readStackConfig(ROOT, "local").values));
  try {
    const clients = new CloudClients(cloud.endpoints);
    console.log(
      `${processor().model}, load ${loadavg()[0]!.toFixed(1)}; deploying the program to the local cloud`,
    );
    const { outputs: made } = await recordProgram({
      root: ROOT,
      stack: "local",
      accountId: LOCAL_ACCOUNT,
      create: localProvider(clients),
    });
    const outputs = made as unknown as PlatformOutputs;
    const events = new Events();
    const platform = new PlatformWay(clients, outputs, DATA_SET);
    // Functions start cold, and the first records make the first connections.
    await load(platform, { ...options, events: events.next(options.batch) });
    console.log(`platform: ${options.events} events`);
    const most = await load(platform, { ...options, events: events.next(options.events) });
    const perSecond = Math.max(1, Math.round(most.readablePerSecond * EVEN_SHARE));
    const count = perSecond * options.seconds;
    console.log(`platform: ${perSecond} events/s for ${options.seconds} s`);
    const even = await load(platform, { ...options, events: events.next(count), perSecond });
    const plain = await PlainConsumerWay.create(clients.kinesis, "bench-plain", 1);
    const measured: Measured[] = [
      { way: "collector to Parquet", most, even },
      { way: "plain consumer", ...(await measure(plain, events, { ...options, count, perSecond })) },
    ];
    await countByQuery(clients, outputs, options.batch + options.events + count);
    report(measured, options, perSecond);
    return 0;
  } finally {
    await cloud.stop();
    releaseRun();
  }
}

async function measure(
  way: Way,
  events: Events,
  options: Options & { readonly count: number; readonly perSecond: number },
): Promise<Omit<Measured, "way">> {
  const { count, perSecond, ...rest } = options;
  console.log(`plain consumer: the same`);
  const most = await load(way, { ...rest, events: events.next(options.events) });
  return { most, even: await load(way, { ...rest, events: events.next(count), perSecond }) };
}

/** Valid events of the seeded sample, over and over, each with an id of its own. */
class Events {
  private readonly bodies = generateSample({ students: 1000, events: 10_000 })
    .events.filter(({ verdict }) => verdict === "valid")
    .map(({ body }) => body as LoadEvent);
  private made = 0;

  next(count: number): LoadEvent[] {
    const first = this.made;
    this.made += count;
    return Array.from({ length: count }, (_, at) => ({
      ...this.bodies[(first + at) % this.bodies.length]!,
      id: `bench-${first + at}`,
    }));
  }
}

/** Readable means queryable: the analysts' workgroup must count each event once or more, and none beside. */
async function countByQuery(clients: CloudClients, outputs: PlatformOutputs, sent: number): Promise<void> {
  const { athena } = await clients.assume(outputs.roles.analyst, "bench");
  const { rows } = await new AthenaWorkgroup(athena, outputs.workgroups.analysts).query(
    `SELECT count(DISTINCT id) FROM "${outputs.databases["raw.lms"]}"."requests"`,
  );
  if (Number(rows[0]![0]) !== sent) throw new Error(`${sent} events were sent, a query finds ${rows[0]![0]}`);
  console.log(`a query of the raw table counts ${sent} distinct events: all that were sent\n`);
}

function report(measured: readonly Measured[], options: Options, perSecond: number): void {
  const rows = measured.map(({ way, most, even }) => ({
    way,
    acceptedPerSecond: most.acceptedPerSecond,
    readablePerSecond: most.readablePerSecond,
    p50: percentile(even.latencies, 0.5),
    p95: percentile(even.latencies, 0.95),
    p99: percentile(even.latencies, 0.99),
  }));
  const [own, plain] = rows as [(typeof rows)[number], (typeof rows)[number]];
  const line = (cells: readonly string[]) =>
    console.log(
      `${cells[0]!.padEnd(22)}${cells
        .slice(1)
        .map((cell) => cell.padStart(14))
        .join("")}`,
    );
  line(["", "accepted/s", "readable/s", "p50 ms", "p95 ms", "p99 ms"]);
  for (const { way, acceptedPerSecond, readablePerSecond, p50, p95, p99 } of rows) {
    line([way, ...[acceptedPerSecond, readablePerSecond, p50, p95, p99].map((value) => value.toFixed(0))]);
  }
  const ratio = (value: number, of: number) => `${(value / of).toFixed(2)} x`;
  line([
    "ratio",
    ratio(own.acceptedPerSecond, plain.acceptedPerSecond),
    ratio(own.readablePerSecond, plain.readablePerSecond),
    ...(["p50", "p95", "p99"] as const).map((key) => ratio(own[key], plain[key])),
  ]);
  console.log(
    `\nms: from the answer to the client until the event can be read, at ${perSecond} events/s. The delivery stream gathers twice, before ` +
      `its function and before its file, each up to naru:deliveryBufferSeconds: 1 here.`,
  );
  const folder = join(PATHS.own, "bench");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "ingest.json");
  writeFileSync(file, `${JSON.stringify({ processor: processor(), options, perSecond, rows }, null, 2)}\n`);
}

function optionsOf(arguments_: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...arguments_],
    options: {
      events: { type: "string", default: "40000" },
      seconds: { type: "string", default: "20" },
      batch: { type: "string", default: "200" },
      clients: { type: "string", default: "4" },
    },
  });
  const whole = (name: keyof typeof values) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1)
      throw new Error(`--${name}: a whole number of 1 or more\n${USAGE}`);
    return value;
  };
  return {
    events: whole("events"),
    seconds: whole("seconds"),
    batch: whole("batch"),
    clients: whole("clients"),
  };
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(`bench:ingest: ${error.message}`);
    process.exitCode = 1;
  },
);
