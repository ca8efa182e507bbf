/** `naru kafka`: a real Apache Kafka on this machine, until it is ended. */
import { KAFKA_VERSION, parseTopic, startKafka } from "../local/kafka";

export interface KafkaOptions {
  readonly port?: string;
  readonly folder?: string;
  readonly topic?: readonly string[];
  readonly json?: boolean;
}

/** @returns 0 when it was ended from outside (Ctrl-C, SIGTERM), 1 when the broker ended by itself. */
export async function kafka({ port, folder, topic = [], json = false }: KafkaOptions): Promise<number> {
  const asked = new Promise<"asked">((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve("asked"));
  });
  const starting = startKafka({
    folder,
    port: port === undefined ? undefined : parsePort(port),
    topics: topic.map(parseTopic),
    say: tell,
  });
  const broker = await Promise.race([starting, asked]);
  if (broker === "asked") {
    await starting.then((late) => late.stop()).catch(() => undefined);
    return 0;
  }
  if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");
  if (json) console.log(JSON.stringify({ bootstrap: broker.bootstrap, folder: broker.folder }));
  else {
    console.log(
      `Apache Kafka ${KAFKA_VERSION} listens on ${broker.bootstrap}; its data is in ${broker.folder}.`,
    );
    console.log("Ctrl-C ends it; the data stays.");
  }
  if ((await Promise.race([asked, broker.ended])) === "asked") {
    await broker.stop();
    return 0;
  }
  console.error(`naru kafka: the broker ended by itself; its last words are in ${broker.log}`);
  return 1;
}

/** What was fetched, on the error output: one line that changes where a person looks on. */
function tell(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[Kfetched ${what}`);
  else console.error(`fetched ${what}`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return port;
  throw new Error(`--port ${text}: a port is a number of 1 to 65535`);
}
