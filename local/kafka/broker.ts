/** Starts and ends the broker's process. */
import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Admin } from "@platformatic/kafka";
import { PATHS } from "../paths";
import { freePort } from "../ports";
import { startService, type ServiceProcess } from "../process";
import { checkJavaForKafka, ensureJars, JAVA } from "../toolchain";
import { claimFolder, formatFolder, lockFolder, type NodeFolder } from "./folder";
import { brokerProgram, KAFKA_JARS } from "./programs";
import { serverProperties } from "./server-properties";
import { ensureTopics, type LocalTopic } from "./topics";

export interface LocalKafkaOptions {
  /**
   * Holds the log, settings and output of the broker; a later start with it has the same data.
   * @default .naru/kafka
   */
  readonly folder?: string;
  /** On 127.0.0.1. @default a free one */
  readonly port?: number;
  /** Made where they are missing. @default none */
  readonly topics?: readonly LocalTopic[];
  /** Told what takes long: jars that are fetched. @default nobody is told */
  readonly say?: (what: string) => void;
}

export interface LocalKafka {
  /** `127.0.0.1:PORT` */
  readonly bootstrap: string;
  readonly folder: string;
  /** Of the broker; it leads a process group of its own. */
  readonly pid: number;
  /** What the broker writes, warnings and worse. */
  readonly log: string;
  /** Ends it in order. */
  stop(): Promise<void>;
  /** Ends it as a crash would (SIGKILL). */
  kill(): Promise<void>;
  /** Resolves when the broker has ended, by whomever. */
  readonly ended: Promise<void>;
}

/**
 * A single node of Apache Kafka in KRaft mode, on 127.0.0.1 only, as its own process: it ends with this one, however
 * this one ends. The first start fetches 38 MB of jars. 256 MB of heap; two seconds to start.
 * @throws Error without Java 17, on a taken port, for a folder of something else, or with the end of the broker's log.
 */
export async function startKafka(options: LocalKafkaOptions = {}): Promise<LocalKafka> {
  const { topics = [], say } = options;
  await Promise.all([checkJavaForKafka(), ensureJars(KAFKA_JARS, say)]);
  const port = await portFor(options.port);
  const folder = claimFolder(resolve(options.folder ?? PATHS.kafka));
  const lock = lockFolder(folder);
  const bootstrap = `127.0.0.1:${port}`;
  try {
    mkdirSync(folder.data, { recursive: true });
    writeFileSync(
      folder.settings,
      serverProperties({ port, controllerPort: await lastingPort(), data: folder.data }),
    );
    await formatFolder(folder);
    const service = await startBroker(folder, bootstrap);
    lock.passTo(service.pid);
    void service.ended.then(() => lock.release());
    await makeTopics(bootstrap, topics).catch(async (error: Error) => {
      await service.stop();
      throw error;
    });
    return {
      ...{ bootstrap, folder: folder.path, log: folder.log, pid: service.pid, ended: service.ended },
      stop: () => service.stop().then(() => lock.release()),
      kill: () => service.kill().then(() => lock.release()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Makes those of a broker that is up which are missing.
 * @throws Error when one is there with another number of partitions, or when the broker refuses one.
 */
export function makeTopics(bootstrap: string, topics: readonly LocalTopic[]): Promise<void> {
  return withAdmin(bootstrap, (admin) => ensureTopics(admin, topics));
}

/** Deletes a topic with its records; one that is gone already is fine. */
export function deleteTopic(bootstrap: string, name: string): Promise<void> {
  return withAdmin(bootstrap, async (admin) => {
    if ((await admin.listTopics()).includes(name)) await admin.deleteTopics({ topics: [name] });
  });
}

async function portFor(wanted: number | undefined): Promise<number> {
  if (wanted === undefined) return lastingPort();
  if ((await freePort(wanted)) === wanted) return wanted;
  throw new Error(`Port ${wanted} of 127.0.0.1 is taken; give another, or none for a free one`);
}

/** Below those that systems give to outgoing connections (Linux: 32768 on, IANA: 49152 on). */
const LASTING_PORTS = { from: 20_000, count: 12_000 };
const TRIES = 50;

/** A free port that no client's own connection takes while the broker is away: clients go on trying to reach it. */
async function lastingPort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries++) {
    const port = LASTING_PORTS.from + randomInt(LASTING_PORTS.count);
    if ((await freePort(port)) === port) return port;
  }
  return freePort(0);
}

/** Looks every second whether the parent is there: one that is killed can't end its children. */
const END_WITH_PARENT = [
  "parent=$PPID",
  "{ while kill -0 $parent && kill -0 $$; do sleep 1; done; kill -TERM $$; } 2>/dev/null &",
  'exec "$@"',
].join("\n");

function startBroker({ path, settings, log }: NodeFolder, bootstrap: string): Promise<ServiceProcess> {
  return startService({
    name: "Kafka",
    command: "sh",
    arguments: ["-c", END_WITH_PARENT, "naru-kafka", JAVA, ...brokerProgram(settings)],
    environment: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
    folder: path,
    log,
    isUp: () => brokerAnswers(bootstrap),
  });
}

/** Milliseconds after which a broker that took the connection, and says nothing, is asked again. */
const ANSWER_MS = 3_000;

/** Whether there is a broker that says which it is. */
export function brokerAnswers(bootstrap: string): Promise<boolean> {
  const asked = withAdmin(bootstrap, (admin) => admin.metadata({ topics: [] })).then(
    () => true,
    () => false,
  );
  return Promise.race([asked, sleep(ANSWER_MS, false)]);
}

/** Does something as the broker's administrator. */
export async function withAdmin<Result>(
  bootstrap: string,
  work: (admin: Admin) => Promise<Result>,
): Promise<Result> {
  const admin = new Admin({ clientId: "naru", bootstrapBrokers: [bootstrap], retries: 0, timeout: 5000 });
  try {
    return await work(admin);
  } finally {
    await admin.close();
  }
}
