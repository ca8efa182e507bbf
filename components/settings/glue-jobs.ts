/** The setting `naru:glueJobs`: a team's own jobs on AWS Glue. */
import { z } from "zod";
import type { Given } from "./fields";
import { listSetting } from "./list";

const job = z.strictObject({
  name: z.string(),
  script: z.string(),
  kind: z.enum(["spark", "streaming"]),
  reads: z.array(z.string()).optional(),
  writes: z.string().optional(),
  arguments: z.record(z.string(), z.string()).optional(),
  libraries: z.array(z.string()).optional(),
  connections: z.array(z.string()).optional(),
  personalData: z.literal("none").optional(),
  execution: z.enum(["standard", "flex"]).optional(),
  workerType: z.enum(["G.025X", "G.1X", "G.2X", "G.4X", "G.8X"]).optional(),
  workers: z.number().optional(),
  autoScaling: z.boolean().optional(),
  timeoutMinutes: z.number().optional(),
  retries: z.number().optional(),
  schedule: z.string().optional(),
});

/** One job as a stack's configuration names it. */
export type GlueJobSetting = Readonly<z.output<typeof job>>;

/** Structure only: whether values go together, the component says, all at once too. */
export const glueJobsSetting = listSetting<GlueJobSetting>(
  {
    item: job,
    forms: {
      name: "lower case letters, digits and hyphens",
      script: "a Python file of the project, e.g. spark-jobs/live_page_views.py",
      kind: "spark or streaming: Glue for Ray takes no new customers, and pandas code runs as pandas API on Spark",
      reads: "a list of folders, e.g. raw/lms/requests/ or curated/",
      writes: "a folder of curated, e.g. lms/live_page_views/",
      arguments: "names with two hyphens to texts",
      libraries: "a list of files of the project (.zip, .whl, .py)",
      connections: "a list of names of naru:connections",
      personalData: "none",
      execution: "standard or flex",
      workerType: "one of G.025X (streaming only), G.1X, G.2X, G.4X, G.8X",
      workers: "a number",
      autoScaling: "true or false",
      timeoutMinutes: "a number",
      retries: "a number",
      schedule: "Glue's cron in UTC, e.g. cron(0 18 * * ? *)",
    },
    check: () => [],
  },
  "a list of jobs, each with name, script and kind (spark or streaming)",
);

/** Jobs stand beside Glue's curation, and use the stack's connections. */
export function glueJobContradictions(given: Partial<Given>, namespace: string): string[] {
  const jobs = given.glueJobs ?? [];
  if (jobs.length > 0 && given.etl !== "glue") {
    return [
      `${namespace}:glueJobs: are beside Glue's curation, but ${namespace}:etl is ${given.etl ?? "emr-serverless"}. ` +
        `Fix: pulumi config set ${namespace}:etl glue`,
    ];
  }
  const known = (given.connections ?? []).map(({ name }) => name);
  return jobs.flatMap(({ connections = [] }, at) =>
    connections.flatMap((name, index) =>
      known.includes(name)
        ? []
        : [
            `${namespace}:glueJobs[${at}].connections[${index}]: is "${name}", which ${namespace}:connections does not name; ` +
              (known.length === 0 ? "name it there first" : `write ${known.join(" or ")}`),
          ],
    ),
  );
}
