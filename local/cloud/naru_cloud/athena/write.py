"""CREATE TABLE AS, INSERT INTO and UNLOAD: Parquet files at a location, about one for each partition."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote as url_quote

import duckdb
import sqlglot
from botocore.exceptions import ClientError
from sqlglot import exp

from ..hive_types import duckdb_type, quote
from ..parquet_files import CODECS, write_parquet
from ..protocol import new_id
from .catalog import PARQUET_SERDE, Catalog, Table
from .dialect import name_columns
from .errors import QueryError
from .objects import split_url
from .query import Result, Run
from .results import text_of
from .select import SelectEngine, execute
from .statement import Statement

#: Athena's quota: partitions that one CTAS or INSERT INTO may write.
MOST_PARTITIONS = 100

#: Athena engine version 3: default of parquet_compression and write_compression.
DEFAULT_CODEC = "GZIP"

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
class _Target:
    """Where and how rows are written."""

    location: str
    codec: str
    partitioned_by: Sequence[str]


@dataclass(frozen=True)
class _Written:
    """What a write left behind."""

    columns: list[tuple[str, str]]
    urls: list[str]
    partitions: list[tuple[tuple[str, ...], str]]
    rows: int


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
    written = _write(run, engine, tree.expression, target, _no_data(tree))
    keys = set(target.partitioned_by)
    described = [{"Name": column, "Type": type_} for column, type_ in written.columns]
    storage = _storage([column for column in described if column["Name"] not in keys], target.location)
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
    target = _Target(table.location, _codec(codec), [key for key, _ in table.partition_keys])
    written = _write(run, engine, source, target, no_data=False)
    storage = _storage([{"Name": key, "Type": type_} for key, type_ in written.columns], table.location)
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
    target = _Target(location.rstrip("/") + "/", _codec(options.get("compression", DEFAULT_CODEC)), names)
    _require_empty(run, target.location, "UNLOAD")
    tree = sqlglot.parse_one(statement.group("query"), read="athena")
    written = _write(run, engine, tree, target, no_data=False)
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


def _target(run: Run, properties: Mapping[str, object]) -> _Target:
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
    return _Target(str(location).rstrip("/") + "/", _codec(str(codec)), keys)


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


def _write(run: Run, engine: SelectEngine, tree: exp.Expression, target: _Target, no_data: bool) -> _Written:
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
    return _Written([(name, types[name]) for name, _ in columns], urls, partitions, int(row[0]) if row else 0)


def _write_files(
    run: Run,
    connection: duckdb.DuckDBPyConnection,
    target: _Target,
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


def _storage(columns: list[dict[str, str]], location: str) -> dict[str, object]:
    return {
        "Columns": columns,
        "Location": location,
        "InputFormat": f"{_PARQUET}InputFormat",
        "OutputFormat": f"{_PARQUET}OutputFormat",
        "SerdeInfo": {"SerializationLibrary": PARQUET_SERDE, "Parameters": {"serialization.format": "1"}},
    }


def _register(run: Run, database: str, name: str, written: _Written, storage: dict[str, object]) -> None:
    """Adds the new partitions to the catalogue; those that are there already stay."""
    inputs = [
        {"Values": list(values), "StorageDescriptor": {**storage, "Location": location}}
        for values, location in written.partitions
    ]
    if inputs:
        run.clients.get("glue").batch_create_partition(
            DatabaseName=database, TableName=name, PartitionInputList=inputs
        )
