/** What runs the Spark jobs. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Settings } from "../../settings";
import type { Connection } from "../connection";
import type { AwsContext } from "../context";
import type { Crawlers } from "../crawlers";
import { GlueEtl } from "../glue-etl";
import { SparkCluster, type SparkClusterArgs } from "../spark-cluster";
import type { StreamIngest } from "../stream-ingest";

/**
 * One engine to a stack, or a dropped file would be curated twice.
 *
 * @param root folder that the settings' files are below.
 */
export function createSpark(
  settings: Settings,
  context: AwsContext,
  made: Pick<SparkClusterArgs, "lake" | "keys" | "reidentification" | "network">,
  glue: {
    readonly connections: ReadonlyMap<string, Connection>;
    readonly crawlers: Crawlers | null;
    readonly streams: StreamIngest["streams"];
  },
  root: string,
): SparkCluster | GlueEtl {
  const { pseudonymEpoch, timeZone, alarmEmails, sparkMaxVcpu } = settings;
  const alike = {
    ...{ ...made, pseudonymEpoch, timeZone, alarmEmails },
    schedule: settings.sparkSchedule,
    dropSeconds: settings.sparkDropSeconds,
  };
  if (settings.etl === "glue") {
    // A worker of Glue's, G.1X, has 4 vCPU; a job has two at least.
    const workers = Math.max(2, Math.floor(sparkMaxVcpu / 4));
    return new GlueEtl("etl", context, {
      ...{ ...alike, execution: settings.glueExecution, workers },
      crawlers: unscheduled(settings).map((name) => glue.crawlers!.names[name]!),
      tables: settings.tables.map((table) => ({
        ...table,
        connection: glue.connections.get(table.connection)!,
        authority: table.authority && readFileSync(resolve(root, table.authority), "utf8"),
      })),
      eventStreams: settings.streamProcessing === "glue" ? glue.streams : null,
      jobs: settings.glueJobs.map((job) => ({
        ...job,
        script: resolve(root, job.script),
        libraries: (job.libraries ?? []).map((file) => resolve(root, file)),
        connections: (job.connections ?? []).map((name) => glue.connections.get(name)!),
      })),
    });
  }
  return new SparkCluster("spark", context, {
    ...alike,
    maxVcpu: sparkMaxVcpu,
    pollSeconds: settings.sparkPollSeconds,
  });
}

/** Crawlers that run in the workflows: those that no schedule of their own starts. */
function unscheduled({ crawlers }: Settings): string[] {
  return crawlers.filter(({ schedule }) => schedule === undefined).map(({ name }) => name);
}
