import { examine, oneOf, type Expectation } from "../model/expectation";
import { knownString } from "../model/reading";
import { naru } from "../model/references";
import type { ResourceRule } from "../model/rule";
import { CATALOG_TABLE } from "../model/types";

const FIX =
  "Declare the table as Parquet with Snappy: the Hive Parquet input format, output format and serde, and the parameters " +
  '`classification: "parquet"` and `parquet.compression: "SNAPPY"`.';

const PARQUET: readonly Expectation[] = [
  {
    path: ["storageDescriptor", "inputFormat"],
    accepts: oneOf("org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"),
    must: "must be the Hive Parquet input format",
    fix: FIX,
  },
  {
    path: ["storageDescriptor", "outputFormat"],
    accepts: oneOf("org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"),
    must: "must be the Hive Parquet output format",
    fix: FIX,
  },
  {
    path: ["storageDescriptor", "serDeInfo", "serializationLibrary"],
    accepts: oneOf("org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"),
    must: "must be the Hive Parquet serde",
    fix: FIX,
  },
  {
    path: ["parameters", "classification"],
    accepts: oneOf("parquet"),
    must: "must be parquet",
    fix: FIX,
  },
  {
    path: ["parameters", "parquet.compression"],
    accepts: oneOf("SNAPPY"),
    must: "must be SNAPPY",
    fix: FIX,
  },
];

/** Iceberg brings its own readers; only the codec of its files is open (the service's default is ZSTD). */
const ICEBERG: Expectation = {
  path: ["parameters", "write.parquet.compression-codec"],
  accepts: oneOf("snappy"),
  must: "must be snappy",
  fix: 'Set the parameter `write.parquet.compression-codec: "snappy"` on the Iceberg table.',
};

/** Landing tables describe files as the sources deliver them: `<project>_<stack>_landing_<domain>`. */
const LANDING_DATABASE = /(^|_)landing(_|$)/;

/**
 * Tables of the catalogue outside landing are Parquet with Snappy. Views hold no files and pass. A database name that
 * is not known in the preview counts as not landing.
 */
export const glueTableFormat: ResourceRule = {
  name: "glue-table-format",
  group: "storage-format",
  scope: "resource",
  severity: "high",
  description: "Tables of the Glue catalogue outside landing are Parquet with Snappy.",
  framework: naru(
    "storage format",
    "Every table outside landing is stored as Parquet compressed with Snappy",
  ),
  remediation: FIX,
  url: "https://docs.aws.amazon.com/athena/latest/ug/parquet-serde.html",
  types: [CATALOG_TABLE],
  check(table) {
    if (knownString(table.props, ["tableType"]) === "VIRTUAL_VIEW") return [];
    if (LANDING_DATABASE.test(knownString(table.props, ["databaseName"]) ?? "")) return [];
    const iceberg =
      "openTableFormatInput" in table.props ||
      oneOf("ICEBERG")(knownString(table.props, ["parameters", "table_type"]));
    return (iceberg ? [ICEBERG] : PARQUET).flatMap((expectation) => examine(table, expectation));
  },
};
