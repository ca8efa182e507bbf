/** What Glue takes, with the sources; errors of the arguments say it. */

/**
 * Workers by DPU: 1 DPU is 4 vCPU and 16 GB of memory (Glue Developer Guide, "Configuring job properties"). G.025X has a
 * quarter of one, and is for streams of little volume only (the same page).
 */
export const WORKER_TYPES = ["G.025X", "G.1X", "G.2X", "G.4X", "G.8X"] as const;

export type WorkerType = (typeof WORKER_TYPES)[number];

/** Spark 3.5 and Python 3.11 (Glue release notes): what the jobs are written for. */
export const GLUE_VERSION = "5.0";

/** Arguments that a job sets itself, or that Glue does. */
export const OWN_ARGUMENTS: readonly string[] = [
  "--conf",
  "--custom-logGroup-prefix",
  "--enable-auto-scaling",
  "--extra-py-files",
  "--job-bookmark-option",
  "--JOB_NAME",
  "--JOB_RUN_ID",
];
