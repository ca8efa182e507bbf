/** Rights of those who start the Spark jobs and see what became of them. */
import { arnOf, type AwsContext } from "../context";
import type { ZoneBucket } from "../data-lake/zone-bucket";
import type { Statement } from "../foundation/service-role";

/** What runs the jobs, as those who govern see it. */
export interface Runner {
  /** Start runs and follow them. Nobody starts a job by hand: that passes the jobs' role, which reads landing, to their own code. */
  runStatements(): Statement[];
  readonly nodes: {
    /** Bucket of code and reports. */
    readonly jobs: ZoneBucket;
  };
}

/** Runs start through the state machine only. */
export function stateMachineRuns({ identity, names }: AwsContext): Statement[] {
  const machine = names.of("stateMachine", "spark");
  const logs = arnOf(identity, "logs", `log-group:/aws/vendedlogs/states/${machine}`);
  return [
    {
      Effect: "Allow",
      Action: ["states:StartExecution", "states:ListExecutions", "states:DescribeStateMachine"],
      Resource: arnOf(identity, "states", `stateMachine:${machine}`),
    },
    {
      Effect: "Allow",
      Action: ["states:DescribeExecution", "states:GetExecutionHistory"],
      Resource: arnOf(identity, "states", `execution:${machine}:*`),
    },
    {
      Effect: "Allow",
      Action: ["logs:DescribeLogStreams", "logs:FilterLogEvents", "logs:GetLogEvents"],
      Resource: [logs, `${logs}:*`],
    },
  ];
}
