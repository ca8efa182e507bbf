/**
 * `npm run proof:streaming`: events a minute by course from a real Kafka, by the job that ships on the local Spark. The job is
 * killed twice (SIGKILL to all of it) and the broker once, while both work. Exit code 0 only when every count is that of a plain
 * loop, every bad event is kept, and no personal value stands in checkpoint, shuffle files or table.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ProduceAcks, Producer } from "@platformatic/kafka";
import { parquetReadObjects } from "hyparquet";
import { loadContracts, sparkSpec } from "../../components/contract";
import { startKafka, type LocalKafka } from "../kafka";
import { PATHS, ROOT } from "../paths";
import { startService, type ServiceProcess } from "../process";
import { checkJava, ensureJars, ensurePython, PYTHON } from "../toolchain";
import { sampleEvents, type Sample } from "./course-event-sample";

const EVENTS = 20_000;
const TOPIC = "lms.requests";
const PARTITIONS = 3;
const TABLE = join("lms", "course_events_per_minute");
const JARS = {
  lock: join(ROOT, "spark-jobs", "kafka-jars.lock.json"),
  folder: join(PATHS.own, "spark-kafka-jars"),
};
const LATE_MINUTES = 10;
/** Some twenty minutes of the events' own time: so it is known which are late, whatever a batch begins with. */
const PER_BATCH = 2000;
/** Records that one request to the broker carries. */
const PER_REQUEST = 500;

const WAIT_MS = 5 * 60_000;

async function main(): Promise<number> {
  await Promise.all([
    checkJava(),
    ensureJars(),
    ensureJars(JARS),
    ensurePython((what) => console.error(what)),
  ]);
  mkdirSync(PATHS.own, { recursive: true });
  const folder = mkdtempSync(join(PATHS.own, "proof-course-events-"));
  let kafka: LocalKafka | undefined;
  let job: ServiceProcess | undefined;
  try {
    const places = { folder: join(folder, "kafka"), topics: [{ name: TOPIC, partitions: PARTITIONS }] };
    kafka = await startKafka({ ...places, say: (what) => console.error(what) });
    const sample = sampleEvents(EVENTS);
    await produce(kafka.bootstrap, sample);
    writeContracts(folder);
    const started = Date.now();
    job = await startJob(folder, kafka.bootstrap, 1);
    await untilBatch(job, folder, 2);
    await job.kill();
    console.log(`job killed behind batch ${lastBatch(folder)}`);
    job = await startJob(folder, kafka.bootstrap, 2);
    await untilBatch(job, folder, 4);
    await kafka.kill();
    kafka = await startKafka({ ...places, port: Number(kafka.bootstrap.split(":")[1]) });
    console.log(`broker killed and started again behind batch ${lastBatch(folder)}`);
    await untilBatch(job, folder, 6);
    await job.kill();
    console.log(`job killed behind batch ${lastBatch(folder)}`);
    // What a killed Spark leaves, in clear if it were.
    const shuffled = search(join(folder, "spark"), sample.personal);
    job = await startJob(folder, kafka.bootstrap, 3);
    await job.ended;
    const log = readFileSync(logOf(folder, 3), "utf8");
    const faults = [
      ...(log.includes("naru: since this start:") ? [] : [`the last start failed:\n${log.slice(-2000)}`]),
      ...(await judge(folder, sample, shuffled)),
    ];
    console.log(`${((Date.now() - started) / 1000).toFixed(0)} s, with three starts of Spark`);
    faults.forEach((fault) => console.error(fault));
    return faults.length === 0 ? 0 : 1;
  } finally {
    await job?.kill();
    await kafka?.stop();
    // Quarantine and the broker hold clear values.
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Evenly over the partitions, in order. */
async function produce(bootstrap: string, { records }: Sample): Promise<void> {
  const producer = new Producer({ clientId: "proof", bootstrapBrokers: [bootstrap] });
  try {
    for (let from = 0; from < records.length; from += PER_REQUEST) {
      const messages = records
        .slice(from, from + PER_REQUEST)
        .map((value, at) => ({ topic: TOPIC, value, partition: (from + at) % PARTITIONS }));
      await producer.send({ messages, acks: ProduceAcks.ALL });
    }
  } finally {
    await producer.close();
  }
}

function writeContracts(folder: string): void {
  const contracts = loadContracts([join(ROOT, "contracts")]);
  const specs = contracts.filter(({ ingestion }) => ingestion !== "derived").map(sparkSpec);
  writeFileSync(join(folder, "contracts.json"), JSON.stringify(specs));
}

const logOf = (folder: string, start: number) => join(folder, `job-${start}.log`);

/** The job as it ships; shuffle files as they are, so that they can be searched. */
function startJob(folder: string, bootstrap: string, start: number): Promise<ServiceProcess> {
  const local = join(folder, "spark");
  const jars = readdirSync(JARS.folder).filter((file) => file.endsWith(".jar"));
  const settings = {
    "spark.ui.enabled": "false",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.sql.shuffle.partitions": "2",
    "spark.shuffle.compress": "false",
    "spark.local.dir": local,
  };
  const submitted = Object.entries(settings).map(([key, value]) => `--conf ${key}=${value}`);
  const uri = (...path: string[]) => `file://${join(folder, ...path)}`;
  return startService({
    name: "the stream",
    command: PYTHON,
    arguments: [
      join(ROOT, "spark-jobs", "course_events_per_minute.py"),
      ...["--contracts", uri("contracts.json"), "--source", "kafka", "--bootstrap", bootstrap],
      ...["--target", uri("curated", TABLE), "--quarantine", uri("closed", "quarantine")],
      ...["--checkpoint", uri("closed", "checkpoints"), "--late-minutes", String(LATE_MINUTES)],
      ...["--events-per-batch", String(PER_BATCH), "--until-read"],
    ],
    environment: {
      ...(process.env as Record<string, string>),
      PYTHONPATH: join(ROOT, "spark-jobs"),
      PYTHONDONTWRITEBYTECODE: "1",
      SPARK_LOCAL_IP: "127.0.0.1",
      PYSPARK_PYTHON: PYTHON,
      PYSPARK_SUBMIT_ARGS: [
        "--master local[2]",
        `--jars ${jars.map((file) => join(JARS.folder, file)).join(",")}`,
        ...submitted,
        "pyspark-shell",
      ].join(" "),
    },
    folder,
    log: logOf(folder, start),
    // A start that has looked at its checkpoint goes on by itself.
    isUp: () => Promise.resolve(existsSync(join(folder, "closed", "checkpoints", "quarantine"))),
  });
}

/** Number of the newest batch of counts that is done; -1 before the first. */
function lastBatch(folder: string): number {
  const commits = join(folder, "closed", "checkpoints", "counts", "commits");
  if (!existsSync(commits)) return -1;
  return Math.max(
    -1,
    ...readdirSync(commits)
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  );
}

async function untilBatch(job: ServiceProcess, folder: string, batch: number): Promise<void> {
  let running = true;
  void job.ended.then(() => (running = false));
  const deadline = Date.now() + WAIT_MS;
  while (lastBatch(folder) < batch) {
    if (!running || Date.now() > deadline) throw new Error(`the stream did not come to batch ${batch}`);
    await sleep(50);
  }
}

async function judge(folder: string, sample: Sample, shuffled: Search): Promise<string[]> {
  const rows = await readTable(join(folder, "curated", TABLE));
  const found = new Map(
    rows.map((row) => [`${String(row.course_id)} ${(row.minute as Date).toISOString()}`, Number(row.events)]),
  );
  const over = sample.newest - LATE_MINUTES * 60_000;
  const expected = [...sample.counts].filter(([key]) => Date.parse(key.split(" ")[1]!) + 60_000 <= over);
  const wrong = expected.filter(([key, count]) => found.get(key) !== count);
  const kept = await readTable(join(folder, "closed", "quarantine"));
  const checkpoint = search(join(folder, "closed", "checkpoints"), sample.personal);
  const number = (count: number) => count.toLocaleString("en");
  console.log(
    `${number(sample.records.length)} records: ${number(sample.good)} good (${number(sample.repeated)} repeated, ` +
      `${number(sample.tooLate)} behind the watermark), ${number(sample.bad)} bad\n` +
      `${number(rows.length)} rows for ${number(expected.length)} minutes of courses that are over, ` +
      `${number(wrong.length)} wrong; ${number(kept.length)} events in quarantine\n` +
      `${number(sample.personal.length)} personal values: in ${checkpoint.files} files of the checkpoint ${checkpoint.hits}, ` +
      `in ${shuffled.files} files that killed Sparks left ${shuffled.hits}`,
  );
  return [
    ...(wrong.length > 0 ? [`${wrong.length} counts are not those of a plain loop`] : []),
    ...(rows.length === expected.length ? [] : ["the table has other rows than there are minutes"]),
    ...(kept.length === sample.bad ? [] : [`quarantine has ${kept.length} events of ${sample.bad}`]),
    ...(kept.every((row) => Array.isArray(row.reasons) && row.reasons.length > 0)
      ? []
      : ["a bad event has no reason"]),
    ...(checkpoint.hits + shuffled.hits > 0 ? ["a personal value stands where none may"] : []),
    ...(shuffled.ids > 0 ? [] : ["the search finds no event's id in shuffle files; it proves nothing"]),
  ];
}

async function readTable(folder: string): Promise<Record<string, unknown>[]> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name.endsWith(".parquet"),
  );
  const rows = await Promise.all(
    files.map(({ parentPath, name }) => {
      const bytes = readFileSync(join(parentPath, name));
      return parquetReadObjects({
        file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
      });
    }),
  );
  return rows.flat();
}

interface Search {
  readonly files: number;
  /** Files with a personal value. */
  readonly hits: number;
  /** Files with an event's id, which may be there. */
  readonly ids: number;
}

function search(folder: string, values: readonly string[]): Search {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const contents = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
  return {
    files: files.length,
    hits: contents.filter((bytes) => values.some((value) => bytes.includes(value))).length,
    ids: contents.filter((bytes) => bytes.includes("event-0000")).length,
  };
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(`proof:streaming: ${error.message}`);
    process.exitCode = 1;
  },
);
