"""Events of a stream by their contract: JSON objects as typed columns, with the reasons against each."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from naru_spark.checks import REASONS, check_fields
from naru_spark.contract import PARTITION_COLUMN, ColumnSpec, DataSet

# Reason against what is no JSON object.
MALFORMED = "row:json"
_CORRUPT = "__corrupt"
# RFC 3339 with its offset, as the transform asks for too (`functions/event-time`).
_MOMENT = r"\A[0-9-]+T[0-9:.]+(Z|[+-][0-9]{2}:?[0-9]{2})\z"


def check_events(data_set: DataSet, events: DataFrame) -> DataFrame:
    """Events (`event`: bytes) as typed columns with `reasons`; what came stands in `source.record`.

    Keys that the contract does not name are passed over. A number in quotes is read as the number.
    """
    columns = data_set.columns
    # Everything as text, as the rules read it; a key's own value keeps its JSON.
    fields = [T.StructField(source, T.StringType()) for source in {column.source: None for column in columns}]
    schema = T.StructType([*fields, T.StructField(_CORRUPT, T.StringType())])
    text = F.coalesce(F.col("event").cast("string"), F.lit(""))
    parsed = F.from_json(text, schema, {"columnNameOfCorruptRecord": _CORRUPT})
    rows = events.select(text.alias("record"), parsed.alias("parsed")).select(
        "record",
        (F.col("parsed").isNull() | F.col("parsed").getField(_CORRUPT).isNotNull()).alias("malformed"),
        *(_text(column).alias(column.name) for column in columns),
    )
    checked = check_fields(data_set, rows, MALFORMED, ())
    return checked.withColumn(REASONS, F.array_distinct(F.concat(F.col(REASONS), _unplaced(data_set))))


def bad_events(data_set: DataSet, checked: DataFrame) -> DataFrame:
    """Events that don't count: as they came, with reasons and the batch's time, under its day."""
    # Of the batch, not of the clock: a batch that is done again has the same.
    arrived = F.current_timestamp()
    local = F.from_utc_timestamp(arrived, data_set.time_zone)
    return checked.where(F.size(REASONS) > 0).select(
        F.col("source.record").alias("event"),
        REASONS,
        arrived.alias("read_at"),
        F.date_format(local, "yyyy-MM-dd").alias(PARTITION_COLUMN),
    )


def _text(column: ColumnSpec) -> Column:
    value = F.col("parsed").getField(column.source)
    # `t` and `z` are letters of RFC 3339 too.
    return F.upper(value) if column.type == "timestamp" else value


def _unplaced(data_set: DataSet) -> Column:
    """Reasons against moments without an offset, which stand nowhere on a clock that all share."""
    moments = [column for column in data_set.columns if column.type == "timestamp"]
    found = [
        F.when(~F.col(f"source.{column.name}").rlike(_MOMENT), F.lit(f"{column.name}:type"))
        for column in moments
    ]
    return F.array_compact(F.array(*found))
