import { readString } from "../model/reading";
import { naru } from "../model/references";
import { undecided, violation, type ResourceRule } from "../model/rule";
import { NAMED_QUERY, PREPARED_STATEMENT } from "../model/types";
import { writingStatements, type WritingStatement } from "./sql";

const FIX =
  "Write `WITH (format = 'PARQUET', parquet_compression = 'SNAPPY', ...)` in a CREATE TABLE AS, and " +
  "`WITH (format = 'PARQUET', compression = 'SNAPPY')` behind an UNLOAD. Athena's default codec for Parquet is GZIP.";

/** Names of the codec property, by statement, in the order that Athena documents them. */
const CODEC: Readonly<Record<WritingStatement["kind"], readonly string[]>> = {
  "CREATE TABLE AS": ["parquet_compression", "write_compression"],
  UNLOAD: ["compression"],
};

/** Saved queries that write files (CTAS, UNLOAD) write Parquet with Snappy; those that only read pass. */
export const athenaQueryFormat: ResourceRule = {
  name: "athena-query-format",
  group: "storage-format",
  scope: "resource",
  severity: "medium",
  description: "Saved Athena queries that write files write Parquet with Snappy.",
  framework: naru("storage format", "CTAS and UNLOAD write Parquet compressed with Snappy"),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/athena/latest/ug/create-table-as.html",
  types: [NAMED_QUERY, PREPARED_STATEMENT],
  check(query) {
    const property = query.type === NAMED_QUERY ? "query" : "queryStatement";
    const reading = readString(query.props, [property]);
    if (reading.state === "unknown") return [undecided(query, property, FIX)];
    if (reading.state !== "known") return [violation(query, `${property} is no SQL text.`, FIX)];
    return writingStatements(reading.value).flatMap(({ kind, properties }) => {
      const flaws = [
        ...(isSet(properties.get("format"), "PARQUET") ? [] : ["format must be PARQUET"]),
        ...(CODEC[kind].some((name) => isSet(properties.get(name), "SNAPPY"))
          ? []
          : [`${CODEC[kind][0]} must be SNAPPY`]),
      ];
      return flaws.length === 0 ? [] : [violation(query, `In a ${kind}, ${flaws.join(" and ")}.`, FIX)];
    });
  },
};

function isSet(value: string | undefined, wanted: string): boolean {
  return value?.toUpperCase() === wanted;
}
