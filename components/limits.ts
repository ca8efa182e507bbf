/** Bounds of what a person sets, with their sources: stack settings and components' arguments read them here. */

export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
  /** As it stands after the number: "hours", "MiB", … */
  readonly unit: string;
}

export const LIMITS = {
  /** Kinesis quotas: 500 shards an account, before a raise. */
  shards: { minimum: 1, maximum: 500, unit: "shards" },
  /** Kinesis quotas: a day to a year. */
  streamRetention: { minimum: 24, maximum: 8760, unit: "hours" },
  /** No service's bound: an hour is where a consumer that is mended comes too late, a year where a lake is the place. */
  topicRetention: { minimum: 1, maximum: 8760, unit: "hours" },
  /** Firehose quotas, S3 destination. */
  deliveryBufferSeconds: { minimum: 0, maximum: 900, unit: "seconds" },
  /** Firehose quotas: 64 or more with format conversion. */
  deliveryBufferMegabytes: { minimum: 64, maximum: 128, unit: "MiB" },
  /** Firehose API, `BufferingHints`: 1 to 100 for OpenSearch, 1 to 64 for HTTP endpoints; the lesser. */
  destinationBufferMegabytes: { minimum: 1, maximum: 64, unit: "MiB" },
  /** Firehose API, `RetryOptions` of OpenSearch and of HTTP endpoints. */
  destinationRetrySeconds: { minimum: 0, maximum: 7200, unit: "seconds" },
  /** API Gateway quotas: 10,000 requests a second and region, all APIs together. */
  requestsPerSecond: { minimum: 1, maximum: 10_000, unit: "requests a second" },
  /** No service's bound: clocks of servers differ by seconds, and an hour is a wrong time zone. */
  webhookTolerance: { minimum: 1, maximum: 3600, unit: "seconds" },
  /** No service's bound: epochs are raised by hand, so a larger number is a typing mistake. */
  pseudonymEpoch: { minimum: 1, maximum: 10_000, unit: "(an epoch)" },
  /** Athena's least cut-off is 10 MB; 100 TB is where a single query costs 500 USD. */
  scanLimit: { minimum: 1, maximum: 100_000, unit: "GB" },
  /** S3 lifecycle: nothing moves to Infrequent Access before 30 days. */
  infrequentAccessAfter: { minimum: 30, maximum: 36_500, unit: "days" },
  /** S3 lifecycle: 30 days in Standard and 30 in Infrequent Access come first. */
  archiveAfter: { minimum: 60, maximum: 36_500, unit: "days" },
  /** S3 lifecycle: whole days; a century is where a number is a typing mistake. */
  expireAfter: { minimum: 1, maximum: 36_500, unit: "days" },
  /** EMR Serverless: the smallest driver and executor take 4 vCPU together; 4,000 needs a raised quota already. */
  sparkVcpu: { minimum: 4, maximum: 4000, unit: "vCPU" },
  /** Step Functions waits whole seconds; ten minutes is longer than any job should go unseen. */
  pollSeconds: { minimum: 1, maximum: 600, unit: "seconds" },
  /** What needs a network wants two zones; every region that takes new customers has three. */
  networkZones: { minimum: 2, maximum: 3, unit: "zones" },
  /** Step Functions waits whole seconds; longer than a quarter of an hour is no answer to a drop. */
  dropSeconds: { minimum: 1, maximum: 900, unit: "seconds" },
  /** TCP. */
  port: { minimum: 1, maximum: 65_535, unit: "(a port)" },
  /** No service's bound: a recipe of more steps is no longer one that a person follows. */
  recipeSteps: { minimum: 1, maximum: 100, unit: "steps" },
  /** DataBrew's own default is 20,000; a profile of more than a billion rows belongs into Spark. */
  profileRows: { minimum: 1, maximum: 1_000_000_000, unit: "rows" },
  /** A bound of our own: what a person looks through in DataBrew's console. */
  sampleRows: { minimum: 1, maximum: 5000, unit: "rows" },
  /** No service's bound: a hundred nodes cost 48 USD an hour, so that a larger number is a typing mistake. */
  preparationNodes: { minimum: 1, maximum: 100, unit: "nodes" },
  /** DataBrew's own default is two days. */
  preparationTimeout: { minimum: 1, maximum: 2880, unit: "minutes" },
  /** No service's bound: what fails ten times fails an eleventh time. */
  preparationRetries: { minimum: 0, maximum: 10, unit: "further attempts" },
  /** Reads of a table at once: each is a connection of the source's, whose servers mostly take some hundred. */
  tablePartitions: { minimum: 1, maximum: 64, unit: "partitions" },
  /** Rows that a driver keeps in memory. */
  tableFetchSize: { minimum: 1, maximum: 1_000_000, unit: "rows" },
  /** Glue job properties: a driver and a worker at least, 299 of G.1X at most. */
  glueWorkers: { minimum: 2, maximum: 299, unit: "workers" },
  /** Glue job properties: less than seven days. */
  glueTimeout: { minimum: 1, maximum: 10_080, unit: "minutes" },
  /** Glue API, `MaxRetries`: no upper bound is stated; after ten a job does not fail by chance. */
  glueRetries: { minimum: 0, maximum: 10, unit: "retries" },
  /** Glue quotas: 1,000 runs of a job at once. */
  glueConcurrentRuns: { minimum: 1, maximum: 1000, unit: "runs" },
  /** Glue workflows: an event trigger gathers 100 events at most. */
  glueBatchFiles: { minimum: 1, maximum: 100, unit: "files" },
  /** Lambda quotas. */
  functionMemory: { minimum: 128, maximum: 10_240, unit: "MB" },
  /** Lambda quotas. */
  functionTimeout: { minimum: 1, maximum: 900, unit: "seconds" },
  /** Macie API, `samplingPercentage`. */
  samplePercent: { minimum: 1, maximum: 100, unit: "percent" },
  /** No service's bound: ten million dollars a month is where a number is a typing mistake. */
  monthlyBudget: { minimum: 1, maximum: 10_000_000, unit: "USD" },
  /** IAM quotas: one to twelve hours. */
  roleSession: { minimum: 3600, maximum: 43_200, unit: "seconds" },
} as const satisfies Record<string, Bounds>;

/** Days that CloudWatch Logs can keep a group (PutRetentionPolicy). */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** "a whole number from 24 to 8760 hours", as errors say it. */
export function wholeNumberWithin({ minimum, maximum, unit }: Bounds): string {
  return `a whole number from ${minimum} to ${maximum} ${unit}`;
}
