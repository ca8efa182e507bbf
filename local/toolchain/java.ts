import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Spark 3.5 runs on Java 8, 11 and 17; newer ones fail in its use of sun.nio. */
const SPARK = [8, 11, 17];
/** Kafka's brokers need Java 17 since 4.0 (KIP-1013). */
const KAFKA_FROM = 17;

/** The program, by `JAVA_HOME` where it is set. */
export const JAVA = process.env.JAVA_HOME === undefined ? "java" : `${process.env.JAVA_HOME}/bin/java`;

/** @throws Error with what to install where Java is missing or unfit for Spark. */
export async function checkJava(): Promise<void> {
  const version = await javaVersion("Spark");
  if (!SPARK.includes(version)) {
    throw new Error(`Spark 3.5 needs Java 17 (or 8, 11); ${JAVA} is ${version}. Set JAVA_HOME to a Java 17.`);
  }
}

/** @throws Error with what to install where Java is missing or unfit for a Kafka broker. */
export async function checkJavaForKafka(): Promise<void> {
  const version = await javaVersion("Kafka");
  if (version < KAFKA_FROM) {
    throw new Error(`Kafka 4 needs Java 17 or newer; ${JAVA} is ${version}. Set JAVA_HOME to a Java 17.`);
  }
}

async function javaVersion(whatFor: string): Promise<number> {
  const answer = await run(JAVA, ["-version"]).catch(() => undefined);
  const version = /version "(?:1\.)?(\d+)/.exec(answer?.stderr ?? "")?.[1];
  if (version === undefined) {
    throw new Error(
      `Naru needs Java 17 for ${whatFor}; "${JAVA} -version" did not answer. Install a JRE 17 or set JAVA_HOME.`,
    );
  }
  return Number(version);
}
