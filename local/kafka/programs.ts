/** Kafka's own programs, as its scripts would start them. */
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PATHS } from "../paths";
import { type JarSet } from "../toolchain";

const LOCK = join(__dirname, "jars.lock.json");

/** The broker's jars: 38 MB, fetched when a broker is first asked for. */
export const KAFKA_JARS: JarSet = { lock: LOCK, folder: PATHS.kafkaJars };

const ARTIFACTS = (
  JSON.parse(readFileSync(LOCK, "utf8")) as { readonly jars: readonly { readonly artifact: string }[] }
).jars.map(({ artifact }) => artifact);

/** Of Apache Kafka, as the lock file says. */
export const KAFKA_VERSION = ARTIFACTS.find((each) => each.startsWith("org.apache.kafka:kafka_"))!.split(
  ":",
)[2]!;

/** The locked jars only: an older version's may lie beside them. */
const CLASS_PATH = ARTIFACTS.map((artifact) => {
  const [, name, version] = artifact.split(":");
  return join(PATHS.kafkaJars, `${name}-${version}.jar`);
}).join(delimiter);

/** Small and quick to start: one compiler stage and one collector thread are enough for a single node. No JMX. */
const JVM = [
  ...["-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"],
  "-Djava.awt.headless=true",
  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
  "-Dorg.slf4j.simpleLogger.showDateTime=true",
  "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSS",
];

export const brokerProgram = (settings: string): string[] => [
  ...[...JVM, "-cp", CLASS_PATH],
  ...["kafka.Kafka", settings],
];

/** Writes the folder's first files; a folder that is formatted is left as it is. */
export const formatProgram = (settings: string, clusterId: string): string[] => [
  ...[...JVM, "-cp", CLASS_PATH],
  ...["kafka.tools.StorageTool", "format", "--config", settings, "--cluster-id", clusterId],
  "--ignore-formatted",
];
