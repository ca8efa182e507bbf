/** What a verification costs: its own hours and requests at most, and a stack that is left standing. */
import { costOf, HOURS, priceOf } from "../../components/cost";
import type { CostReport } from "../cost/report";

/** Longer than all waiting of a run: 20 minutes of delivery and 10 for the Tagging API; Pulumi and Spark take the most of it. */
export const RUN_HOURS = 3;
/** Spark's sample takes minutes; the application stops by itself when it is idle. */
const SPARK_HOURS = 1;
/** GB of memory for each vCPU of the application, as the program asks for it. */
const GB_PER_VCPU = 4;

/** More of each than a run asks: the sample has 2,040 events, 6 files, 7 statements, and a deployment some thousand calls. */
const REQUESTS: Readonly<Record<string, number>> = {
  "api-requests": 10_000,
  "lambda-requests": 20_000,
  "lambda-arm": 5_000,
  "kinesis-put": 10_000,
  "firehose-in": 0.1,
  "firehose-conversion": 0.1,
  "firehose-partitioned": 0.1,
  "firehose-objects": 1_000,
  "s3-writes": 20_000,
  "s3-reads": 100_000,
  "kms-requests": 50_000,
  "state-transitions": 2_000,
  // 20 statements, at least 10 MB each (Athena, pricing).
  "athena-scan": 0.0002,
  "logs-in": 0.1,
  "trail-management": 20_000,
  "trail-data": 10_000,
  "dynamodb-writes": 10_000,
  "service-events": 10_000,
};

export type VerifyCost = Pick<CostReport, "total" | "eventsPerSecond" | "notPriced">;

export interface RunCost {
  readonly standing: number;
  readonly spark: number;
  readonly requests: number;
  readonly together: number;
}

/** USD of one run at most. Keys cost by the hour while they are in use, and nothing while they wait for their deletion (KMS, pricing). */
export function runCost({ total }: Pick<CostReport, "total">, sparkVcpu: number): RunCost {
  const standing = (total.idle / HOURS) * RUN_HOURS;
  const spark =
    costOf("emr-vcpu-arm", sparkVcpu * SPARK_HOURS) +
    costOf("emr-memory-arm", sparkVcpu * GB_PER_VCPU * SPARK_HOURS);
  const requests = Object.entries(REQUESTS).reduce(
    (sum, [price, quantity]) => sum + costOf(price, quantity),
    0,
  );
  return { standing, spark, requests, together: standing + spark + requests };
}

export function toldRunCost(stack: string, report: VerifyCost, sparkVcpu: number): string {
  const { standing, spark, requests, together } = runCost(report, sparkVcpu);
  const usd = (amount: number) => `$${amount.toFixed(2)}`.padStart(8);
  const day = (amount: number) => `$${((amount / HOURS) * 24).toFixed(2)}`;
  const { total, eventsPerSecond, notPriced } = report;
  const unconfirmed = ["emr-vcpu-arm", "emr-memory-arm", ...Object.keys(REQUESTS)].filter(
    (price) => !priceOf(price).confirmed,
  );
  const unpriced = [
    ...new Set(notPriced.map(({ type, what }) => (what === null ? type : `${what} (${type})`))),
  ];
  const row = (what: string, amount: number) => `  ${what.padEnd(55)}${usd(amount)}`;
  return [
    `This run costs at most, by the prices of \`naru cost ${stack}\` (list prices with dates, not a bill):`,
    row(`the stack, standing for ${RUN_HOURS} hours`, standing),
    row(`Spark, all of its ${sparkVcpu} vCPU for ${SPARK_HOURS} hour`, spark),
    row("requests of deployment and sample, more than it makes", requests),
    row("together", together),
    `  ${unconfirmed.length} of the ${Object.keys(REQUESTS).length + 2} prices of Spark and requests are unconfirmed for the region; taxes come on top`,
    ...(unpriced.length === 0 ? [] : [`  in no sum, as not priced: ${unpriced.join(", ")}`]),
    "Keys that wait for their deletion cost nothing meanwhile.",
    `A stack that is left standing costs, idle, ${day(total.idle)} a day, $${total.idle.toFixed(2)} a month; with ${eventsPerSecond} events/s, ` +
      `as contracts declare, ${day(total.idle + total.usage)} a day.`,
    "",
  ].join("\n");
}
