"""CREATE TABLE AS, INSERT INTO and UNLOAD: Parquet files at a location, about one for each partition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import sqlglot
from sqlglot import exp

from ..hive_types import duckdb_type
from ..parquet_files import CODECS
from .catalog import Catalog, Table
from .errors import QueryError
from .objects import split_url
from .query import Result, Run
from .select import SelectEngine
from .statement import Statement
from .write_rows import Target, Written, parquet_storage, write_rows

#: Athena engine version 3: default of parquet_compression and write_compression.
DEFAULT_CODEC = "GZIP"


def create_table_as(run: Run, engine: SelectEngine, statement: Statement) -> Result:
    """CREATE TABLE ... AS SELECT.

    :raises QueryError: as Athena does, for a table that exists, a location in use, or an enforced workgroup.
    """
    tree = statement.syntax()
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    database, name = (table.db or run.execution.database).lower(), table.name.lower()
    catalog = Catalog(run.clients)
    if catalog.exists(database, name):
        if tree.args.get("exists"):
            return Result()
        raise QueryError(
            f"TABLE_ALREADY_EXISTS: Destination table 'awsdatacatalog.{database}.{name}' already exists"
        )
    properties = _properties(tree)
    target = _target(run, properties)
    _require_empty(run, target.location, f"{database}.{name}")
    written = write_rows(run, engine, tree.expression, target, _no_data(tree))
    keys = set(target.partitioned_by)
    described = [{"Name": column, "Type": type_} for column, type_ in written.columns]
    storage = parquet_storage([column for column in described if column["Name"] not in keys], target.location)
    catalog.glue.create_table(
        DatabaseName=database,
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {
                "EXTERNAL": "TRUE",
                "classification": "parquet",
                "parquet.compression": target.codec,
            },
            "PartitionKeys": [column for column in described if column["Name"] in keys],
            "StorageDescriptor": storage,
        },
    )
    _register(run, database, name, written, storage)
    return Result(update_count=written.rows, manifest=written.urls)


def insert_into(run: Run, engine: SelectEngine, statement: Statement) -> Result:
    """INSERT INTO ... SELECT or VALUES.

    :raises QueryError: for a table that is not Parquet, or columns that do not fit.
    """
    tree = statement.syntax()
    target_name = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    database, name = (target_name.db or run.execution.database).lower(), target_name.name.lower()
    table = Catalog(run.clients).table(database, name)
    if table.storage != "parquet":
        raise QueryError(
            f"NOT_SUPPORTED: INSERT INTO {database}.{name}: only Parquet tables are available locally"
        )
    given = (
        [column.name.lower() for column in tree.this.expressions]
        if isinstance(tree.this, exp.Schema)
        else None
    )
    source = _fitted(tree.expression, table, given)
    codec = table.parameters.get(
        "parquet.compression", table.parameters.get("write.compression", DEFAULT_CODEC)
    )
    target = Target(table.location, _codec(codec), [key for key, _ in table.partition_keys])
    written = write_rows(run, engine, source, target, no_data=False)
    storage = parquet_storage(
        [{"Name": key, "Type": type_} for key, type_ in written.columns], table.location
    )
    if table.parameters.get("projection.enabled", "").lower() != "true":
        _register(run, database, name, written, storage)
    return Result(update_count=written.rows, manifest=written.urls)


def unload(run: Run, engine: SelectEngine, statement: Statement) -> Result:
    """UNLOAD (SELECT ...) TO 's3://...' WITH (format = 'PARQUET')."""
    options = {
        key.lower(): value for key, value in re.findall(r"(\w+)\s*=\s*'([^']*)'", statement.group("options"))
    }
    if options.get("format", "PARQUET").upper() != "PARQUET":
        raise QueryError("NOT_SUPPORTED: UNLOAD: only format = 'PARQUET' is available locally")
    keys = re.search(r"partitioned_by\s*=\s*ARRAY\s*\[([^\]]*)\]", statement.group("options"), re.IGNORECASE)
    names = [part.strip().strip("'").lower() for part in keys.group(1).split(",")] if keys else []
    location = statement.group("location")
    target = Target(location.rstrip("/") + "/", _codec(options.get("compression", DEFAULT_CODEC)), names)
    _require_empty(run, target.location, "UNLOAD")
    tree = sqlglot.parse_one(statement.group("query"), read="athena")
    written = write_rows(run, engine, tree, target, no_data=False)
    return Result(update_count=written.rows, manifest=written.urls)


def _properties(tree: exp.Expression) -> dict[str, object]:
    given = tree.args.get("properties")
    properties: dict[str, object] = {}
    for item in given.expressions if given is not None else []:
        if isinstance(item, exp.FileFormatProperty):
            properties["format"] = item.name
        elif isinstance(item, exp.PartitionedByProperty):
            properties["partitioned_by"] = [key.name.lower() for key in item.this.expressions]
        elif isinstance(item, exp.Property) and item.args.get("value") is not None:
            properties[item.name.lower()] = item.args["value"].name
    return properties


def _target(run: Run, properties: Mapping[str, object]) -> Target:
    known = {
        "format",
        "parquet_compression",
        "write_compression",
        "external_location",
        "partitioned_by",
        "table_type",
        "is_external",
    }
    unknown = sorted(set(properties) - known)
    if unknown:
        raise QueryError(f"NOT_SUPPORTED: table property {', '.join(unknown)} is not available locally")
    format_ = str(properties.get("format", "PARQUET")).upper()
    if format_ != "PARQUET":
        raise QueryError(
            f"NOT_SUPPORTED: format = '{format_}' is not available locally; use format = 'PARQUET'"
        )
    output = run.execution.output
    location = properties.get("external_location")
    if location is not None and output.enforced:
        raise QueryError(
            "The Create Table As Select query failed because it was submitted with an 'external_location' property "
            "to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the "
            "'external_location' property and resubmit the query."
        )
    if location is None:
        location = f"{output.location.rstrip('/')}/tables/{run.execution.id}/"
    keys = properties.get("partitioned_by", [])
    codec = properties.get("parquet_compression", properties.get("write_compression", DEFAULT_CODEC))
    assert isinstance(keys, list)
    return Target(str(location).rstrip("/") + "/", _codec(str(codec)), keys)


def _codec(name: str) -> str:
    if name.upper() not in CODECS:
        raise QueryError(f"INVALID_TABLE_PROPERTY: compression {name}: use {', '.join(sorted(CODECS))}")
    return name.upper()


def _no_data(tree: exp.Expression) -> bool:
    given = tree.args.get("properties")
    return any(
        isinstance(item, exp.WithDataProperty) and bool(item.args.get("no"))
        for item in (given.expressions if given is not None else [])
    )


def _require_empty(run: Run, location: str, name: str) -> None:
    bucket, prefix = split_url(location)
    answer = run.clients.get("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
    if answer.get("KeyCount", 0) > 0:
        raise QueryError(
            f"HIVE_PATH_ALREADY_EXISTS: Target directory for table '{name}' already exists: {location}. You may need "
            f"to manually clean the data at location '{location}' before retrying. Athena will not delete data in "
            "your account."
        )


def _fitted(source: exp.Expression, table: Table, given: Sequence[str] | None) -> exp.Expression:
    """The rows to insert with the names and types of the table's columns."""
    columns = [*table.columns, *table.partition_keys]
    names = given or [name for name, _ in columns]
    unknown = sorted(set(names) - {name for name, _ in columns})
    if unknown:
        raise QueryError(
            f"COLUMN_NOT_FOUND: Insert column name does not exist in target table: {', '.join(unknown)}"
        )
    types = {name: duckdb_type(type_) for name, type_ in columns}
    chosen = [
        exp.alias_(
            exp.cast(
                exp.column(name, quoted=True) if name in names else exp.null(), types[name], dialect="duckdb"
            ),
            name,
            quoted=True,
        )
        for name, _ in columns
    ]
    alias = exp.TableAlias(
        this=exp.to_identifier("_rows"), columns=[exp.to_identifier(name, quoted=True) for name in names]
    )
    if isinstance(source, exp.Values):
        inner: exp.Expression = source.copy()
        inner.set("alias", alias)
    else:
        inner = exp.Subquery(this=source.copy(), alias=alias)
    return exp.select(*chosen).from_(inner)


def _register(run: Run, database: str, name: str, written: Written, storage: dict[str, object]) -> None:
    """Adds the new partitions to the catalogue; those that are there already stay."""
    inputs = [
        {"Values": list(values), "StorageDescriptor": {**storage, "Location": location}}
        for values, location in written.partitions
    ]
    if inputs:
        run.clients.get("glue").batch_create_partition(
            DatabaseName=database, TableName=name, PartitionInputList=inputs
        )
