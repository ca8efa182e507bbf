/** Starts a run of everything by the clock. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../context";
import { ServiceRole, type Statement } from "../foundation/service-role";

export interface SparkScheduleArgs {
  readonly target: {
    readonly arn: pulumi.Input<string>;
    /** The right to start it, and nothing else. */
    readonly start: Statement;
    /** What it is told, as JSON. */
    readonly input: string;
  };
  /** EventBridge Scheduler expression. */
  readonly schedule: string;
  /** IANA zone of the schedule. */
  readonly timeZone: string;
}

/** The schedule, and the role that may start its target and nothing else. */
export function createSchedule(
  name: string,
  context: AwsContext,
  { target, schedule, timeZone }: SparkScheduleArgs,
  parent: pulumi.Resource,
): void {
  const { names } = context;
  const role = new ServiceRole(
    `${name}-schedule`,
    context,
    {
      roleName: names.of("role", "spark-schedule"),
      assumedBy: "scheduler.amazonaws.com",
      purpose: "schedule",
      statements: [target.start],
    },
    { parent },
  );
  new aws.scheduler.Schedule(
    name,
    {
      name: names.of("schedule", "spark"),
      scheduleExpression: schedule,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      target: { arn: target.arn, roleArn: role.readyArn, input: target.input },
    },
    { parent },
  );
}
