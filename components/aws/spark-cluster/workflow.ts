/** The state machine that runs the Spark jobs: the same definition on AWS and in the local cloud. */
import { noticeStates, NOTICES, type NoticePlace } from "./notices";
import { LOCK, lockStates, type RunLock } from "./run-lock";

export interface SparkRun {
  readonly applicationId: string;
  readonly executionRoleArn: string;
  readonly name: string;
  readonly entryPoint: string;
  /** Texts without quotes; run, data sets and report are added to them. */
  readonly arguments: readonly string[];
  readonly sparkSubmitParameters: string;
  /** Where driver and executor logs go, as they may quote data: closed. */
  readonly logUri: string;
  readonly logKeyArn: string;
  /** Seconds between two looks at the run. */
  readonly pollSeconds: number;
  readonly lock: RunLock;
  readonly notices: NoticePlace;
}

/**
 * Takes the lock, starts the run, looks at it until it ends, and runs again while there were drops meanwhile. `aws-sdk:`
 * start and poll steps instead of `.sync`, because `.sync` needs managed EventBridge rules and runs nowhere but on AWS.
 *
 * The run's id is its client token too: a retried start does not run twice.
 */
export function sparkWorkflow(run: SparkRun): Record<string, unknown> {
  const { bucket, key } = run.notices;
  const fixed = [...run.arguments, "--notices", `s3://${bucket}/${key}`]
    .map((text) => `'${text}'`)
    .join(", ");
  return {
    Comment: "Runs the Spark jobs, one run at a time, and fails when they fail",
    StartAt: LOCK.start,
    States: {
      ...lockStates(run.lock),
      ...leftRunStates(run),
      ...noticeStates(run.notices, LOCK.release),
      [LOCK.begin]: {
        Type: "Pass",
        Parameters: { "id.$": "States.UUID()" },
        ResultPath: "$.run",
        Next: "StartJobRun",
      },
      StartJobRun: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:emrserverless:startJobRun",
        Parameters: {
          ApplicationId: run.applicationId,
          ExecutionRoleArn: run.executionRoleArn,
          Name: run.name,
          "ClientToken.$": "$.run.id",
          JobDriver: {
            SparkSubmit: {
              EntryPoint: run.entryPoint,
              "EntryPointArguments.$": `States.Array(${fixed}, '--run', $.run.id, '--data-sets', $.scope.dataSets, '--report', $.scope.report)`,
              SparkSubmitParameters: run.sparkSubmitParameters,
            },
          },
          ConfigurationOverrides: {
            MonitoringConfiguration: {
              S3MonitoringConfiguration: { LogUri: run.logUri, EncryptionKeyArn: run.logKeyArn },
              // On by default: logs would also lie in EMR's own storage for 30 days, outside the closed zone.
              ManagedPersistenceMonitoringConfiguration: { Enabled: false },
            },
          },
        },
        ResultSelector: { "id.$": "$.JobRunId" },
        ResultPath: "$.job",
        Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 3, BackoffRate: 2 }],
        Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: LOCK.release }],
        Next: LOCK.remember,
      },
      [LOCK.watch]: { Type: "Wait", Seconds: run.pollSeconds, Next: "GetJobRun" },
      GetJobRun: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:emrserverless:getJobRun",
        Parameters: { ApplicationId: run.applicationId, "JobRunId.$": "$.job.id" },
        ResultSelector: { "state.$": "$.JobRun.State" },
        ResultPath: "$.status",
        Retry: [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 5, BackoffRate: 2 }],
        Next: "Ended",
      },
      Ended: {
        Type: "Choice",
        Choices: [
          { Variable: "$.status.state", StringEquals: "SUCCESS", Next: NOTICES.start },
          {
            Or: [
              { Variable: "$.status.state", StringEquals: "FAILED" },
              { Variable: "$.status.state", StringEquals: "CANCELLED" },
            ],
            Next: "RunFailed",
          },
        ],
        Default: LOCK.watch,
      },
      // Told at the end, so that one set's bad file keeps no other set's drop waiting.
      RunFailed: { Type: "Pass", Result: "run", ResultPath: "$.failure", Next: NOTICES.start },
    },
  };
}

/** Ends the job of an aborted holder, which nobody looks at any more: two at once would write the same folders. */
function leftRunStates({ applicationId, pollSeconds }: SparkRun): Record<string, unknown> {
  const left = { ApplicationId: applicationId, "JobRunId.$": "$.taken.Attributes.job.S" };
  const GONE = ["EmrServerless.ResourceNotFoundException"];
  const has = (state: string) => ({ Variable: "$.left.state", StringEquals: state });
  return {
    [LOCK.left]: {
      Type: "Choice",
      Choices: [{ Variable: "$.taken.Attributes.job.S", IsPresent: true, Next: "CancelLeft" }],
      Default: LOCK.owned,
    },
    CancelLeft: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:emrserverless:cancelJobRun",
      Parameters: left,
      ResultPath: null,
      // It may have ended; and where it has not, its end is waited for.
      Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: "GetLeft" }],
      Next: "GetLeft",
    },
    GetLeft: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:emrserverless:getJobRun",
      Parameters: left,
      ResultSelector: { "state.$": "$.JobRun.State" },
      ResultPath: "$.left",
      Retry: [
        { ErrorEquals: GONE, MaxAttempts: 0 },
        { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 5, BackoffRate: 2 },
      ],
      Catch: [{ ErrorEquals: GONE, ResultPath: null, Next: LOCK.owned }],
      Next: "LeftEnded",
    },
    LeftEnded: {
      Type: "Choice",
      Choices: [{ Or: [has("SUCCESS"), has("FAILED"), has("CANCELLED")], Next: LOCK.owned }],
      Default: "WaitForLeft",
    },
    WaitForLeft: { Type: "Wait", Seconds: pollSeconds, Next: "GetLeft" },
  };
}
