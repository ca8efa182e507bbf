"""The Glue catalogue as one caller sees it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from botocore.exceptions import ClientError

from ..clients import ClientSet
from ..hive_types import HiveType, HiveTypeError, parse_hive_type
from .errors import QueryError

PARQUET_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"


@dataclass(frozen=True)
class Table:
    """A table or view of the catalogue."""

    database: str
    name: str
    location: str
    serde: str
    serde_parameters: Mapping[str, str]
    parameters: Mapping[str, str]
    columns: Sequence[tuple[str, HiveType]]
    partition_keys: Sequence[tuple[str, HiveType]]
    view_sql: str | None

    @property
    def storage(self) -> str:
        """`parquet`, `orc`, `csv`, `text` or `json`.

        :raises QueryError: for formats that are not available locally.
        """
        serde = self.serde.lower()
        for mark, name in (
            ("parquet", "parquet"),
            ("orcserde", "orc"),
            ("opencsv", "csv"),
            ("lazysimple", "text"),
            ("json", "json"),
        ):
            if mark in serde:
                return name
        raise QueryError(
            f"NOT_SUPPORTED: table {self.database}.{self.name} uses {self.serde or 'no SerDe'}; Parquet, ORC, CSV, "
            "text and JSON can be read locally"
        )


class Catalog:
    """Reads tables in the caller's name."""

    def __init__(self, clients: ClientSet) -> None:
        self.glue = clients.get("glue")

    def table(self, database: str, name: str) -> Table:
        """A table.

        :raises QueryError: TABLE_NOT_FOUND when it, or its database, is not there.
        """
        try:
            raw = self.glue.get_table(DatabaseName=database, Name=name)["Table"]
        except ClientError as error:
            if error.response["Error"]["Code"] != "EntityNotFoundException":
                raise
            raise QueryError(
                f"TABLE_NOT_FOUND: line 1:1: Table 'awsdatacatalog.{database}.{name}' does not exist"
            ) from None
        return read_table(database, raw)

    def exists(self, database: str, name: str) -> bool:
        """Whether a table is there."""
        try:
            self.table(database, name)
        except QueryError:
            return False
        return True

    def partitions(self, table: Table) -> list[tuple[list[str], str]]:
        """The registered partitions: values and location."""
        pages = self.glue.get_paginator("get_partitions").paginate(
            DatabaseName=table.database, TableName=table.name
        )
        return [
            (partition["Values"], partition["StorageDescriptor"]["Location"])
            for page in pages
            for partition in page["Partitions"]
        ]


def read_table(database: str, raw: Mapping[str, object]) -> Table:
    """A table from the answer of glue:GetTable.

    :raises QueryError: for a column type that is not Hive's.
    """
    storage = raw.get("StorageDescriptor") or {}
    assert isinstance(storage, dict)
    serde = storage.get("SerdeInfo", {})
    is_view = raw.get("TableType") == "VIRTUAL_VIEW"
    return Table(
        database=database,
        name=str(raw["Name"]),
        location=storage.get("Location", ""),
        serde=serde.get("SerializationLibrary", ""),
        serde_parameters=serde.get("Parameters", {}),
        parameters=raw.get("Parameters", {}),  # type: ignore[arg-type]
        columns=[] if is_view else _columns(storage.get("Columns", []), database, raw),
        partition_keys=_columns(raw.get("PartitionKeys") or [], database, raw),  # type: ignore[arg-type]
        view_sql=_view_sql(str(raw.get("ViewOriginalText", ""))) if is_view else None,
    )


def view_text(sql: str, columns: Sequence[tuple[str, str]], catalog: str, schema: str) -> str:
    """The text of a view in the form that Athena keeps in the catalogue."""
    described = {
        "originalSql": sql,
        "catalog": catalog,
        "schema": schema,
        "columns": [{"name": name, "type": type_} for name, type_ in columns],
    }
    return f"/* Presto View: {base64.b64encode(json.dumps(described).encode()).decode()} */"


def _view_sql(text: str) -> str:
    encoded = text.removeprefix("/* Presto View: ").removesuffix(" */")
    try:
        return str(json.loads(base64.b64decode(encoded))["originalSql"])
    except (ValueError, KeyError):
        raise QueryError("INVALID_VIEW: the view was not made by Athena") from None


def _columns(
    given: Sequence[Mapping[str, str]], database: str, raw: Mapping[str, object]
) -> list[tuple[str, HiveType]]:
    try:
        return [(column["Name"].lower(), parse_hive_type(column["Type"])) for column in given]
    except HiveTypeError as error:
        raise QueryError(f"HIVE_METASTORE_ERROR: {database}.{raw['Name']}: {error}") from None
