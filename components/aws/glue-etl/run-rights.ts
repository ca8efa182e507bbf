/** Rights of those who start the Glue workflows and see what became of them. */
import { arnOf, type AwsContext } from "../context";
import type { Statement } from "../foundation/service-role";
import { glueJobName, glueLogGroups } from "./job";

/**
 * Runs start through the workflows only, though a job's code and places are fixed: a workflow checks the tables too.
 *
 * @param workflows last parts of their names. @param jobs last parts of their names.
 */
export function workflowRuns(
  context: AwsContext,
  workflows: readonly string[],
  jobs: readonly string[],
): Statement[] {
  const { identity, names } = context;
  const logs = jobs.map((job) => glueLogGroups(context, job));
  return [
    {
      Effect: "Allow",
      Action: ["glue:StartWorkflowRun", "glue:GetWorkflow", "glue:GetWorkflowRun", "glue:GetWorkflowRuns"],
      Resource: workflows.map((part) => arnOf(identity, "glue", `workflow/${names.of("glue", part)}`)),
    },
    {
      Effect: "Allow",
      Action: ["glue:GetJob", "glue:GetJobRun", "glue:GetJobRuns"],
      Resource: jobs.map((part) => arnOf(identity, "glue", `job/${glueJobName(context, part)}`)),
    },
    {
      Effect: "Allow",
      Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
      Resource: logs.flatMap((groups) => [groups, `${groups}:*`]),
    },
  ];
}
