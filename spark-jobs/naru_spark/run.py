"""What every job of a run shares, and how a fault of one data set becomes a line of the report."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass
from typing import Callable

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from naru_spark.contract import DataSet
from naru_spark.epoch_keys import EpochKeys
from naru_spark.errors import JobError
from naru_spark.report import TableReport
from naru_spark.settings import JobSettings
from naru_spark.storage import Storage, storage_fault


@dataclass(frozen=True)
class Run:
    """One run of the jobs: its session, store, settings, contracts and keys."""

    spark: SparkSession
    storage: Storage
    settings: JobSettings
    data_sets: dict[str, DataSet]
    keys: EpochKeys | None
    at: datetime.datetime
    #: Id of the run, which lineage and report carry.
    id: str

    def curated(self, data_set: DataSet) -> str:
        """Root of the set's curated table."""
        return self.derived(f"{data_set.domain}/{data_set.name}")

    def derived(self, table: str) -> str:
        """Root of a curated table, by `<domain>/<name>`."""
        return f"{self.settings.zones.curated}/{table}"


def reported(table: str, build: Callable[[TableReport], None]) -> TableReport:
    """Builds a derived table; a fault becomes the report's error. Without rows it stays `no input`."""
    report = TableReport(table, "no input")
    started = time.monotonic()
    try:
        build(report)
    except Exception as error:
        report.status, report.error = "failed", fault_text(error)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def fault_text(error: Exception) -> str:
    """The text of an exception that is safe to show: Spark's own messages may hold values of rows."""
    if isinstance(error, JobError):
        return str(error)
    if isinstance(error, Py4JJavaError):
        return storage_fault(error)
    if isinstance(error, PySparkException):
        return f"{type(error).__name__} {error.getErrorClass() or ''}".strip()
    return type(error).__name__
