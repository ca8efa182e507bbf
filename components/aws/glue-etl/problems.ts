/** What is wrong with the arguments of a Glue job. */
import { checkNumber, type ArgumentProblem } from "../../arguments";
import { LIMITS } from "../../limits";
import type { GlueJobArgs } from "./job";
import { OWN_ARGUMENTS, WORKER_TYPES } from "./limits";

type Problems = readonly (ArgumentProblem | undefined)[];

/** How a job runs, as far as a caller of several jobs passes it on. */
export type RunArgs = Pick<
  GlueJobArgs,
  "execution" | "workerType" | "workers" | "timeoutMinutes" | "retries" | "concurrentRuns"
>;

export function glueJobProblems(args: GlueJobArgs): Problems {
  return [
    /^[a-z][a-z0-9_-]{0,119}$/.test(args.part)
      ? undefined
      : `part: is "${args.part}"; write up to 120 lower-case letters, digits, hyphens and underscores, a letter first`,
    ...jobRunProblems(args),
    ...libraryProblems(args.libraries ?? []),
  ];
}

/** Of what a job is and how it runs, whoever makes it. */
export function jobRunProblems(
  args: RunArgs & Pick<GlueJobArgs, "kind" | "arguments" | "bookmarks">,
): Problems {
  return [
    kindProblem(args.kind),
    args.kind === "streaming" && args.execution === "flex"
      ? "execution: is flex on a streaming job; leave it out: Flex runs on spare capacity that Glue may take back, so it " +
        "is for Spark jobs that end"
      : undefined,
    args.kind === "streaming" && args.bookmarks === true
      ? "bookmarks: is true on a streaming job; leave it out: a stream keeps its place in its checkpoint"
      : undefined,
    args.workerType === "G.025X" && args.kind !== "streaming"
      ? 'workerType: is "G.025X"; write G.1X or larger: Glue has the quarter worker for streaming jobs only'
      : undefined,
    ...runProblems(args),
    ...argumentProblems(args),
  ];
}

/** Of what any job that ends takes. */
export function runProblems(args: RunArgs): Problems {
  const { execution, workerType } = args;
  return [
    execution === undefined || ["standard", "flex"].includes(execution)
      ? undefined
      : `execution: is "${String(execution)}"; write standard or flex`,
    workerType === undefined || WORKER_TYPES.includes(workerType)
      ? undefined
      : `workerType: is "${String(workerType)}"; write one of ${WORKER_TYPES.join(", ")}`,
    checkNumber("workers", args.workers, LIMITS.glueWorkers),
    checkNumber("timeoutMinutes", args.timeoutMinutes, LIMITS.glueTimeout),
    checkNumber("retries", args.retries, LIMITS.glueRetries),
    checkNumber("concurrentRuns", args.concurrentRuns, LIMITS.glueConcurrentRuns),
  ];
}

function kindProblem(kind: string): ArgumentProblem | undefined {
  if (kind === "spark" || kind === "streaming") return undefined;
  if (kind === "ray" || kind === "glueray") {
    return (
      `kind: is "${kind}"; write spark: Glue for Ray takes no new customers and is not offered in ap-northeast-2, and ` +
      "pandas code runs as pandas API on Spark"
    );
  }
  return `kind: is "${kind}"; write spark or streaming`;
}

function argumentProblems({ arguments: given = {} }: Pick<GlueJobArgs, "arguments">): Problems {
  return Object.keys(given).map((name) => {
    if (!/^--[A-Za-z]/.test(name)) return `arguments: has "${name}"; write --${name.replace(/^-+/, "")}`;
    return OWN_ARGUMENTS.includes(name)
      ? `arguments: has "${name}", which the job sets itself; leave it out`
      : undefined;
  });
}

/** A library whose place is known only later is taken as it is. */
function libraryProblems(libraries: readonly unknown[]): Problems {
  return libraries.map((library, at) =>
    typeof library !== "string" || /^s3:\/\/.+\.(zip|py|whl)$/.test(library)
      ? undefined
      : `libraries[${at}]: is "${library}"; write an object of S3 that ends in .zip, .py or .whl`,
  );
}
