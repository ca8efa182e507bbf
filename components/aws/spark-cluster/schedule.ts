/** Starts a run of everything by the clock. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arnOf, type AwsContext } from "../context";
import { ServiceRole } from "../foundation/service-role";

export interface SparkScheduleArgs {
  readonly machine: aws.sfn.StateMachine;
  /** EventBridge Scheduler expression. */
  readonly schedule: string;
  /** IANA zone of the schedule. */
  readonly timeZone: string;
}

/** The schedule, and the role that may start the state machine and nothing else. */
export function createSchedule(
  name: string,
  context: AwsContext,
  { machine, schedule, timeZone }: SparkScheduleArgs,
  parent: pulumi.Resource,
): void {
  const { identity, names } = context;
  const role = new ServiceRole(
    `${name}-schedule`,
    context,
    {
      roleName: names.of("role", "spark-schedule"),
      assumedBy: "scheduler.amazonaws.com",
      purpose: "schedule",
      statements: [
        {
          Effect: "Allow",
          Action: "states:StartExecution",
          Resource: arnOf(identity, "states", `stateMachine:${names.of("stateMachine", "spark")}`),
        },
      ],
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
      target: { arn: machine.arn, roleArn: role.readyArn, input: "{}" },
    },
    { parent },
  );
}
