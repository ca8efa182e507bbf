"""Page views by course and hour, from the curated requests of the learning management system."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from naru_spark.contract import PARTITION_COLUMN


def page_views_by_course_hour(requests: DataFrame) -> DataFrame:
    """Views and distinct users by `course_id`, `hour` (UTC) and `dt`, from curated `lms.requests`."""
    hour = F.date_trunc("hour", F.col("occurred_at")).alias("hour")
    counted = requests.groupBy("course_id", hour, PARTITION_COLUMN).agg(
        F.count(F.lit(1)).alias("page_views"),
        F.count_distinct("user_id").alias("users"),
    )
    return counted.select("course_id", "hour", "page_views", "users", PARTITION_COLUMN)
