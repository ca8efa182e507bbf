/** States that tell the owners of data sets what a run found: rows in quarantine, rules that failed. */

export interface NoticePlace {
  /** Where a run leaves what is to be told (spark-jobs/naru_spark/notices.py). */
  readonly bucket: string;
  readonly key: string;
  /** Topic that owners subscribe to, by the attributes of its messages. */
  readonly topicArn: string;
}

/** Where the run's end hands over, with its id as `$.run.id`. What was read then stands at `read`. */
export const NOTICES = { start: "ReadNotices", read: "$.notices.told.run" } as const;

/** Messages at a time; SNS takes hundreds a second. */
const AT_ONCE = 5;

const RETRY = [{ ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 2 }];

/**
 * One message a data set, with the attributes `data_set`, `domain` and `severity` (error, warning) for filter policies. A run
 * that crashed left none, and those of an earlier run are told by their id. What can't be told makes the run a failed one,
 * of which an alarm tells.
 *
 * The workflow publishes, not the job: the job's network has no way to SNS.
 */
export function noticeStates({ bucket, key, topicArn }: NoticePlace, next: string): Record<string, unknown> {
  const attribute = (path: string) => ({ DataType: "String", "StringValue.$": path });
  const untold = [{ ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: next }];
  return {
    [NOTICES.start]: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:s3:getObject",
      Parameters: { Bucket: bucket, Key: key },
      ResultSelector: { "told.$": "States.StringToJson($.Body)" },
      ResultPath: "$.notices",
      Retry: RETRY,
      Catch: untold,
      Next: "AreNoticesNew",
    },
    AreNoticesNew: {
      Type: "Choice",
      Choices: [{ Variable: NOTICES.read, StringEqualsPath: "$.run.id", Next: "TellOwners" }],
      Default: next,
    },
    TellOwners: {
      Type: "Map",
      ItemsPath: "$.notices.told.notices",
      MaxConcurrency: AT_ONCE,
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "TellOwner",
        States: {
          TellOwner: {
            Type: "Task",
            Resource: "arn:aws:states:::aws-sdk:sns:publish",
            Parameters: {
              TopicArn: topicArn,
              "Subject.$": "$.subject",
              "Message.$": "$.message",
              MessageAttributes: {
                data_set: attribute("$.dataSet"),
                domain: attribute("$.domain"),
                severity: attribute("$.severity"),
              },
            },
            Retry: RETRY,
            End: true,
          },
        },
      },
      ResultPath: null,
      Catch: untold,
      Next: next,
    },
  };
}
