/** The sums that must agree: what went in, what came out, and what the sample says it must be. */
import type { Sum } from "../../local/report";
import type { Deployed } from "./run";

/** @throws Error when a stage left no numbers, because then nothing can be accounted for. */
export function accountFor({ report, sample }: Deployed): Sum[] {
  const { events, spark, kafka } = report;
  if (events === undefined || spark === undefined) throw new Error("A stage left no numbers");
  const { requests: expected, files } = sample.expected;
  const curated = new Map(spark.curated.map((set) => [set.dataSet, set]));
  const requests = curated.get("lms.requests")!;
  const sum = (name: string, left: number, right: number): Sum => ({ name, left, right });
  return [
    sum("sent = accepted + refused", events.sent, events.accepted + events.refused),
    sum("refused = malformed in the sample", events.refused, expected.refused),
    sum(
      "accepted + direct = landed + failed",
      events.accepted + events.direct,
      events.landed + events.failed,
    ),
    sum("failed = broken records in the sample", events.failed, expected.poison),
    ...(kafka === undefined
      ? []
      : [
          sum("by Kafka: valid events = landed", kafka.repeated, kafka.landed),
          sum("by Kafka: broken records = failed", kafka.broken, kafka.failed),
        ]),
    sum(
      "landed = curated + repeated + bad",
      events.landed + (kafka?.landed ?? 0),
      requests.written + requests.duplicates + requests.bad,
    ),
    sum("curated = distinct events in the sample", requests.written, expected.distinct),
    ...(events.inDatabase === undefined
      ? []
      : [sum("in the database = distinct events in the sample", events.inDatabase, expected.distinct)]),
    ...dates(events.landedByDate, expected.landedByDate),
    ...Object.entries(files).flatMap(([dataSet, totals]) => {
      const set = curated.get(dataSet)!;
      return [
        sum(
          `${dataSet}: rows = written + quarantined + repeated`,
          totals.rows,
          set.written + set.bad + set.duplicates,
        ),
        sum(`${dataSet}: written as the sample says`, set.written, totals.curated),
      ];
    }),
  ];
}

/** Late events and those around midnight stand in their own day's partition. */
function dates(landed: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>): Sum[] {
  const days = [...new Set([...Object.keys(landed), ...Object.keys(expected)])].sort();
  return days.map((dt) => ({ name: `landed in dt=${dt}`, left: landed[dt] ?? 0, right: expected[dt] ?? 0 }));
}

/** One line for each sum that does not agree. */
export function disagreements(sums: readonly Sum[]): string[] {
  return sums
    .filter(({ left, right }) => left !== right)
    .map(({ name, left, right }) => `${name}: ${left} is not ${right}`);
}
