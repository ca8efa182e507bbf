/** What every run must hold to, whoever starts it: settings of the engine, not of a job. */
export const SPARK_DEFAULTS = {
  "spark.sql.parquet.compression.codec": "snappy",
  "spark.sql.sources.partitionOverwriteMode": "dynamic",
  "spark.sql.session.timeZone": "UTC",
} as const;
