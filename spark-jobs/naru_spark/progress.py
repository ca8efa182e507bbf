"""What of landing stands in curated: which files each day was made of, and what was counted in them.

A run of what has changed asks this and no note of a drop: a file that a failed or aborted run left behind
differs from what is remembered, and the next run finds it, whichever set that one was started for.

What is remembered holds digests and counts, no name of a file. It lies in landing, and goes with it after its
time; without it a set is curated as a whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from naru_spark.contract import DataSet
from naru_spark.lineage import SourceObject
from naru_spark.run import Run

# Raised when what was remembered would be read wrongly; then every set is curated as a whole once.
PROGRESS_VERSION = 1


@dataclass(frozen=True)
class DayProgress:
    """A day of landing that stands in curated. `files` is a digest; the others are counts by name."""

    files: str
    measured: dict[str, int]
    published: dict[str, int]


@dataclass(frozen=True)
class Progress:
    """A set's days. `given_up` is the digest of files that can't be published as they are, `why` tells it."""

    basis: str
    days: dict[str, DayProgress]
    given_up: str | None = None
    why: str | None = None


@dataclass(frozen=True)
class Due:
    """What a run has to do for a set: the files of `days`, beside the days that stay as they are."""

    basis: str
    objects: list[SourceObject]
    days: list[str]
    kept: dict[str, DayProgress]
    digests: dict[str, str]
    earlier: Progress | None
    #: Why the same files were not published before, where nothing has changed since.
    waiting: str | None


def due(run: Run, data_set: DataSet, landed: Sequence[SourceObject]) -> Due:
    """All days of a whole run; else those whose files are not what curated was made of."""
    days = sorted({file.day for file in landed})
    digests = {day: _digest(file for file in landed if file.day == day) for day in days}
    basis = _basis(run, data_set)
    earlier = _read(run, data_set, basis)
    if not run.settings.changed or earlier is None:
        return Due(basis, list(landed), days, {}, digests, earlier, None)
    waiting = earlier.why if earlier.given_up == _all(digests) else None
    known = _standing(run, data_set, earlier)
    changed = [day for day in days if day not in known or known[day].files != digests[day]]
    # Where a row's day is one of its columns, files of two landing days may feed one partition.
    if changed and not by_landing_day(data_set):
        changed = days
    objects = [file for file in landed if file.day in changed]
    kept = {day: known[day] for day in days if day not in changed}
    return Due(basis, objects, changed, kept, digests, earlier, waiting)


def by_landing_day(data_set: DataSet) -> bool:
    """Whether a landing day's files are a partition of the curated table, and nothing else is."""
    return data_set.ingestion == "csv" and data_set.partition_from is None


def remember(
    run: Run, data_set: DataSet, what: Due, done: Mapping[str, tuple[Mapping[str, int], Mapping[str, int]]]
) -> None:
    """After publication: counts measured and published of each day; days without rows are not in `done`."""
    days = {}
    for day in what.days:
        measured, published = done.get(day, ({}, {}))
        days[day] = DayProgress(what.digests[day], dict(measured), dict(published))
    _write(run, data_set, Progress(what.basis, {**what.kept, **days}))


def give_up(run: Run, data_set: DataSet, what: Due, why: str) -> None:
    """The files can't be published as they are: runs of what has changed leave them until one changes."""
    days = {} if what.earlier is None else what.earlier.days
    _write(run, data_set, Progress(what.basis, days, _all(what.digests), why))


def _standing(run: Run, data_set: DataSet, progress: Progress) -> dict[str, DayProgress]:
    """The remembered days, without those whose partition somebody has removed from curated since."""
    if not by_landing_day(data_set):
        return progress.days
    there = set(run.storage.partitions(run.curated(data_set)))
    return {
        day: one for day, one in progress.days.items() if day in there or one.published.get("rows", 0) == 0
    }


def _basis(run: Run, data_set: DataSet) -> str:
    """Digest of what makes the same files other rows: contract, key, epochs."""
    settings = run.settings
    keys = (settings.pseudonym, None if run.keys is None else run.keys.epoch, settings.reidentification)
    return _hashed(json.dumps([PROGRESS_VERSION, asdict(data_set), repr(keys)], default=str, sort_keys=True))


def _digest(files: Iterable[SourceObject]) -> str:
    # On a disk, where there are no versions, the time of the last change stands for one.
    return _hashed("\n".join(sorted(repr((f.uri, f.size, f.modified, f.version_id, f.etag)) for f in files)))


def _all(digests: Mapping[str, str]) -> str:
    return _hashed(json.dumps(digests, sort_keys=True))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _place(run: Run, data_set: DataSet) -> str:
    # No domain's name starts with an underscore, so this is no set's folder of records.
    return f"{run.settings.zones.landing}/lineage/_curated/{data_set.domain}/{data_set.name}.json"


def _read(run: Run, data_set: DataSet, basis: str) -> Progress | None:
    place = _place(run, data_set)
    if not run.storage.list_files(place):
        return None
    kept = json.loads(run.storage.read_text(place))
    if kept["basis"] != basis:
        return None
    days = {day: DayProgress(**one) for day, one in kept["days"].items()}
    return Progress(basis, days, kept["given_up"], kept["why"])


def _write(run: Run, data_set: DataSet, progress: Progress) -> None:
    run.storage.write_text(_place(run, data_set), json.dumps(asdict(progress), ensure_ascii=False))
