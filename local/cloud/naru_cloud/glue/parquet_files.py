"""Parquet says itself what it holds."""

from __future__ import annotations

from pathlib import Path

from duckdb.sqltypes import DuckDBPyType

from ..hive_types import HiveType, literal
from ..parquet_files import connect
from .schema import CrawlError, Schema

#: DuckDB's types that the catalogue has under another name.
_NAMES = {
    "VARCHAR": "string",
    "BLOB": "binary",
    "INTEGER": "int",
    "BIGINT": "bigint",
    "UINTEGER": "bigint",
    "SMALLINT": "smallint",
    "TINYINT": "tinyint",
    "DOUBLE": "double",
    "FLOAT": "float",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "TIMESTAMP_NS": "timestamp",
}


def classify_parquet(path: Path) -> Schema:
    """The schema of a Parquet file.

    :raises CrawlError: for a type that the catalogue does not have.
    """
    with connect(1) as connection:
        relation = connection.sql(
            f"SELECT * FROM read_parquet({literal(str(path))}, hive_partitioning = false)"
        )
        columns = tuple(
            (name.lower(), _type(type_)) for name, type_ in zip(relation.columns, relation.types, strict=True)
        )
    package = "org.apache.hadoop.hive.ql.io.parquet"
    return Schema(
        "parquet",
        columns,
        f"{package}.serde.ParquetHiveSerDe",
        f"{package}.MapredParquetInputFormat",
        f"{package}.MapredParquetOutputFormat",
        {"serialization.format": "1"},
        {},
    )


def _type(type_: DuckDBPyType) -> HiveType:
    if type_.id in ("list", "array"):
        return HiveType("array", (), (("", _type(type_.children[0][1])),))
    if type_.id == "map":
        return HiveType("map", (), tuple(("", _type(inner)) for _, inner in type_.children))
    if type_.id == "struct":
        return HiveType("struct", (), tuple((name.lower(), _type(inner)) for name, inner in type_.children))
    if type_.id == "decimal":
        return HiveType("decimal", tuple(int(number) for _, number in type_.children))
    name = _NAMES.get(str(type_))
    if name is None:
        raise CrawlError(f"a Parquet column is of type {type_}, which the catalogue does not have")
    return HiveType(name)
