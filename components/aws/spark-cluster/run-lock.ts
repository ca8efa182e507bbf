/** States that let one run of the Spark jobs go at a time, and gather the drops that come meanwhile. */

/** The lock's only item: who holds it, and which data sets had drops that no run has begun with. */
const ITEM = { id: { S: "spark" } };

/** The SDK integration says `DynamoDb`, the optimised one and botocore `DynamoDB` (Step Functions, "Error names"). */
const REFUSED = ["DynamoDb.ConditionalCheckFailedException", "DynamoDB.ConditionalCheckFailedException"];

/** A refused condition is an answer, and retrying it changes nothing; anything else may pass. */
const RETRY = [
  { ErrorEquals: REFUSED, MaxAttempts: 0 },
  { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 2 },
];

export interface RunLock {
  /** Table with the string key `id`. */
  readonly table: string;
  /** Seconds that a drop waits for others, before it asks for a run; and a run of everything for drops before it. */
  readonly collectSeconds: number;
  /** Seconds between two looks of a whole run at the lock that another one holds. */
  readonly pollSeconds: number;
  /** URIs of reports: of whole runs, and of those that a drop started. */
  readonly reports: { readonly whole: string; readonly drops: string };
}

/**
 * Where the lock hands over. `Begin` gets `$.scope`, goes on to `Remember` with `$.job.id` and from there to `Wait`, and
 * ends at `Release`, with `$.failure` where it failed. `LeftRun` gets the item of an ended holder as `$.taken`, and goes
 * on to `IsDrop` when nothing of it runs any more.
 */
export const LOCK = {
  start: "Why",
  begin: "Begin",
  remember: "Remember",
  watch: "Wait",
  release: "Release",
  left: "LeftRun",
  owned: "IsDrop",
} as const;

/**
 * An execution with `dataSet` in its input stands for a drop; one without, for a run of everything.
 *
 * A drop is noted before the lock is asked for. Whoever holds the lock takes all notes before the run that they are for,
 * and gives the lock back on the condition that there is no note: so a drop is curated by a run that began after it,
 * and the execution of a drop that finds the lock taken has nothing left to do. A holder that was aborted is told by
 * its execution's state, and its lock is taken over; its job, which the lock names, may have outlived it.
 */
export function lockStates(lock: RunLock): Record<string, unknown> {
  const update = (expression: string, more: Record<string, unknown>, flow: Record<string, unknown>) => ({
    Type: "Task",
    Resource: "arn:aws:states:::aws-sdk:dynamodb:updateItem",
    Parameters: { TableName: lock.table, Key: ITEM, UpdateExpression: expression, ...more },
    ResultPath: null,
    Retry: RETRY,
    ...flow,
  });
  const refused = (next: string) => [{ ErrorEquals: REFUSED, ResultPath: null, Next: next }];
  const me = { "S.$": "$$.Execution.Id" };
  return {
    Why: {
      Type: "Choice",
      Choices: [{ Variable: "$.dataSet", IsPresent: true, Next: "Note" }],
      Default: "Acquire",
    },
    Note: update(
      "ADD pending :dataSet",
      { ExpressionAttributeValues: { ":dataSet": { "SS.$": "States.Array($.dataSet)" } } },
      { Next: "Collect" },
    ),
    Collect: { Type: "Wait", Seconds: lock.collectSeconds, Next: "Acquire" },
    Acquire: update(
      "SET holder = :me",
      { ConditionExpression: "attribute_not_exists(holder)", ExpressionAttributeValues: { ":me": me } },
      { Catch: refused("ReadHolder"), Next: LOCK.owned },
    ),
    ReadHolder: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:dynamodb:getItem",
      Parameters: { TableName: lock.table, Key: ITEM, ConsistentRead: true },
      ResultPath: "$.lock",
      Retry: RETRY,
      Next: "IsHeld",
    },
    IsHeld: {
      Type: "Choice",
      Choices: [{ Variable: "$.lock.Item.holder.S", IsPresent: true, Next: "LookAtHolder" }],
      // Given back since.
      Default: "Acquire",
    },
    LookAtHolder: {
      Type: "Task",
      Resource: "arn:aws:states:::aws-sdk:sfn:describeExecution",
      Parameters: { "ExecutionArn.$": "$.lock.Item.holder.S" },
      ResultSelector: { "status.$": "$.Status" },
      ResultPath: "$.holder",
      Retry: RETRY,
      // Step Functions forgets executions after 90 days.
      Catch: [
        {
          ErrorEquals: ["Sfn.ExecutionDoesNotExistException", "Sfn.ExecutionDoesNotExist"],
          ResultPath: null,
          Next: "TakeOver",
        },
      ],
      Next: "IsHolderUp",
    },
    IsHolderUp: {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: "$.holder.status", StringEquals: "RUNNING" },
            { Variable: "$.dataSet", IsPresent: true },
          ],
          // The holder takes the note before it gives the lock back.
          Next: "Done",
        },
        { Variable: "$.holder.status", StringEquals: "RUNNING", Next: "WaitForLock" },
      ],
      Default: "TakeOver",
    },
    WaitForLock: { Type: "Wait", Seconds: lock.pollSeconds, Next: "Acquire" },
    TakeOver: update(
      "SET holder = :me",
      {
        ConditionExpression: "holder = :ended",
        ReturnValues: "ALL_OLD",
        ExpressionAttributeValues: { ":me": me, ":ended": { "S.$": "$.lock.Item.holder.S" } },
      },
      { Catch: refused("Acquire"), ResultPath: "$.taken", Next: LOCK.left },
    ),
    [LOCK.owned]: {
      Type: "Choice",
      Choices: [{ Variable: "$.dataSet", IsPresent: true, Next: "TakeNotes" }],
      Default: "Gather",
    },
    // What was dropped just before a run of everything needs no run of its own, and its event is still on its way.
    Gather: { Type: "Wait", Seconds: lock.collectSeconds, Next: "TakeNotes" },
    // Before the run, not after it: a drop during the run leaves a new note.
    TakeNotes: update(
      "REMOVE pending",
      { ReturnValues: "UPDATED_OLD" },
      { ResultPath: "$.notes", Next: "WhatToRun" },
    ),
    WhatToRun: {
      Type: "Choice",
      Choices: [
        {
          And: [
            { Variable: "$.dataSet", IsPresent: false },
            { Variable: "$.scope", IsPresent: false },
          ],
          Next: "Everything",
        },
        { Variable: "$.notes.Attributes.pending.SS", IsPresent: true, Next: "NotedSets" },
      ],
      // A run that began since has curated them.
      Default: LOCK.release,
    },
    Everything: {
      Type: "Pass",
      Result: { dataSets: "all", report: lock.reports.whole },
      ResultPath: "$.scope",
      Next: LOCK.begin,
    },
    // Whatever landing has and curated has not, days of the noted sets or what a failed or aborted run left behind:
    // the notes say that there is something to do, and no file is lost with them.
    NotedSets: {
      Type: "Pass",
      Result: { dataSets: "changed", report: lock.reports.drops },
      ResultPath: "$.scope",
      Next: LOCK.begin,
    },
    [LOCK.remember]: update(
      "SET job = :job",
      { ExpressionAttributeValues: { ":job": { "S.$": "$.job.id" } } },
      // Only a later takeover would need it.
      { Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: null, Next: LOCK.watch }], Next: LOCK.watch },
    ),
    [LOCK.release]: update(
      "REMOVE holder, job",
      { ConditionExpression: "attribute_not_exists(pending)" },
      { Catch: refused("TakeNotes"), Next: "Outcome" },
    ),
    Outcome: {
      Type: "Choice",
      Choices: [{ Variable: "$.failure", IsPresent: true, Next: "Failed" }],
      Default: "Done",
    },
    Failed: {
      Type: "Fail",
      Error: "SparkJobFailed",
      Cause: "A Spark run ended in FAILED or CANCELLED, or did not start; see its log",
    },
    Done: { Type: "Succeed" },
  };
}
