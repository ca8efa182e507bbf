"""Page views while they come: raw requests as a stream, counted in windows of their own time."""

from __future__ import annotations

from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.streaming import StreamingQuery

from naru_spark.contract import PARTITION_COLUMN
from naru_spark.errors import JobError
from naru_spark.storage import Storage

# So that a stream that was stopped for a week doesn't read a week at once.
_FILES_PER_BATCH = 200


@dataclass(frozen=True)
class LiveCounts:
    """How views are counted."""

    #: Length of a window, in minutes.
    window_minutes: int
    #: How late an event may come, in minutes: a window is written when the stream is this far past its end.
    late_minutes: int
    #: IANA zone of `dt`.
    time_zone: str


def arriving(spark: SparkSession, storage: Storage, folder: str) -> DataFrame:
    """Rows of a raw table, also of files that are delivered later. Raises JobError while there is none.

    A stream's columns stand at its start: those of the files that are there.
    """
    if not storage.partitions(folder):
        raise JobError(f"{folder} has no file yet, so its columns are not known; start when one is delivered")
    schema = spark.read.option("mergeSchema", "true").parquet(folder).schema
    return spark.readStream.schema(schema).option("maxFilesPerTrigger", _FILES_PER_BATCH).parquet(folder)


def counted(requests: DataFrame, counts: LiveCounts) -> DataFrame:
    """Views and about how many users by course and window of `occurred_at`; late events are left out.

    The queue hands an event over at least once: one that comes again within `late_minutes` is counted once.
    """
    # Delivered without a zone, in UTC, as the session is; a watermark wants a moment.
    moments = requests.withColumn("occurred_at", F.col("occurred_at").cast("timestamp"))
    once = moments.withWatermark(
        "occurred_at", f"{counts.late_minutes} minutes"
    ).dropDuplicatesWithinWatermark(["id"])
    window = F.window("occurred_at", f"{counts.window_minutes} minutes")
    grouped = once.groupBy(window, "course_id").agg(
        F.count(F.lit(1)).alias("page_views"),
        # Exact counts would keep every user of a window in the state.
        F.approx_count_distinct("user_id").alias("users"),
    )
    local = F.from_utc_timestamp(F.col("window.start"), counts.time_zone)
    return grouped.select(
        "course_id",
        F.col("window.start").cast("timestamp_ntz").alias("window_start"),
        F.col("window.end").cast("timestamp_ntz").alias("window_end"),
        "page_views",
        "users",
        F.date_format(local, "yyyy-MM-dd").alias(PARTITION_COLUMN),
    )


def write_windows(
    frame: DataFrame, target: str, checkpoint: str, trigger_seconds: int | None
) -> StreamingQuery:
    """Starts the stream: each window is written once, when it is over, as a file of its day.

    `checkpoint` keeps what was read and what is counted so far: a stream that starts again goes on there.
    Without `trigger_seconds` it ends when all that is there has been read.
    """
    writer = (
        frame.writeStream.format("parquet")
        .outputMode("append")
        .partitionBy(PARTITION_COLUMN)
        .option("path", target)
        .option("checkpointLocation", checkpoint)
    )
    if trigger_seconds is None:
        return writer.trigger(availableNow=True).start()
    return writer.trigger(processingTime=f"{trigger_seconds} seconds").start()
