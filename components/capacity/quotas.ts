/** What AWS allows before a raise, and where it says so. All pages as read in 2026-11. */

/** A number of AWS's own. */
export interface Quota {
  /** As Service Quotas names it, for the request of a raise; null: not a quota that is asked for. */
  readonly name: string | null;
  readonly source: string;
  /** What of it AWS's pages do not say in so many words; null: nothing. */
  readonly unconfirmed: string | null;
}

const KINESIS = "https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html";

const MSK = "https://docs.aws.amazon.com/msk/latest/developerguide/limits.html";

export const QUOTAS = {
  shard: { name: null, source: KINESIS, unconfirmed: null },
  readers: {
    name: null,
    source: KINESIS,
    unconfirmed: "that Firehose asks once a second: its guide says so, no quota does",
  },
  onDemandStart: {
    name: null,
    source: KINESIS,
    unconfirmed: "records: the page states 4 MB/s only; counted as four shards of 1,000 records/s",
  },
  onDemand: {
    name: "on-demand write throughput, by a support case",
    source: KINESIS,
    unconfirmed: "records: the page states MB/s only; counted as shards of 1,000 records/s",
  },
  onDemandStreams: {
    name: "on-demand streams, by a support case",
    source: KINESIS,
    unconfirmed: null,
  },
  shards: {
    name: "Shards per Region",
    source: KINESIS,
    unconfirmed: "the quota's name; outside three regions the page says 1,000 or 6,000, the lower is taken",
  },
  apiRequests: {
    name: "Throttle rate",
    source: "https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html",
    unconfirmed: null,
  },
  concurrency: {
    name: "Concurrent executions",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
    unconfirmed: "new accounts have less, and no page says how much",
  },
  mapping: {
    name: null,
    source: "https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html",
    unconfirmed: null,
  },
  partition: {
    name: "throughput of an active partition, by a support case",
    source: "https://docs.aws.amazon.com/firehose/latest/dev/limits.html",
    unconfirmed: null,
  },
  topicDelivery: {
    name: "throughput of a partition of MSK, by a support case",
    source: "https://docs.aws.amazon.com/firehose/latest/dev/limits.html",
    unconfirmed: null,
  },
  topicPartition: {
    name: null,
    source: MSK,
    unconfirmed: null,
  },
  serverlessKafka: {
    name: "of MSK Serverless, by a support case",
    source: MSK,
    unconfirmed: null,
  },
  standardBroker: {
    name: null,
    source: "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html",
    unconfirmed: "throughput: a page states 153.8 MB/s of m7g.16xlarge; the others' are its share by size",
  },
  expressBroker: {
    name: null,
    source: MSK,
    unconfirmed: null,
  },
  brokerStorage: {
    name: "Maximum storage per broker",
    source: MSK,
    unconfirmed: null,
  },
  brokers: {
    name: "Number of brokers per account",
    source: MSK,
    unconfirmed: null,
  },
  connections: {
    name: null,
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html",
    unconfirmed: "how much of its memory a server counts; 70 % is taken, Aurora MySQL has a table",
  },
} as const satisfies Record<string, Quota>;

/** Of a shard, in both modes: 1 MB and 1,000 records a second in, 2 MB and 5 calls a second out for all that read together. */
export const SHARD = {
  writeBytes: 1_000_000,
  writeRecords: 1000,
  readBytes: 2_000_000,
  readCalls: 5,
} as const;

/** A new on-demand stream takes 4 MB/s, and then twice its highest peak of 30 days. */
export const ON_DEMAND_START_SHARDS = 4;

/** On-demand streams of an account and region. */
export const ON_DEMAND_STREAMS = 50;

/** Bytes a second that Firehose writes into one partition: a day of a table. */
export const PARTITION_BYTES = 1_000_000_000;

/** Lambda: a synchronous environment takes ten requests a second, however short they are. */
export const REQUESTS_PER_ENVIRONMENT = 10;

/** Lambda functions that run at once in an account and region. */
export const CONCURRENT_EXECUTIONS = 1000;

const LARGE_KINESIS = ["us-east-1", "us-west-2", "eu-west-1"];

/** MB a second up to which an on-demand stream grows. */
export function onDemandShards(region: string): number {
  return LARGE_KINESIS.includes(region) ? 10_000 : 200;
}

/** Shards of an account with a number of shards by setting. */
export function shardsOfRegion(region: string): number {
  return LARGE_KINESIS.includes(region) ? 20_000 : 1000;
}

/** Cape Town, Milan, Spain, Zurich, Jakarta, Hyderabad, Melbourne, Malaysia, Thailand, UAE, Tel Aviv, Calgary, Mexico. */
const SMALL_API = [
  ...["af-south-1", "eu-south-1", "eu-south-2", "eu-central-2", "ap-southeast-3", "ap-south-2"],
  ...["ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "me-central-1", "il-central-1", "ca-west-1"],
  "mx-central-1",
];

/** Requests a second of all APIs of an account and region. */
export function apiRequestsOfRegion(region: string): number {
  return SMALL_API.includes(region) ? 2500 : 10_000;
}
