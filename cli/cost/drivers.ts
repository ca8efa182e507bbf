/** What makes a stack dear, and which choice is behind it. */
import type { CostItem } from "../../components/cost";
import { money, type CostReport } from "./report";

/** So many are named. */
const NAMED = 6;

/** By price of the file: the choice behind it. */
const CHOICES: Readonly<Record<string, string>> = {
  "kms-key": "a key for each domain and zone, so that who reads one holds no key to another's",
  "vpc-endpoint": "naru:network none has no endpoints (dev's default)",
  "nat-gateway": "naru:network without NAT gateways reaches what the platform needs",
  "kinesis-stream": "naru:streamCapacity 1 has a shard instead; naru capacity compares",
  "kinesis-in": "naru:streamCapacity as a number of shards; naru capacity compares",
  "kinesis-shard": "naru:streamCapacity",
  "kinesis-shard-retention": "naru:streamRetentionHours 24 costs nothing more",
  "kinesis-retention": "naru:streamRetentionHours 24 costs nothing more",
  "firehose-in": "small events are billed as 5 KB each: fewer and larger ones cost less",
  "firehose-conversion": "small events are billed as 5 KB each: fewer and larger ones cost less",
  "api-requests": "senders that gather more events in a request",
  "lambda-requests": "senders that gather more events in a request",
  "s3-standard": "the contract's retention",
  "s3-standard-ia": "the contract's retention",
  "s3-glacier-ir": "the contract's retention",
};

/** Sums by component and price, the dearest first. */
export function drivers({ items, total }: CostReport): string[] {
  const groups = new Map<string, CostItem[]>();
  for (const item of items.filter(({ when }) => when !== "after-retention")) {
    const key = `${item.component} ${item.price}`;
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  const usdOf = (group: readonly CostItem[]) => group.reduce((sum, { usd }) => sum + usd, 0);
  const dearest = [...groups.values()].sort((a, b) => usdOf(b) - usdOf(a)).slice(0, NAMED);
  const of = total.idle + total.usage;
  return [
    "What costs most:",
    ...dearest
      .filter((group) => usdOf(group) > 0)
      .map((group) => {
        const { component, unit, price, confirmed, kind } = group[0]!;
        const quantity = group.reduce((sum, item) => sum + item.quantity, 0);
        const choice = CHOICES[price];
        return (
          `  ${money(usdOf(group)).padStart(10)} USD (${Math.round((usdOf(group) / of) * 100)} %)  ${component}, ${kind}: ` +
          `${amount(quantity)} × ${unit}${confirmed ? "" : ", unconfirmed"}${choice === undefined ? "" : `. ${choice}`}`
        );
      }),
  ];
}

function amount(value: number): string {
  return value.toLocaleString(
    "en-US",
    value < 10 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 0 },
  );
}
