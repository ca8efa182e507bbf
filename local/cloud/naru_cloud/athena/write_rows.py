"""Rows of a query as Parquet objects at a location, one for each partition."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote as url_quote

import duckdb
from botocore.exceptions import ClientError
from sqlglot import exp

from ..hive_types import quote
from ..parquet_files import write_parquet
from ..protocol import new_id
from .catalog import PARQUET_SERDE
from .dialect import name_columns
from .errors import QueryError
from .objects import split_url
from .query import Run
from .results import text_of
from .select import SelectEngine, execute

#: Athena's quota: partitions that one CTAS or INSERT INTO may write.
MOST_PARTITIONS = 100

_PARQUET = "org.apache.hadoop.hive.ql.io.parquet.MapredParquet"

_GLUE_TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "tinyint",
    "SMALLINT": "smallint",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "HUGEINT": "bigint",
    "UBIGINT": "bigint",
    "UINTEGER": "bigint",
    "FLOAT": "float",
    "DOUBLE": "double",
    "VARCHAR": "string",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "BLOB": "binary",
}


@dataclass(frozen=True)
class Target:
    """Where and how rows are written."""

    location: str
    codec: str
    partitioned_by: Sequence[str]


@dataclass(frozen=True)
class Written:
    """What a write left behind."""

    columns: list[tuple[str, str]]
    urls: list[str]
    partitions: list[tuple[tuple[str, ...], str]]
    rows: int


def write_rows(
    run: Run, engine: SelectEngine, tree: exp.Expression, target: Target, no_data: bool
) -> Written:
    """Runs a query and writes its rows to a location.

    :raises QueryError: for types that Hive lacks, partition keys that are not last, or too many partitions.
    """
    name_columns(tree)
    planned = engine.plan(run, tree)
    connection = planned.connection
    try:
        limit = " LIMIT 0" if no_data else ""
        execute(run, connection, f"CREATE TEMP TABLE _written AS SELECT * FROM ({planned.sql}){limit}")
        described = connection.execute("DESCRIBE _written").fetchall()
        columns = [(row[0].lower(), str(row[1])) for row in described]
        types = {name: _glue_type(name, type_) for name, type_ in columns}
        keys = list(target.partitioned_by)
        tail = [name for name, _ in columns][len(columns) - len(keys) :]
        if keys and tail != keys:
            raise QueryError(
                f"SYNTAX_ERROR: Partition keys must be the last columns in the table and in the same order as the "
                f"table properties: {keys}"
            )
        stored = [
            (name, "BIGINT" if type_ == "HUGEINT" else type_) for name, type_ in columns if name not in keys
        ]
        urls, partitions = _write_files(run, connection, target, stored, keys)
        row = connection.execute("SELECT count(*) FROM _written").fetchone()
    finally:
        connection.close()
    return Written([(name, types[name]) for name, _ in columns], urls, partitions, int(row[0]) if row else 0)


def _write_files(
    run: Run,
    connection: duckdb.DuckDBPyConnection,
    target: Target,
    stored: Sequence[tuple[str, str]],
    keys: Sequence[str],
) -> tuple[list[str], list[tuple[tuple[str, ...], str]]]:
    """One file for each partition, or one for the whole; no file at all when there are no rows."""
    listed = ", ".join(quote(key) for key in keys) or "1"
    values = connection.execute(f"SELECT DISTINCT {listed} FROM _written ORDER BY ALL").fetchall()
    if keys and len(values) > MOST_PARTITIONS:
        raise QueryError(
            f"HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of {MOST_PARTITIONS} open writers for partitions/buckets."
        )
    urls: list[str] = []
    partitions: list[tuple[tuple[str, ...], str]] = []
    bucket, prefix = split_url(target.location)
    stamp = datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
    mark = "".join(random.choices(string.ascii_lowercase + string.digits, k=5))
    for number, row in enumerate(values):
        texts = [
            "__HIVE_DEFAULT_PARTITION__" if value is None else str(text_of(value))
            for value in row[: len(keys)]
        ]
        folder = "".join(f"{key}={url_quote(text, safe=' ')}/" for key, text in zip(keys, texts, strict=True))
        same = " AND ".join(f"{quote(key)} IS NOT DISTINCT FROM ?" for key in keys)
        source = "_written"
        if keys:
            connection.execute(
                f"CREATE OR REPLACE TEMP TABLE _part AS SELECT * FROM _written WHERE {same}", list(row)
            )
            source = "_part"
        path = run.folder / f"{number}.parquet"
        write_parquet(connection, source, stored, path, target.codec)
        key = f"{prefix}{folder}{stamp}_{number:05d}_{mark}_{new_id()}"
        _put(run, bucket, key, path.read_bytes())
        path.unlink()
        urls.append(f"s3://{bucket}/{key}")
        if keys:
            partitions.append((tuple(texts), f"s3://{bucket}/{prefix}{folder}"))
    return urls, partitions


def _put(run: Run, bucket: str, key: str, body: bytes) -> None:
    try:
        run.clients.get("s3").put_object(
            Bucket=bucket, Key=key, Body=body, **run.execution.output.encryption()
        )
    except ClientError as error:
        raise QueryError(
            f"PERMISSION_DENIED: Access Denied when writing s3://{bucket}/{key}: {error.response['Error']['Message']}"
            if "Denied" in error.response["Error"]["Code"]
            else f"HIVE_WRITER_CLOSE_ERROR: s3://{bucket}/{key}: {error.response['Error']['Message']}"
        ) from None


def _glue_type(name: str, duckdb_name: str) -> str:
    """The column type that Athena gives the new table."""
    if duckdb_name.endswith("[]"):
        return f"array<{_glue_type(name, duckdb_name[:-2])}>"
    if duckdb_name.startswith("DECIMAL"):
        return duckdb_name.lower().replace(" ", "")
    if duckdb_name.startswith("STRUCT("):
        inner = exp.DataType.build(duckdb_name, dialect="duckdb")
        parts = [f"{field.name}:{_glue_type(name, field.kind.sql('duckdb'))}" for field in inner.expressions]
        return f"struct<{','.join(parts)}>"
    if duckdb_name.startswith("MAP("):
        key, value = exp.DataType.build(duckdb_name, dialect="duckdb").expressions
        return f"map<{_glue_type(name, key.sql('duckdb'))},{_glue_type(name, value.sql('duckdb'))}>"
    aliases = {"INT": "INTEGER", "TEXT": "VARCHAR", "REAL": "FLOAT"}
    duckdb_name = aliases.get(duckdb_name, duckdb_name)
    if duckdb_name not in _GLUE_TYPES:
        raise QueryError(
            f"NOT_SUPPORTED: column {name}: Unsupported Hive type: {duckdb_name.lower()}; cast it to timestamp, "
            "varchar or another type of Hive"
        )
    return _GLUE_TYPES[duckdb_name]


def parquet_storage(columns: list[dict[str, str]], location: str) -> dict[str, object]:
    """The storage descriptor of a Parquet table."""
    return {
        "Columns": columns,
        "Location": location,
        "InputFormat": f"{_PARQUET}InputFormat",
        "OutputFormat": f"{_PARQUET}OutputFormat",
        "SerdeInfo": {"SerializationLibrary": PARQUET_SERDE, "Parameters": {"serialization.format": "1"}},
    }
