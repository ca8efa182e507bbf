"""ORC files as Parquet, which DuckDB reads: it knows no ORC, and Apache Arrow does."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import tzdata
from pyarrow import orc, parquet

from ..hive_types import HiveType
from .catalog import Table
from .errors import QueryError
from .objects import S3Object
from .orc_types import misfit

#: Holds a file's rows where a query wants no column that the file has.
_ROWS = "$rows"

if not Path("/usr/share/zoneinfo").exists():
    # ORC's library wants the time zone that a file was written in, and small systems have none.
    os.environ.setdefault("TZDIR", str(Path(tzdata.__file__).parent / "zoneinfo"))


def as_parquet(
    paths: Sequence[Path], objects: Sequence[S3Object], table: Table, wanted: frozenset[str] | None
) -> tuple[list[Path], set[str]]:
    """Replaces ORC files by Parquet with the wanted columns, named as the table's; stripe by stripe.

    Columns are found by their place, or by name where the table says `'orc.column.index.access'='false'`; fields of
    structs by name.

    :param paths: the files, in the order of `objects`
    :param wanted: the columns that the query names, or None for all
    :returns: the new files, in the same order, and the columns that any of them has
    :raises QueryError: for a file that is no ORC, or holds a column as another type; it names the object.
    """
    existing: set[str] = set()
    made: list[Path] = []
    for path, item in zip(paths, objects, strict=True):
        file = _open(path, item)
        found = _columns(file.schema, table, wanted)
        for name, (place, type_) in found.items():
            _check(file.schema.field(place), type_, name, item)
        target = path.with_suffix(".parquet")
        _rewrite(file, found, target, item)
        path.unlink()
        existing |= set(found)
        made.append(target)
    return made, existing


def _open(path: Path, item: S3Object) -> orc.ORCFile:
    try:
        return orc.ORCFile(path)
    except (OSError, pa.ArrowException):
        raise QueryError(f"HIVE_BAD_DATA: Malformed ORC file. Invalid postscript [{item.url}]") from None


def _columns(
    schema: pa.Schema, table: Table, wanted: frozenset[str] | None
) -> dict[str, tuple[int, HiveType]]:
    """The place in the file and the type of each wanted column that the file has."""
    by_place = table.serde_parameters.get("orc.column.index.access", "true").lower() != "false"
    named = {name.lower(): place for place, name in enumerate(schema.names)}
    found: dict[str, tuple[int, HiveType]] = {}
    for number, (name, type_) in enumerate(table.columns):
        place = (number if number < len(schema.names) else None) if by_place else named.get(name)
        if place is not None and (wanted is None or name in wanted):
            found[name] = (place, type_)
    return found


def _check(field: pa.Field, type_: HiveType, name: str, item: S3Object) -> None:
    found = misfit(field.type, type_, f".{name}")
    if found is not None:
        raise QueryError(
            f"HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split {item.url} (offset=0, length={item.size}): Malformed ORC "
            f"file. Cannot read SQL type '{found.sql}' from ORC stream '{found.path}' of type {found.kind} [{item.url}]"
        )


def _rewrite(file: orc.ORCFile, found: dict[str, tuple[int, HiveType]], target: Path, item: S3Object) -> None:
    places = [place for place, _ in found.values()]
    fields = [pa.field(name, file.schema.field(place).type) for name, (place, _) in found.items()]
    schema = pa.schema(fields or [pa.field(_ROWS, pa.int8())])
    # DuckDB's timestamps are microseconds, and Athena shows milliseconds.
    with parquet.ParquetWriter(
        target, schema, compression="snappy", coerce_timestamps="us", allow_truncated_timestamps=True
    ) as writer:
        if not places:
            writer.write_table(pa.table([pa.nulls(file.nrows, pa.int8())], schema=schema))
            return
        for stripe in range(file.nstripes):
            writer.write_table(pa.Table.from_arrays(_stripe(file, stripe, places, item), schema=schema))


def _stripe(file: orc.ORCFile, stripe: int, places: list[int], item: S3Object) -> list[pa.Array]:
    names = file.schema.names
    # Arrow chooses by name, and takes a.b for a field of a; where that is unclear, all are read.
    clear = len(set(names)) == len(names) and not any("." in names[place] for place in places)
    try:
        if clear:
            rows = file.read_stripe(stripe, [names[place] for place in places])
            return [rows.column(names[place]) for place in places]
        rows = file.read_stripe(stripe)
        return [rows.column(place) for place in places]
    except pa.ArrowInvalid as error:
        if "out of range for nanosecond resolution" in str(error):
            raise QueryError(
                f"NOT_SUPPORTED: {item.url} holds a timestamp before 1677 or after 2262, which Athena on AWS reads and "
                "this local one does not"
            ) from None
        raise QueryError(f"HIVE_CURSOR_ERROR: Failed to read ORC file: {item.url}") from None
    except (OSError, pa.ArrowException):
        # Without Arrow's words, which may quote what the file holds.
        raise QueryError(f"HIVE_CURSOR_ERROR: Failed to read ORC file: {item.url}") from None
