/** What a stack's settings about the engine of the Spark jobs say together. */
import type { Given } from "./fields";

export const ETL_ENGINES = ["emr-serverless", "glue"] as const;

/** Glue runs on AWS only. */
export function etlContradictions(given: Partial<Given>, namespace: string): string[] {
  if (given.etl !== "glue") {
    const engine = given.etl ?? "emr-serverless";
    return [
      ...(given.glueExecution === undefined
        ? []
        : [
            `${namespace}:glueExecution: is about Glue's jobs, but ${namespace}:etl is ${engine}. ` +
              `Remove it: pulumi config rm ${namespace}:glueExecution`,
          ]),
      ...((given.streamProcessing ?? "none") === "none"
        ? []
        : [
            `${namespace}:streamProcessing: is beside Glue's curation, but ${namespace}:etl is ${engine}. ` +
              `Fix: pulumi config set ${namespace}:etl glue`,
          ]),
    ];
  }
  const problems: string[] = [];
  if (given.stage === "local") {
    problems.push(
      `${namespace}:etl: is glue, which has no engine on this machine. Fix: pulumi config set ${namespace}:etl emr-serverless`,
    );
  }
  return problems;
}
