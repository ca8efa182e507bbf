"""The job `curate`: landing CSV and raw Parquet in; curated Parquet, quarantine and counts out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from pyspark import StorageLevel
from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from naru_spark.checks import REASONS, check_text, check_typed
from naru_spark.contract import EPOCH_COLUMN, PARTITION_COLUMN, DataSet, stored_schema
from naru_spark.csv_files import described, landing_files, read_files
from naru_spark.curate import kinds_needed, publishable, quarantined, treat
from naru_spark.errors import JobError, RefusedError, UnreadableError
from naru_spark.lineage import SourceObject, source_objects, write_lineage
from naru_spark.progress import Due, by_landing_day, due, give_up, remember
from naru_spark.pseudonym import key_row, with_keys
from naru_spark.quality import measurements, results
from naru_spark.reidentification import forget_deleted, keep_source_keys
from naru_spark.report import CurateReport, PersonalColumn
from naru_spark.run import Run, fault_text
from naru_spark.unmarked import refuse_samples, refuse_values, sample_table, value_counts

# Small sets leave the cores idle while the driver plans and lists; more at once only fight for its memory.
_AT_ONCE = 3


def curate(run: Run) -> list[CurateReport]:
    """Curates every data set that the settings name; a set that fails leaves the others working.

    A run of what has changed looks at all sets of files, and reports those that had something to do.
    """
    wanted, changed = run.settings.data_sets, run.settings.changed
    chosen = [
        item
        for name, item in run.data_sets.items()
        if (wanted is None or name in wanted) and not (changed and item.ingestion == "stream")
    ]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        reports = list(pool.map(lambda item: curate_data_set(run, item), chosen))
    return [one for one in reports if not changed or one.status not in ("no input", "unchanged")]


def curate_data_set(run: Run, data_set: DataSet) -> CurateReport:
    """Curates one set: everything is measured before anything is published."""
    report = CurateReport(data_set.id, data_set.time_zone, "no input")
    started = time.monotonic()
    try:
        if data_set.ingestion == "stream":
            _curate_stream(run, data_set, report)
        else:
            _curate_files(run, data_set, report)
    except Exception as error:
        report.status = "refused" if isinstance(error, RefusedError) else "failed"
        report.error = fault_text(error)
    report.seconds = round(time.monotonic() - started, 2)
    return report


#: Counts by name, and the days with good rows and with bad ones as lists.
_Measured = Mapping[str, Any]


@dataclass(frozen=True)
class _Source:
    """Rows with their reasons, rows treated, the days that are curated, their files (of a stream: none)."""

    checked: DataFrame
    treated: DataFrame
    scope: list[str]
    objects: list[SourceObject]


def _curate_stream(run: Run, data_set: DataSet, report: CurateReport) -> None:
    forget_deleted(run, data_set)
    table = f"{run.settings.zones.raw}/{data_set.domain}/{data_set.name}"
    rows = run.storage.read_table(table, stored_schema(data_set))
    if rows is None:
        return
    refuse_samples(data_set, sample_table(run.storage, table, data_set))
    checked = check_typed(data_set, rows)
    treated = treat(data_set, checked, None)
    _curate(run, data_set, report, _Source(checked, treated, run.storage.partitions(table), []), None)


def _curate_files(run: Run, data_set: DataSet, report: CurateReport) -> None:
    forget_deleted(run, data_set)
    landed = source_objects(landing_files(run.storage, run.settings.zones.landing, data_set))
    if not landed:
        return
    what = due(run, data_set, landed)
    if what.waiting is not None:
        report.status, report.earlier_error = "waiting", what.waiting
        return
    if not what.days:
        report.status = "unchanged"
        return
    try:
        _curate(run, data_set, report, _treated_csv(run, data_set, what), what)
    except (RefusedError, UnreadableError) as error:
        give_up(run, data_set, what, str(error))
        raise
    if report.error is not None:
        give_up(run, data_set, what, report.error)


def _treated_csv(run: Run, data_set: DataSet, what: Due) -> _Source:
    files = described(run.storage, [one.uri for one in what.objects], data_set)
    refuse_samples(data_set, {file.uri: file.personal for file in files})
    checked = check_text(data_set, read_files(run.spark, files, data_set))
    kinds = kinds_needed(data_set)
    if not kinds:
        return _Source(checked, treat(data_set, checked, None), what.days, what.objects)
    if run.keys is None:
        raise JobError("has pseudonymised columns: the job file needs pseudonym.keyId and pseudonym.epoch")
    keys = key_row(run.spark, run.keys.of(kinds))
    treated = treat(data_set, with_keys(checked, keys), run.keys.epoch)
    return _Source(checked, treated, what.days, what.objects)


def _curate(run: Run, data_set: DataSet, report: CurateReport, source: _Source, what: Due | None) -> None:
    treated = source.treated
    # In memory only: clear text of bad rows must not spill to a local disk.
    treated.persist(StorageLevel.MEMORY_ONLY)
    try:
        by_day = _measure(data_set, treated)
        measured = _total(list(by_day.values()))
        # Rules are about the whole set: the days that stay as they are count as they did.
        kept = [] if what is None else [day.measured for day in what.kept.values()]
        report.quality = results(data_set, _total([measured, *kept]))
        _count(report, measured)
        refuse_values(data_set, treated, measured)
        _quarantine(run, data_set, treated, report, source.scope, measured["bad_days"])
        # Before publication, and without it too: there is no pseudonym outside that nobody can turn back.
        report.source_keys = keep_source_keys(run, data_set, source.checked, source.scope)
        published: Mapping[str, Mapping[str, int]] = {}
        if stopping := [result.rule for result in report.quality if result.stops]:
            report.status = "refused"
            report.error = f"not published: quality rule {', '.join(stopping)} failed; see quarantine"
        else:
            published = _publish(run, data_set, treated, report, source.scope, what)
            report.status = "written"
        write_lineage(run, data_set, report, source.objects, source.scope)
        if what is not None and report.error is None:
            counts = {day: _counts(one) for day, one in by_day.items()}
            remember(run, data_set, what, {day: (counts[day], published.get(day, {})) for day in counts})
    finally:
        treated.unpersist()


def _measure(data_set: DataSet, treated: DataFrame) -> dict[str, _Measured]:
    """What is to be known before publication, by landing day where counts of days add up; else as one."""
    wanted = [*measurements(data_set), *value_counts(data_set)]
    if by_landing_day(data_set):
        rows = treated.groupBy("landing_day").agg(*wanted).collect()
        return {row["landing_day"]: row.asDict() for row in rows}
    measured = treated.agg(*wanted).first()
    if measured is None:
        raise JobError("the measurements came back empty")
    return {"": measured.asDict()}


def _total(parts: Sequence[_Measured]) -> _Measured:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(_counts(part))
    lists = ("days", "bad_days")
    return {
        **total,
        **{name: sorted({day for part in parts for day in part.get(name, ())}) for name in lists},
    }


def _counts(measured: _Measured) -> dict[str, int]:
    return {name: value for name, value in measured.items() if isinstance(value, int)}


def _count(report: CurateReport, measured: _Measured) -> None:
    report.read, report.good = measured.get("read", 0), measured.get("good", 0)
    report.bad = report.read - report.good
    report.duplicates = report.good - measured.get("unique", 0)
    report.days = list(measured["days"])


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
    run: Run,
    data_set: DataSet,
    treated: DataFrame,
    report: CurateReport,
    scope: Sequence[str],
    what: Due | None,
) -> dict[str, dict[str, int]]:
    """Writes the good rows. Returns by day what was published: rows, and values of each counted column."""
    table = run.curated(data_set)
    published: dict[str, dict[str, int]] = {}
    if report.good:
        parts = report.days if by_landing_day(data_set) else [""]
        written = Observation()
        frame = publishable(data_set, treated).observe(written, *_published_counts(data_set, parts))
        run.storage.write_table(frame, table)
        observed = written.get
        published = {
            day: {name: observed[f"{name}/{day}"] for name in ("rows", *_counted(data_set))} for day in parts
        }
        report.written = sum(counts["rows"] for counts in published.values())
        kept = [] if what is None else [day.published for day in what.kept.values()]
        report.personal_columns = _personal_columns(
            data_set, _total([*published.values(), *kept]), observed.get("epoch")
        )
    if data_set.ingestion == "stream" or data_set.partition_from is None:
        run.storage.keep_partitions(table, scope, report.days)
    return published


def _counted(data_set: DataSet) -> list[str]:
    return [column.name for column in data_set.columns if column.kind and column.treatment == "pseudonymise"]


def _published_counts(data_set: DataSet, parts: Sequence[str]) -> list[Column]:
    """Aggregates of an observation, which knows no groups: one of each for each part."""
    counted = _counted(data_set)
    counts = []
    for day in parts:
        inside = F.lit(True) if day == "" else F.col(PARTITION_COLUMN) == day
        counts.append(F.count(F.when(inside, 1)).alias(f"rows/{day}"))
        counts += [F.count(F.when(inside, F.col(name))).alias(f"{name}/{day}") for name in counted]
    return [*counts, F.max(EPOCH_COLUMN).alias("epoch")] if counted else counts


def _personal_columns(data_set: DataSet, total: _Measured, epoch: int | None) -> list[PersonalColumn]:
    counted = _counted(data_set)
    return [
        PersonalColumn(column.name, "pseudonymise", column.kind, epoch, total[column.name])
        if column.name in counted
        else PersonalColumn(column.name, column.treatment, column.kind, None, total["rows"])
        for column in data_set.columns
        if column.kind is not None
    ]
