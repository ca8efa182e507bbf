"""The one Spark session of a run, with the settings that every job relies on."""

from __future__ import annotations

from pyspark import SparkConf
from pyspark.sql import SparkSession

# What the jobs' results depend on; they hold whatever spark-submit was told.
_REQUIRED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.compression.codec": "snappy",
    # A run replaces the days it read and leaves the others: re-runs are idempotent.
    "spark.sql.sources.partitionOverwriteMode": "dynamic",
    # `dt` stays the text that the catalogue declares.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # A failed cast is null and becomes a reason; in ANSI mode it would be an error that shows the value.
    "spark.sql.ansi.enabled": "false",
    "spark.sql.adaptive.enabled": "true",
}

# Eight instead of Spark's 200: a day of a university's data is megabytes. Set the option for more.
_DEFAULTS = {"spark.sql.shuffle.partitions": "8"}


def start_session() -> SparkSession:
    """Starts (or joins) the session; spark-submit's settings hold except where results depend on them."""
    given = SparkConf()
    builder = SparkSession.builder.appName("naru")
    for key, value in _REQUIRED.items():
        builder = builder.config(key, value)
    for key, value in _DEFAULTS.items():
        builder = builder.config(key, given.get(key, value))
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("WARN")
    return spark
