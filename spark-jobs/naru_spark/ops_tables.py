"""Tables about the runs themselves, in the curated zone, for dashboards: quality and pseudonyms.

A day's partition holds the newest run of each data set on that day.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict
from zoneinfo import ZoneInfo

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from naru_spark.contract import PARTITION_COLUMN
from naru_spark.report import CurateReport, TableReport
from naru_spark.run import Run, reported

QUALITY_TABLE = "ops/quality_results"
STATUS_TABLE = "ops/pseudonym_status"

_DAY = T.StructField(PARTITION_COLUMN, T.StringType())
QUALITY_SCHEMA = T.StructType(
    [
        T.StructField("data_set", T.StringType()),
        T.StructField("rule", T.StringType()),
        T.StructField("metric", T.StringType()),
        T.StructField("status", T.StringType()),
        T.StructField("measured", T.DoubleType()),
        T.StructField("unit", T.StringType()),
        T.StructField("severity", T.StringType()),
        T.StructField("run_at", T.TimestampType()),
        _DAY,
    ]
)
STATUS_SCHEMA = T.StructType(
    [
        T.StructField("data_set", T.StringType()),
        T.StructField("column_name", T.StringType()),
        T.StructField("treatment", T.StringType()),
        T.StructField("kind", T.StringType()),
        T.StructField("epoch", T.IntegerType()),
        T.StructField("rows", T.LongType()),
        _DAY,
    ]
)


def write_ops_tables(run: Run, curated: Sequence[CurateReport]) -> list[TableReport]:
    """Writes both tables from the reports of a run's curation."""
    quality, status = [], []
    for item in curated:
        if item.status not in ("written", "refused"):
            continue
        same = {"data_set": item.data_set, PARTITION_COLUMN: _day(run.at, item.time_zone)}
        run_at = run.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        quality += [{**asdict(result), "run_at": run_at, **same} for result in item.quality]
        status += [{**asdict(column), **same} for column in item.personal_columns]
    return [
        reported(QUALITY_TABLE, lambda report: _merge(run, QUALITY_SCHEMA, quality, report)),
        reported(STATUS_TABLE, lambda report: _merge(run, STATUS_SCHEMA, status, report)),
    ]


def _merge(run: Run, schema: T.StructType, rows: list[dict[str, object]], report: TableReport) -> None:
    if not rows:
        return
    table = run.derived(report.table)
    report.days = sorted({str(row[PARTITION_COLUMN]) for row in rows})
    replaced = sorted({str(row["data_set"]) for row in rows})
    existing = run.storage.read_table(table, schema)
    kept: list[dict[str, object]] = []
    if existing is not None:
        others = existing.where(F.col(PARTITION_COLUMN).isin(report.days) & ~F.col("data_set").isin(replaced))
        # To the driver (a few rows): Spark can't replace a partition that it is reading.
        kept = [
            json.loads(row["json"]) for row in others.select(F.to_json(F.struct("*")).alias("json")).collect()
        ]
    run.storage.write_table(_frame(run, schema, [*kept, *rows]), table)
    report.written, report.status = len(rows), "written"


def _frame(run: Run, schema: T.StructType, rows: list[dict[str, object]]) -> DataFrame:
    """Rows as a frame by way of JSON: `createDataFrame` would start a Python worker for them."""
    parsed = F.from_json(F.lit(json.dumps(rows, ensure_ascii=False)), T.ArrayType(schema))
    return run.spark.range(1).select(F.inline(parsed))


def _day(at: datetime.datetime, time_zone: str) -> str:
    return at.astimezone(ZoneInfo(time_zone)).date().isoformat()
