"""Which records of a batch become rows of the table, and the Parquet of those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from .conversion import ConversionError, Row, TableSchema
from .record import ReadyRecord


@dataclass(frozen=True)
class Fitted:
    """A batch, parted into what fits and what does not."""

    #: The Parquet of those that fit; of none it has no rows.
    body: bytes
    good: Sequence[ReadyRecord]
    #: With what is wrong, which names the column and never the value.
    bad: Sequence[tuple[ReadyRecord, str]]


def fit(schema: TableSchema, records: Sequence[ReadyRecord], codec: str, folder: Path) -> Fitted:
    """:param folder: where the Parquet is built"""
    rows: list[tuple[ReadyRecord, list[Row]]] = []
    bad: list[tuple[ReadyRecord, str]] = []
    for record in records:
        try:
            rows.append((record, schema.rows(record.data)))
        except ConversionError as error:
            bad.append((record, str(error)))
    try:
        body = _parquet(schema, rows, codec, folder)
    except duckdb.Error:
        # A value that passed the check of its column and still is refused: found by converting one by one.
        rows, more = _one_by_one(schema, rows, codec, folder)
        bad += more
        body = _parquet(schema, rows, codec, folder)
    return Fitted(body, [record for record, _ in rows], bad)


def _parquet(
    schema: TableSchema, rows: Sequence[tuple[ReadyRecord, list[Row]]], codec: str, folder: Path
) -> bytes:
    return schema.parquet([row for _, own in rows for row in own], codec, folder)


def _one_by_one(
    schema: TableSchema, rows: Sequence[tuple[ReadyRecord, list[Row]]], codec: str, folder: Path
) -> tuple[list[tuple[ReadyRecord, list[Row]]], list[tuple[ReadyRecord, str]]]:
    good: list[tuple[ReadyRecord, list[Row]]] = []
    bad: list[tuple[ReadyRecord, str]] = []
    for record, own in rows:
        try:
            schema.parquet(own, codec, folder)
            good.append((record, own))
        except duckdb.Error:
            bad.append((record, "the record does not fit the table's types"))
    return good, bad
