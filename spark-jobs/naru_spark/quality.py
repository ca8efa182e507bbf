"""Quality rules of the contracts: what each measures, and whether the number is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column
from pyspark.sql import functions as F

from naru_spark.checks import NULLS, REASONS, possible_reasons
from naru_spark.contract import MERGING_TREATMENTS, PARTITION_COLUMN, DataSet, QualityRule


@dataclass(frozen=True)
class QualityResult:
    """One rule's number, in the rule's unit, and whether it lies in the rule's range."""

    rule: str
    metric: str
    status: str
    measured: float
    unit: str
    severity: str

    @property
    def stops(self) -> bool:
        """Whether the result forbids publication."""
        return self.status == "failed" and self.severity == "error"


def row_key(data_set: DataSet) -> tuple[str, ...]:
    """What makes two rows one: the primary key; for files within a day, as each drop is a snapshot."""
    return (
        data_set.primary_key if data_set.ingestion == "stream" else (PARTITION_COLUMN, *data_set.primary_key)
    )


def distinct_column(data_set: DataSet, name: str) -> str:
    """The treated frame's column that tells a contract column's values apart, dropped and coarse ones too."""
    merged = data_set.ingestion == "csv" and data_set.column(name).treatment in MERGING_TREATMENTS
    return f"__distinct_{name}" if merged else name


def measurements(data_set: DataSet) -> list[Column]:
    """One aggregate of all that is to be known before publication: counts, days, each rule's `rule_<n>`."""
    good = F.size(REASONS) == 0
    rules = [_measure(data_set, rule).alias(f"rule_{index}") for index, rule in enumerate(data_set.quality)]
    return [
        F.count(F.lit(1)).alias("read"),
        F.count(F.when(good, 1)).alias("good"),
        _distinct(good, row_key(data_set)).alias("unique"),
        F.sort_array(F.collect_set(F.when(good, F.col(PARTITION_COLUMN)))).alias("days"),
        F.sort_array(F.collect_set(F.when(~good, F.col("landing_day")))).alias("bad_days"),
        *rules,
    ]


def results(data_set: DataSet, measured: Mapping[str, int]) -> list[QualityResult]:
    """The rules' results from the counts of `measurements`.

    Counts of a set's landing days may be added up where they are its days in the table: rows and values are
    held against those of their own day only.
    """
    return [
        _result(rule, measured.get(f"rule_{index}", 0), measured.get("read", 0))
        for index, rule in enumerate(data_set.quality)
    ]


def _measure(data_set: DataSet, rule: QualityRule) -> Column:
    good = F.size(REASONS) == 0
    if rule.metric == "rowCount":
        # The rows that would be published: good ones, each once.
        return _distinct(good, row_key(data_set))
    if rule.metric == "nullValues":
        return F.count(F.when(_any_of(NULLS, rule.columns), 1))
    if rule.metric == "invalidValues":
        reasons = [reason for column in rule.columns for reason in possible_reasons(column)]
        return F.count(F.when(_any_of(REASONS, reasons), 1))
    columns = [distinct_column(data_set, name) for name in rule.columns]
    if data_set.ingestion == "csv":
        columns.insert(0, PARTITION_COLUMN)
    present = good
    for column in columns:
        present = present & F.col(column).isNotNull()
    return F.count(F.when(present, 1)) - _distinct(present, columns)


def _distinct(condition: Column, columns: Sequence[str]) -> Column:
    return F.count_distinct(F.when(condition, F.struct(*columns)))


def _any_of(column: str, values: Sequence[str]) -> Column:
    return F.arrays_overlap(F.col(column), F.array(*(F.lit(value) for value in values)))


def _result(rule: QualityRule, rows: int, read: int) -> QualityResult:
    measured = float(rows)
    if rule.unit == "percent":
        measured = round(100 * rows / read, 4) if read else 0.0
    low = rule.minimum is None or measured >= rule.minimum
    high = rule.maximum is None or measured <= rule.maximum
    status = "passed" if low and high else "failed"
    return QualityResult(rule.name, rule.metric, status, measured, rule.unit, rule.severity)
