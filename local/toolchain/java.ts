import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Spark 3.5 runs on Java 8, 11 and 17; newer ones fail in its use of sun.nio. */
const SUPPORTED = [8, 11, 17];

/** @throws Error with what to install where Java is missing or unfit. */
export async function checkJava(): Promise<void> {
  const java = process.env.JAVA_HOME === undefined ? "java" : `${process.env.JAVA_HOME}/bin/java`;
  const answer = await run(java, ["-version"]).catch(() => undefined);
  const version = /version "(?:1\.)?(\d+)/.exec(answer?.stderr ?? "")?.[1];
  if (version === undefined) {
    throw new Error(
      `Naru needs Java 17 for Spark; "${java} -version" did not answer. Install a JRE 17 or set JAVA_HOME.`,
    );
  }
  if (!SUPPORTED.includes(Number(version))) {
    throw new Error(`Spark 3.5 needs Java 17 (or 8, 11); ${java} is ${version}. Set JAVA_HOME to a Java 17.`);
  }
}
