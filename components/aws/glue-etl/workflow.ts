/** Workflows of Glue: what starts the jobs, and in which order. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import type { Statement } from "../foundation/service-role";
import type { GlueJob } from "./job";

export interface WorkflowArgs {
  /** Last part of the workflow's name. */
  readonly part: string;
  readonly description: string;
  /** Starts by events of EventBridge, gathered; null: on demand. */
  readonly batch: { readonly size: number; readonly seconds: number } | null;
  /** Names of crawlers that run first. */
  readonly crawlers: readonly pulumi.Input<string>[];
  /** Before these, one after the other whatever becomes of each: what one can't bring must not hold up the rest. */
  readonly before: readonly GlueJob[];
  /** One after the other, each when the one before has succeeded. */
  readonly jobs: readonly GlueJob[];
  /** Arguments of the first job's run, beside those that no run overrides. */
  readonly arguments: Readonly<Record<string, pulumi.Input<string>>>;
}

export interface Workflow {
  readonly workflow: aws.glue.Workflow;
  /** Physical name, known in a preview. */
  readonly name: string;
}

/** All that a trigger can listen for (Glue API, `Condition`). */
const ENDS = ["SUCCEEDED", "FAILED", "TIMEOUT", "STOPPED"];

/** A trigger belongs to one workflow, and one of each workflow starts it (Glue, "Workflow restrictions"). */
export function createWorkflow(
  name: string,
  context: AwsContext,
  args: WorkflowArgs,
  parent: pulumi.Resource,
): Workflow {
  const { names, tags } = context;
  const workflowName = names.of("glue", args.part);
  const workflow = new aws.glue.Workflow(
    name,
    { name: workflowName, description: args.description, tags: { ...tags } },
    { parent },
  );
  const trigger = (step: string, rest: Omit<aws.glue.TriggerArgs, "name" | "workflowName" | "tags">) =>
    new aws.glue.Trigger(
      `${name}-${step}`,
      {
        name: names.of("glue", args.part, step),
        workflowName: workflow.name,
        tags: { ...tags },
        ...rest,
      },
      { parent },
    );
  const [first, ...others] = args.jobs;
  const begin = { jobName: first!.job.name, arguments: { ...args.arguments } };
  const steps = [...args.before.map(({ job }) => ({ jobName: job.name })), begin];
  const crawls = args.crawlers.map((crawlerName) => ({ crawlerName }));
  trigger("start", {
    ...(args.batch === null
      ? { type: "ON_DEMAND" }
      : {
          type: "EVENT",
          eventBatchingConditions: [{ batchSize: args.batch.size, batchWindow: args.batch.seconds }],
        }),
    actions: crawls.length > 0 ? crawls : [steps[0]!],
  });
  if (crawls.length > 0) {
    trigger("crawled", {
      type: "CONDITIONAL",
      predicate: { conditions: crawls.map((crawl) => ({ ...crawl, crawlState: "SUCCEEDED" })) },
      actions: [steps[0]!],
    });
  }
  args.before.forEach(({ job }, at) => {
    trigger(`imported-${at + 1}`, {
      type: "CONDITIONAL",
      predicate: { logical: "ANY", conditions: ENDS.map((state) => ({ jobName: job.name, state })) },
      actions: [steps[at + 1]!],
    });
  });
  others.forEach((next, at) => {
    const before = args.jobs[at]!;
    trigger(`after-${at + 1}`, {
      type: "CONDITIONAL",
      predicate: { conditions: [{ jobName: before.job.name, state: "SUCCEEDED" }] },
      actions: [{ jobName: next.job.name }],
    });
  });
  return { workflow, name: workflowName };
}

/** The right to start a workflow in one way: with an event (`NotifyEvent`), or by itself (`StartWorkflowRun`). */
export function startStatement(
  { identity }: AwsContext,
  workflowName: string,
  way: "NotifyEvent" | "StartWorkflowRun",
): Statement {
  return {
    Effect: "Allow",
    Action: `glue:${way}`,
    Resource: arnOf(identity, "glue", `workflow/${workflowName}`),
  };
}
