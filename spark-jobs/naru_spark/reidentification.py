"""What turns pseudonyms back, kept in the closed zone for as long as landing keeps the clear data.

After each run the tables of a set hold exactly the good rows that its landing files have now. Nothing here is
shuffled: that would put clear values on the workers' disks, so a value of two rows stands here twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column, DataFrame, Observation
from pyspark.sql import functions as F

from naru_spark.checks import REASONS, SOURCE
from naru_spark.contract import EPOCH_COLUMN, PARTITION_COLUMN, DataSet
from naru_spark.csv_files import landing_days
from naru_spark.errors import JobError
from naru_spark.pseudonym import key_row, name_of, normalise, pseudonym, with_keys
from naru_spark.run import Run
from naru_spark.settings import ReidentificationPlace


def forget_deleted(run: Run, data_set: DataSet) -> None:
    """Removes the days that landing no longer has files of; all of a set that has nothing to turn back."""
    place = run.settings.reidentification
    if place is None:
        return
    days = landing_days(run.storage, run.settings.zones.landing, data_set) if _columns(data_set) else []
    _keep(run, place, data_set, None, days)


def keep_source_keys(run: Run, data_set: DataSet, checked: DataFrame, days: Sequence[str]) -> int:
    """Writes the source keys of the good rows, and the bridge where older epochs live; the number of keys.

    `checked` holds all rows that landing has of the days named. Raises JobError when a key can't be made.
    """
    place, keys = run.settings.reidentification, run.keys
    if place is None or not _columns(data_set):
        return 0
    if keys is None:
        raise JobError("reidentification: the job file needs pseudonym.keyId and pseudonym.epoch")
    epochs = range(place.oldest_epoch, keys.epoch + 1)
    kinds = {kind for _, kind in _columns(data_set)}
    named = {name_of(kind, epoch): key for epoch in epochs for kind, key in keys.of(kinds, epoch).items()}
    good = with_keys(checked.where(F.size(REASONS) == 0), key_row(run.spark, named))
    table = f"{data_set.domain}/{data_set.name}"
    written = Observation()
    counts = [F.count(F.when(F.col(PARTITION_COLUMN) == day, 1)).alias(day) for day in days]
    rows = source_keys(data_set, good, epochs).observe(written, *counts)
    run.storage.write_clear_rows(rows, place.source_keys(table), one_file=False)
    if len(epochs) > 1:
        run.storage.write_clear_rows(bridge(data_set, good, epochs), place.bridge(table), one_file=False)
    observed: dict[str, int] = written.get
    # What is left of a day whose rows are all bad by now, and of a bridge from an epoch that is given up.
    full = [day for day in days if observed[day] > 0]
    _keep(run, place, data_set, days, full, bridged=len(epochs) > 1)
    return sum(observed.values())


def source_keys(data_set: DataSet, good: DataFrame, epochs: Sequence[int]) -> DataFrame:
    """One row for each pseudonym of a row, in each epoch, with the value that was hashed."""
    cells = [
        F.struct(
            F.lit(kind).alias("kind"),
            pseudonym(kind, value, name_of(kind, epoch)).alias("pseudonym"),
            F.lit(epoch).alias(EPOCH_COLUMN),
            normalise(kind, value).alias("source_key"),
        )
        for value, kind in _columns(data_set)
        for epoch in epochs
    ]
    return _exploded(data_set, good, cells)


def bridge(data_set: DataSet, good: DataFrame, epochs: Sequence[int]) -> DataFrame:
    """The pseudonym of each older epoch beside the newest one's; no clear values."""
    *older, newest = epochs
    cells = [
        F.struct(
            F.lit(kind).alias("kind"),
            pseudonym(kind, value, name_of(kind, epoch)).alias("pseudonym"),
            F.lit(epoch).alias(EPOCH_COLUMN),
            pseudonym(kind, value, name_of(kind, newest)).alias("newest_pseudonym"),
            F.lit(newest).alias("newest_epoch"),
        )
        for value, kind in _columns(data_set)
        for epoch in older
    ]
    return _exploded(data_set, good, cells)


def _columns(data_set: DataSet) -> list[tuple[Column, str]]:
    """Text and kind of each pseudonymised column; none of a stream, whose clear values nobody keeps."""
    if data_set.ingestion == "stream":
        return []
    columns = data_set.treated("pseudonymise")
    return [(F.col(f"{SOURCE}.{column.name}"), column.kind) for column in columns if column.kind is not None]


def _exploded(data_set: DataSet, good: DataFrame, cells: Sequence[Column]) -> DataFrame:
    # By the day of the landing path, whatever `dt` the row has in curated: deleted with its file.
    day = F.col("landing_day").alias(PARTITION_COLUMN)
    rows = good.select(F.array(*cells).alias("cells"), day, F.lit(data_set.id).alias("data_set"))
    found = F.filter("cells", lambda cell: cell["pseudonym"].isNotNull())
    return rows.select(F.inline(found), "data_set", PARTITION_COLUMN)


def _keep(
    run: Run,
    place: ReidentificationPlace,
    data_set: DataSet,
    scope: Sequence[str] | None,
    days: Sequence[str],
    bridged: bool = True,
) -> None:
    """Removes the other days of a scope; None: of all that is there."""
    table = f"{data_set.domain}/{data_set.name}"
    for root, kept in ((place.source_keys(table), days), (place.bridge(table), days if bridged else [])):
        run.storage.keep_partitions(root, run.storage.partitions(root) if scope is None else scope, kept)
