/** Runs the Spark workflow and reads the report that its jobs leave. */
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeExecutionCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { CloudClients } from "../endpoints";
import { readObject } from "./objects";
import { parseS3Uri, type PlatformOutputs } from "./outputs";
import type { SparkReport } from "./spark-report";

/** Longest run; a cold JVM on a loaded laptop takes a minute. */
const WAIT_MS = 15 * 60_000;
const POLL_MS = 500;
/** The workflow tries again for minutes what may pass; a refusal does not. */
const HINDERED_MS = 8_000;

/**
 * Starts an execution and waits for its end.
 * @param hindrances what the workflow or its job is refused and may try again and again. @default nothing
 * @throws Error with the workflow's error and cause when it fails, and when it goes on for a while although something hinders it.
 */
export async function runSparkWorkflow(
  { sfn }: CloudClients,
  { sparkWorkflow }: PlatformOutputs,
  hindrances: () => readonly string[] = () => [],
): Promise<void> {
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: sparkWorkflow, input: "{}" }),
  );
  const deadline = Date.now() + WAIT_MS;
  let hinderedSince = Infinity;
  for (;;) {
    const { status, error, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "SUCCEEDED") return;
    if (status !== "RUNNING")
      throw new Error(`The Spark workflow ended ${status}: ${error ?? ""} ${cause ?? ""}`.trim());
    if (Date.now() > deadline)
      throw new Error(`The Spark workflow still runs after ${WAIT_MS / 60_000} minutes`);
    if (hindrances().length > 0) hinderedSince = Math.min(hinderedSince, Date.now());
    if (Date.now() > hinderedSince + HINDERED_MS)
      throw new Error("The Spark workflow still runs, and is refused what it needs");
    await sleep(POLL_MS);
  }
}

/** The newest run's report. */
export async function readSparkReport(
  { s3 }: CloudClients,
  { sparkReport }: PlatformOutputs,
): Promise<SparkReport> {
  const { bucket, key } = parseS3Uri(sparkReport);
  return JSON.parse(Buffer.from(await readObject(s3, bucket, key)).toString("utf8")) as SparkReport;
}
