"""Writing Parquet with DuckDB so that Spark, Athena and pandas read the same thing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from .hive_types import literal, quote

#: What Athena and Firehose call a codec, and DuckDB's name of it.
CODECS = {
    "SNAPPY": "snappy",
    "GZIP": "gzip",
    "ZSTD": "zstd",
    "LZ4": "lz4",
    "NONE": "uncompressed",
    "UNCOMPRESSED": "uncompressed",
}


def connect(threads: int = 2) -> duckdb.DuckDBPyConnection:
    """A private DuckDB in memory that reads nothing but files it is given, in UTC."""
    connection = duckdb.connect(
        ":memory:", config={"threads": threads, "autoinstall_known_extensions": False}
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    columns: Sequence[tuple[str, str]],
    path: Path,
    codec: str,
) -> None:
    """Writes columns (name, DuckDB type) of a relation (a table name or a query in brackets) to one file.

    Columns are written OPTIONAL although a batch may hold no null: DuckDB would write REQUIRED, and readers
    that
    merge files would see two schemas. A comparison that the optimiser can't decide keeps them OPTIONAL.
    Timestamps are written as instants (isAdjustedToUTC), which Spark reads as TimestampType.
    """
    chosen = ", ".join(
        f"CASE WHEN _random < 0 THEN NULL ELSE CAST({quote(name)} AS {_stored(type_)}) END AS {quote(name)}"
        for name, type_ in columns
    )
    connection.execute(
        f"COPY (SELECT {chosen} FROM (SELECT *, random() AS _random FROM {source})) TO {literal(str(path))} "
        f"(FORMAT PARQUET, COMPRESSION {CODECS[codec]})"
    )


def _stored(type_: str) -> str:
    return (
        type_.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")
        .replace("TIMESTAMPTZ", "TIMESTAMP")
        .replace("TIMESTAMP", "TIMESTAMPTZ")
    )
