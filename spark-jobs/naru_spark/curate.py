"""Curation without input or output: personal columns treated, one row a key, bad rows for quarantine."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql.window import Window

from naru_spark.checks import REASONS, SOURCE
from naru_spark.contract import (
    EPOCH_COLUMN,
    MERGING_TREATMENTS,
    PARTITION_COLUMN,
    ColumnSpec,
    DataSet,
    stored_schema,
)
from naru_spark.pseudonym import pseudonym
from naru_spark.quality import distinct_column, row_key
from naru_spark.treatments import generalise, mask

# Where a row stood: the first of two with one key is the one that stays.
_PLACE = ("source_file", "block_start", "position")


def kinds_needed(data_set: DataSet) -> set[str]:
    """Identifier kinds whose keys the treatment of the set needs; none for sets that arrive pseudonymised."""
    if data_set.ingestion == "stream":
        return set()
    columns = (*data_set.treated("pseudonymise"), *_told_apart(data_set))
    return {column.kind for column in columns if column.kind is not None}


def treat(data_set: DataSet, checked: DataFrame, epoch: int | None) -> DataFrame:
    """Checked rows with treated values instead of clear ones; clear text stays in `source`, of bad rows only.

    `checked` carries the keys of `kinds_needed` (`with_keys`) when there are any; the result does not.
    """
    bad = F.size(REASONS) > 0
    return checked.select(
        *_stored_columns(data_set, epoch),
        _partition(data_set).alias(PARTITION_COLUMN),
        *(
            _told_apart_by(column).alias(distinct_column(data_set, column.name))
            for column in _told_apart(data_set)
        ),
        F.col(REASONS),
        F.col("nulls"),
        F.when(bad, F.col(SOURCE)).alias(SOURCE),
        F.col("landing_day"),
        *(F.col(place) for place in _PLACE),
    )


def publishable(data_set: DataSet, treated: DataFrame) -> DataFrame:
    """The good rows, one a key (the first by file and place), with the stored columns and `dt`."""
    first = Window.partitionBy(*row_key(data_set)).orderBy(*_PLACE)
    good = treated.where(F.size(REASONS) == 0).withColumn("__rank", F.row_number().over(first))
    return good.where(F.col("__rank") == 1).select(*stored_schema(data_set).names)


def quarantined(treated: DataFrame) -> DataFrame:
    """The bad rows as they came, with the reasons and their file, under the day of the path they came by."""
    bad = treated.where(F.size(REASONS) > 0)
    return bad.select(f"{SOURCE}.*", REASONS, "source_file", F.col("landing_day").alias(PARTITION_COLUMN))


def _stored_columns(data_set: DataSet, epoch: int | None) -> list[Column]:
    if data_set.ingestion == "stream":
        return [F.col(name) for name in stored_schema(data_set).names if name != PARTITION_COLUMN]
    columns = [_treated(column) for column in data_set.stored_columns]
    named = [value.alias(column.name) for value, column in zip(columns, data_set.stored_columns)]
    return (
        [*named, F.lit(epoch).cast("int").alias(EPOCH_COLUMN)] if data_set.treated("pseudonymise") else named
    )


def _partition(data_set: DataSet) -> Column:
    if data_set.ingestion == "stream" or data_set.partition_from is None:
        return F.col("landing_day")
    local = F.from_utc_timestamp(F.col(data_set.partition_from), data_set.time_zone)
    return F.date_format(local, "yyyy-MM-dd")


def _treated(column: ColumnSpec) -> Column:
    text = F.col(f"{SOURCE}.{column.name}")
    if column.treatment == "pseudonymise":
        return _pseudonym(column)
    if column.treatment == "mask" and column.keep_last is not None:
        return mask(text, column.keep_last)
    if column.treatment == "generalise" and column.kind is not None:
        return generalise(column.kind, text)
    if column.treatment == "keep":
        return F.col(column.name)
    raise ValueError(f"{column.name}: can't be treated by {column.treatment}")


def _pseudonym(column: ColumnSpec) -> Column:
    if column.kind is None:
        raise ValueError(f"{column.name}: a pseudonymised column has a kind")
    # The text as it came: a pseudonym must not depend on how Spark prints a number or a date.
    return pseudonym(column.kind, F.col(f"{SOURCE}.{column.name}"))


def _told_apart(data_set: DataSet) -> tuple[ColumnSpec, ...]:
    """Columns that are stored coarser or not at all, and whose repeated values a rule counts."""
    counted = {name for rule in data_set.quality if rule.metric == "duplicateValues" for name in rule.columns}
    if data_set.ingestion == "stream":
        return ()
    merged = (column for name in MERGING_TREATMENTS for column in data_set.treated(name))
    return tuple(column for column in merged if column.name in counted)


def _told_apart_by(column: ColumnSpec) -> Column:
    return F.col(column.name) if column.kind is None else _pseudonym(column)
