"""The job `curate`: landing CSV and raw Parquet in; curated Parquet, quarantine and counts out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from pyspark import StorageLevel
from pyspark.sql import DataFrame, Observation, Row
from pyspark.sql import functions as F

from naru_spark.checks import REASONS, check_text, check_typed
from naru_spark.contract import EPOCH_COLUMN, DataSet, stored_schema
from naru_spark.csv_files import landing_files, read_files
from naru_spark.curate import kinds_needed, publishable, quarantined, treat
from naru_spark.errors import JobError, RefusedError
from naru_spark.lineage import SourceObject, source_objects, write_lineage
from naru_spark.pseudonym import key_row, with_keys
from naru_spark.quality import measurements, results
from naru_spark.reidentification import forget_deleted, keep_source_keys
from naru_spark.report import CurateReport, PersonalColumn
from naru_spark.run import Run, fault_text
from naru_spark.unmarked import refuse_samples, refuse_values, sample_table, value_counts

# Small sets leave the cores idle while the driver plans and lists; more at once only fight for its memory.
_AT_ONCE = 3


def curate(run: Run) -> list[CurateReport]:
    """Curates every data set that the settings name; a set that fails leaves the others working."""
    wanted = run.settings.data_sets
    chosen = [item for name, item in run.data_sets.items() if wanted is None or name in wanted]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(lambda item: curate_data_set(run, item), chosen))


def curate_data_set(run: Run, data_set: DataSet) -> CurateReport:
    """Curates one set: everything is measured before anything is published."""
    report = CurateReport(data_set.id, data_set.time_zone, "no input")
    started = time.monotonic()
    try:
        _curate(run, data_set, report)
    except Exception as error:
        report.status = "refused" if isinstance(error, RefusedError) else "failed"
        report.error = fault_text(error)
    report.seconds = round(time.monotonic() - started, 2)
    return report


def _curate(run: Run, data_set: DataSet, report: CurateReport) -> None:
    forget_deleted(run, data_set)
    source = _treated_csv(run, data_set) if data_set.ingestion == "csv" else _treated_stream(run, data_set)
    if source is None:
        return
    checked, treated, scope, objects = source
    # In memory only: clear text of bad rows must not spill to a local disk.
    treated.persist(StorageLevel.MEMORY_ONLY)
    try:
        measured = treated.agg(*measurements(data_set), *value_counts(data_set)).first()
        if measured is None:
            raise JobError("the measurements came back empty")
        _count(report, data_set, measured)
        refuse_values(data_set, treated, measured)
        _quarantine(run, data_set, treated, report, scope, measured["bad_days"])
        # Before publication, and without it too: there is no pseudonym outside that nobody can turn back.
        report.source_keys = keep_source_keys(run, data_set, checked, scope)
        if stopping := [result.rule for result in report.quality if result.stops]:
            report.status = "refused"
            report.error = f"not published: quality rule {', '.join(stopping)} failed; see quarantine"
        else:
            _publish(run, data_set, treated, report, scope)
            report.status = "written"
        write_lineage(run, data_set, report, objects, scope)
    finally:
        treated.unpersist()


#: Rows with their reasons, rows treated, the days of the source, and its files (of a stream: none).
_Source = tuple[DataFrame, DataFrame, list[str], list[SourceObject]]


def _treated_csv(run: Run, data_set: DataSet) -> _Source | None:
    files = landing_files(run.storage, run.settings.zones.landing, data_set)
    if not files:
        return None
    refuse_samples(data_set, {file.uri: file.personal for file in files})
    objects = source_objects(run, files)
    checked = check_text(data_set, read_files(run.spark, files, data_set))
    days = sorted({file.day for file in files})
    kinds = kinds_needed(data_set)
    if not kinds:
        return checked, treat(data_set, checked, None), days, objects
    if run.keys is None:
        raise JobError("has pseudonymised columns: the job file needs pseudonym.keyId and pseudonym.epoch")
    keys = key_row(run.spark, run.keys.of(kinds))
    return checked, treat(data_set, with_keys(checked, keys), run.keys.epoch), days, objects


def _treated_stream(run: Run, data_set: DataSet) -> _Source | None:
    table = f"{run.settings.zones.raw}/{data_set.domain}/{data_set.name}"
    rows = run.storage.read_table(table, stored_schema(data_set))
    if rows is None:
        return None
    refuse_samples(data_set, sample_table(run.storage, table, data_set))
    checked = check_typed(data_set, rows)
    return checked, treat(data_set, checked, None), run.storage.partitions(table), []


def _count(report: CurateReport, data_set: DataSet, measured: Row) -> None:
    report.read, report.good = measured["read"], measured["good"]
    report.bad = report.read - report.good
    report.duplicates = report.good - measured["unique"]
    report.days = list(measured["days"])
    report.quality = results(data_set, measured)


def _quarantine(
    run: Run,
    data_set: DataSet,
    treated: DataFrame,
    report: CurateReport,
    scope: Sequence[str],
    days: Sequence[str],
) -> None:
    table = run.settings.zones.quarantine(data_set.domain, data_set.name)
    if report.bad:
        reasons = treated.select(F.explode(REASONS).alias("reason")).groupBy("reason").count().collect()
        report.bad_by_reason = {row["reason"]: row["count"] for row in sorted(reasons)}
        run.storage.write_clear_rows(quarantined(treated), table)
    run.storage.keep_partitions(table, scope, days)


def _publish(
    run: Run, data_set: DataSet, treated: DataFrame, report: CurateReport, scope: Sequence[str]
) -> None:
    table = run.curated(data_set)
    personal = [column for column in data_set.columns if column.kind is not None]
    counted = [column.name for column in personal if column.treatment == "pseudonymise"]
    if report.good:
        written = Observation()
        counts = [F.count(F.lit(1)).alias("rows"), *(F.count(name).alias(name) for name in counted)]
        if counted:
            counts.append(F.max(EPOCH_COLUMN).alias("epoch"))
        frame = publishable(data_set, treated).observe(written, *counts)
        run.storage.write_table(frame, table)
        observed = written.get
        report.written = observed["rows"]
        report.personal_columns = [
            PersonalColumn(column.name, "pseudonymise", column.kind, observed["epoch"], observed[column.name])
            if column.name in counted
            else PersonalColumn(column.name, column.treatment, column.kind, None, report.written)
            for column in personal
        ]
    if data_set.ingestion == "stream" or data_set.partition_from is None:
        run.storage.keep_partitions(table, scope, report.days)
