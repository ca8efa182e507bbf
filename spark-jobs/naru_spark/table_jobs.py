"""The jobs `page_views` and `master_table`: curated tables in, derived curated tables out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Callable

from pyspark.sql import DataFrame, Observation
from pyspark.sql import functions as F

from naru_spark.contract import PARTITION_COLUMN, stored_schema
from naru_spark.master_table import artist_master
from naru_spark.page_views import page_views_by_course_hour
from naru_spark.report import CurateReport, TableReport
from naru_spark.run import Run, reported

PAGE_VIEWS_TABLE = "lms/page_views_by_course_hour"
MASTER_TABLE = "music/artist_master"


_REQUESTS = "lms.requests"
PAGE_VIEWS_INPUTS = (_REQUESTS,)
MASTER_INPUTS = ("music.artists", "music.top_tracks", "music.audio_features")


def feeds(run: Run, inputs: Sequence[str], curated: Sequence[CurateReport]) -> bool:
    """Whether this run curates one of the inputs."""
    if run.settings.changed:
        return any(item.data_set in inputs and item.status != "waiting" for item in curated)
    wanted = run.settings.data_sets
    return wanted is None or any(name in wanted for name in inputs)


def page_views(run: Run, curated: Sequence[CurateReport]) -> TableReport:
    """Rebuilds the page views of every day that curated `lms.requests` has."""
    return _from_inputs(run, PAGE_VIEWS_TABLE, PAGE_VIEWS_INPUTS, curated, _page_views)


def master_table(run: Run, curated: Sequence[CurateReport]) -> TableReport:
    """Builds the artist master from the newest snapshots, as the partition of the newest of their days."""
    return _from_inputs(run, MASTER_TABLE, MASTER_INPUTS, curated, _master_table)


def _page_views(run: Run, report: TableReport) -> None:
    requests = run.data_sets[_REQUESTS]
    source = run.curated(requests)
    rows = run.storage.read_table(source, stored_schema(requests))
    if rows is None:
        return
    report.days = run.storage.partitions(source)
    _write(run, page_views_by_course_hour(rows), report)
    table = run.derived(report.table)
    run.storage.keep_partitions(table, run.storage.partitions(table), report.days)


def _master_table(run: Run, report: TableReport) -> None:
    sets = [run.data_sets[name] for name in MASTER_INPUTS]
    newest = [run.storage.read_newest(run.curated(item), stored_schema(item)) for item in sets]
    frames = [frame for frame in newest if frame is not None]
    if len(frames) < len(sets):
        return
    report.days = [max(run.storage.partitions(run.curated(item))[-1] for item in sets)]
    _write(run, artist_master(*frames).withColumn(PARTITION_COLUMN, F.lit(report.days[0])), report)


def _write(run: Run, frame: DataFrame, report: TableReport) -> None:
    written = Observation()
    observed = frame.observe(written, F.count(F.lit(1)).alias("rows"))
    run.storage.write_table(observed, run.derived(report.table))
    report.written = written.get["rows"]
    report.status = "written"


def _from_inputs(
    run: Run,
    table: str,
    inputs: Sequence[str],
    curated: Sequence[CurateReport],
    build: Callable[[Run, TableReport], None],
) -> TableReport:
    if any(item.error is not None and item.data_set in inputs for item in curated):
        # Its cause stands in the report already, so this is no error of its own.
        return TableReport(table, "skipped")
    if any(name not in run.data_sets for name in inputs):
        return TableReport(table, "no input")
    return reported(table, lambda report: build(run, report))
