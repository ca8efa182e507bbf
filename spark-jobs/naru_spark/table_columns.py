"""Which columns of a table are the contract's, and whether their types are."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from pyspark.sql import types as T

from naru_spark.contract import ColumnSpec, DataSet, spark_type
from naru_spark.database_engines import (
    BINARY,
    BOOLEAN,
    DATE,
    DECIMAL,
    DOUBLE,
    INSTANT,
    INTEGER,
    SINGLE,
    WALL_CLOCK,
    TableColumn,
)
from naru_spark.errors import JobError

_FAMILIES = {
    "double": (INTEGER, DECIMAL, SINGLE, DOUBLE),
    "boolean": (BOOLEAN,),
    "date": (DATE,),
    "timestamp": (WALL_CLOCK, INSTANT),
}
_BITS = {"int": 32, "bigint": 65}


@dataclass(frozen=True)
class MatchedColumn:
    """A column of the contract, and the table's that its values come from."""

    spec: ColumnSpec
    table: TableColumn


def match_table(
    data_set: DataSet, columns: Sequence[TableColumn], partition_column: str | None
) -> tuple[tuple[MatchedColumn, ...], TableColumn | None]:
    """The contract's columns in its order, and what parts the table. Raises JobError with all faults."""
    faults: list[str] = []
    matched = []
    for spec in data_set.columns:
        found = _named(columns, spec.source) or _named(columns, spec.name)
        if found is None:
            name = spec.name if spec.source == spec.name else f"{spec.source} ({spec.name})"
            faults.append(f"column {name} is missing, or this user may not see it")
        elif not found.readable:
            faults.append(f"column {found.name} may not be read by this user")
        elif not _fits(spec.type, found):
            faults.append(f"column {found.name} is {found.type_name}, and the contract says {spec.type}")
        else:
            matched.append(MatchedColumn(spec, found))
    parting = _partition(partition_column, columns, matched, faults)
    if faults:
        raise JobError(
            f"{'; '.join(faults)}. Grant SELECT on these columns, mend contract or table, or make a view "
            f"with the columns of {data_set.id} and name that"
        )
    return tuple(matched), parting


def _partition(
    name: str | None,
    columns: Sequence[TableColumn],
    matched: Sequence[MatchedColumn],
    faults: list[str],
) -> TableColumn | None:
    if name is None:
        return None
    found = _named(columns, name)
    whole = found is not None and (found.family == INTEGER or (found.family == DECIMAL and found.scale == 0))
    if found is None or not whole or not found.readable:
        faults.append(f"partitionColumn {name} is no column of whole numbers that this user may read")
        return None
    # Its bounds stand in queries, and so in the database's logs.
    if any(one.table == found and one.spec.kind is not None for one in matched):
        faults.append(f"partitionColumn {name} is personal data; take a number that tells of nobody")
    return found


def _named(columns: Sequence[TableColumn], wanted: str) -> TableColumn | None:
    """Upper and lower case differ only where the table has both."""
    name = unicodedata.normalize("NFC", wanted)
    by_name = {unicodedata.normalize("NFC", column.name): column for column in reversed(columns)}
    folded = {key.lower(): column for key, column in by_name.items()}
    return by_name.get(name) or folded.get(name.lower())


def _fits(wanted: str, column: TableColumn) -> bool:
    if wanted == "string":
        return column.family != BINARY
    if wanted in _BITS:
        return column.family == INTEGER and column.bits <= _BITS[wanted]
    if wanted == "boolean" and column.may_be_boolean:
        return True
    if wanted in _FAMILIES:
        return column.family in _FAMILIES[wanted]
    decimal = spark_type(wanted)
    if not isinstance(decimal, T.DecimalType) or column.family not in (INTEGER, DECIMAL):
        return False
    # Whole numbers and decimals without limits are held to the contract's digits value by value, by curation.
    if column.family == INTEGER or column.digits is None:
        return True
    whole = column.digits - column.scale
    return column.scale <= decimal.scale and whole <= decimal.precision - decimal.scale
