/** What the sums take for granted, each told once. */

export const ASSUMPTIONS = {
  rate: "streams carry their rate in every second of the month: the contracts declare the busiest one, so this is the most",
  requests: "senders gather as many events as a request takes, or what --events-per-request says",
  durations:
    "functions take what npm run bench:functions measured, scaled to their memory, and 30 ms of waiting a call (estimated); billed by 1 ms",
  kinesisRecords:
    "Kinesis counts records of the event and 64 bytes of key, each rounded up to 1 KB on demand, to 25 KB with shards",
  kinesisReads:
    "each reader of an on-demand stream takes every record once, rounded up like what is written (AWS may count less)",
  firehoseRecords:
    "Firehose counts each record rounded up to 5 KB, for taking it in and for making Parquet of it",
  firehoseDelivered:
    "what Firehose delivers into partitions is counted as large as the events, though Parquet is smaller",
  firehoseObjects:
    "Firehose writes a file when its buffer is full or its interval over, whichever is first, all day",
  stored:
    "of its events' JSON, raw takes 30 % and curated 23 % (measured: 100,000 sample events as Parquet with Snappy, in files of 15,000 and in one)",
  kept: "after the retention: all that is kept then, in the classes of the lifecycle rules; the first month: a month's data for a month",
  kmsRequests:
    "KMS is asked every five minutes for each stream by writer and reader; bucket keys spare nearly all of S3's requests",
  accessLogs:
    "an access log takes 300 bytes a request, a function's own two lines 700 bytes a call (estimated)",
  keyVersions:
    "a rotated KMS key costs a second and a third dollar after its first two rotations: not in the first year's sums",
  trail: "the trail is the account's first, whose management events are free",
} as const;

export type AssumptionId = keyof typeof ASSUMPTIONS;
