"""Events a minute by course, counted from a stream of clear events whose personal columns go first."""

from __future__ import annotations

from dataclasses import replace

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from naru_spark.checks import REASONS
from naru_spark.contract import PARTITION_COLUMN, DataSet
from naru_spark.errors import JobError

COURSE = "course_id"


def countable(data_set: DataSet) -> DataSet:
    """The set as the counts need it: a course in every event. JobError where it can't be counted.

    The stream is clear and the state lies in files, so what the state keeps must be kept in the lake too.
    """
    if data_set.ingestion != "stream" or data_set.partition_from is None:
        raise JobError(f"{data_set.id}: is no stream whose events have a time; name one, e.g. lms.requests")
    names = {column.name: column for column in data_set.columns}
    if COURSE not in names or not data_set.primary_key:
        raise JobError(f"{data_set.id}: needs a primary key and the column {COURSE} to be counted")
    needed = (*data_set.primary_key, data_set.partition_from, COURSE)
    closed = [name for name in needed if names[name].treatment != "keep"]
    if closed:
        raise JobError(
            f"{data_set.id}: {', '.join(closed)} would lie in the stream's state in clear; "
            "count by columns that the contract keeps"
        )
    columns = tuple(
        replace(column, required=True) if column.name == COURSE else column for column in data_set.columns
    )
    return replace(data_set, columns=columns)


def events_per_minute(data_set: DataSet, checked: DataFrame, late_minutes: int) -> DataFrame:
    """Good events by course and minute of the event's own time, each id once; late events are left out.

    A minute is given out once, when the stream is `late_minutes` past it.
    """
    moment = str(data_set.partition_from)
    # Only these columns are shuffled and kept.
    kept = checked.where(F.size(REASONS) == 0).select(
        *data_set.primary_key, F.col(moment).alias("__moment"), COURSE
    )
    once = kept.withWatermark("__moment", f"{late_minutes} minutes").dropDuplicatesWithinWatermark(
        list(data_set.primary_key)
    )
    counted = once.groupBy(F.window("__moment", "1 minute"), COURSE).agg(F.count(F.lit(1)).alias("events"))
    local = F.from_utc_timestamp(F.col("window.start"), data_set.time_zone)
    return counted.select(
        COURSE,
        F.col("window.start").alias("minute"),
        "events",
        F.date_format(local, "yyyy-MM-dd").alias(PARTITION_COLUMN),
    )
