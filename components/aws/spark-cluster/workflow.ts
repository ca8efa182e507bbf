/** The state machine that runs the Spark jobs: the same definition on AWS and in the local cloud. */

export interface SparkRun {
  readonly applicationId: string;
  readonly executionRoleArn: string;
  readonly name: string;
  readonly entryPoint: string;
  readonly arguments: readonly string[];
  readonly sparkSubmitParameters: string;
  /** Where driver and executor logs go, as they may quote data: closed. */
  readonly logUri: string;
  readonly logKeyArn: string;
  /** Seconds between two looks at the run. */
  readonly pollSeconds: number;
}

/**
 * Starts the run and looks at it until it ends. `aws-sdk:` start and poll steps instead of `.sync`, because `.sync`
 * needs managed EventBridge rules and runs nowhere but on AWS.
 *
 * The execution's name is the run's client token: a retried start does not run twice.
 */
export function sparkWorkflow(run: SparkRun): Record<string, unknown> {
  return {
    Comment: "Runs the Spark jobs and fails when they fail",
    StartAt: "StartJobRun",
    States: {
      StartJobRun: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:emrserverless:startJobRun",
        Parameters: {
          ApplicationId: run.applicationId,
          ExecutionRoleArn: run.executionRoleArn,
          Name: run.name,
          "ClientToken.$": "$$.Execution.Name",
          JobDriver: {
            SparkSubmit: {
              EntryPoint: run.entryPoint,
              EntryPointArguments: run.arguments,
              SparkSubmitParameters: run.sparkSubmitParameters,
            },
          },
          ConfigurationOverrides: {
            MonitoringConfiguration: {
              S3MonitoringConfiguration: { LogUri: run.logUri, EncryptionKeyArn: run.logKeyArn },
            },
          },
        },
        ResultPath: "$.run",
        Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 3, BackoffRate: 2 }],
        Next: "Wait",
      },
      Wait: { Type: "Wait", Seconds: run.pollSeconds, Next: "GetJobRun" },
      GetJobRun: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:emrserverless:getJobRun",
        Parameters: { ApplicationId: run.applicationId, "JobRunId.$": "$.run.JobRunId" },
        ResultPath: "$.status",
        Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 5, BackoffRate: 2 }],
        Next: "Ended",
      },
      Ended: {
        Type: "Choice",
        Choices: [
          { Variable: "$.status.JobRun.State", StringEquals: "SUCCESS", Next: "Done" },
          {
            Or: [
              { Variable: "$.status.JobRun.State", StringEquals: "FAILED" },
              { Variable: "$.status.JobRun.State", StringEquals: "CANCELLED" },
            ],
            Next: "Failed",
          },
        ],
        Default: "Wait",
      },
      Failed: {
        Type: "Fail",
        Error: "SparkJobFailed",
        Cause: "The Spark run ended in FAILED or CANCELLED; see its log",
      },
      Done: { Type: "Succeed" },
    },
  };
}
