"""Statements that change or show the catalogue."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

from botocore.exceptions import ClientError
from sqlglot import exp

from .catalog import PARQUET_SERDE, Catalog, view_text
from .errors import QueryError
from .objects import list_objects, split_url
from .partitions import hive_values
from .query import Column, Result, Run
from .select import SelectEngine
from .statement import Statement

_FORMATS = {
    "PARQUET": ("org.apache.hadoop.hive.ql.io.parquet.MapredParquet", PARQUET_SERDE),
    "TEXTFILE": (
        "org.apache.hadoop.mapred.Text",
        "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    ),
}


def run_ddl(run: Run, engine: SelectEngine, statement: Statement) -> Result:
    """Runs one statement of type DDL that is not CREATE TABLE AS."""
    handlers: dict[str, Callable[[], Result]] = {
        "CREATE_DATABASE": lambda: _create_database(run, statement),
        "DROP_DATABASE": lambda: _drop_database(run, statement),
        "CREATE_TABLE": lambda: _create_table(run, statement),
        "DROP_TABLE": lambda: _drop_table(run, statement),
        "DROP_VIEW": lambda: _drop_table(run, statement),
        "CREATE_VIEW": lambda: _create_view(run, engine, statement),
        "SHOW_DATABASES": lambda: _show_databases(run, statement),
        "SHOW_TABLES": lambda: _show_tables(run, statement),
        "SHOW_PARTITIONS": lambda: _show_partitions(run, statement),
        "SHOW_COLUMNS": lambda: _show_columns(run, statement),
        "DESCRIBE_TABLE": lambda: _describe(run, statement),
        "MSCK_REPAIR_TABLE": lambda: _repair(run, statement),
        "ALTER_TABLE_ADD_PARTITION": lambda: _add_partitions(run, statement),
        "ALTER_TABLE_DROP_PARTITION": lambda: _drop_partitions(run, statement),
    }
    if statement.substatement not in handlers:
        raise QueryError(f"NOT_SUPPORTED: {statement.substatement} is not available locally")
    return handlers[statement.substatement]()


def _names(run: Run, statement: Statement) -> tuple[str, str]:
    if statement.tree is not None:
        table = statement.tree.find(exp.Table)
        assert table is not None
        return (table.db or run.execution.database).lower(), table.name.lower()
    return (statement.group("database") or run.execution.database).lower(), statement.group("table").lower()


def _unless_known(error: ClientError, code: str, tolerated: bool, message: str) -> None:
    """Turns an error of Glue into Athena's, or passes over it where IF (NOT) EXISTS says so."""
    if error.response["Error"]["Code"] != code:
        raise error
    if not tolerated:
        raise QueryError(f"FAILED: SemanticException {message}") from None


def _create_database(run: Run, statement: Statement) -> Result:
    tree = statement.syntax()
    name = tree.this.name.lower()
    location = tree.find(exp.LocationProperty)
    extra = {"LocationUri": location.name} if location is not None else {}
    try:
        run.clients.get("glue").create_database(DatabaseInput={"Name": name, **extra})
    except ClientError as error:
        _unless_known(
            error, "AlreadyExistsException", bool(tree.args.get("exists")), f"Database {name} already exists"
        )
    return Result()


def _drop_database(run: Run, statement: Statement) -> Result:
    tree = statement.syntax()
    table = tree.find(exp.Table)
    assert table is not None
    name = table.name.lower()
    glue = run.clients.get("glue")
    try:
        if not tree.args.get("cascade") and glue.get_tables(DatabaseName=name)["TableList"]:
            raise QueryError(
                f"FAILED: SemanticException Database {name} is not empty. One or more tables exist."
            )
        glue.delete_database(Name=name)
    except ClientError as error:
        _unless_known(
            error, "EntityNotFoundException", bool(tree.args.get("exists")), f"Database not found {name}"
        )
    return Result()


def _create_table(run: Run, statement: Statement) -> Result:
    tree = statement.syntax()
    database, name = _names(run, statement)
    properties = tree.args["properties"].expressions if tree.args.get("properties") else []
    if not any(isinstance(item, exp.ExternalProperty) for item in properties):
        raise QueryError(
            "FAILED: SemanticException only CREATE EXTERNAL TABLE and CREATE TABLE AS are available locally"
        )
    location = next((item.name for item in properties if isinstance(item, exp.LocationProperty)), None)
    if location is None:
        raise QueryError(
            "FAILED: SemanticException LOCATION is missing: CREATE EXTERNAL TABLE ... LOCATION 's3://...'"
        )
    split_url(location)
    format_, serde, parameters, keys = "TEXTFILE", None, {"EXTERNAL": "TRUE"}, []
    serde_parameters: dict[str, str] = {}
    for item in properties:
        if isinstance(item, exp.FileFormatProperty):
            format_ = item.name.upper()
        elif isinstance(item, exp.RowFormatSerdeProperty):
            serde = item.name
            given = item.args.get("serde_properties")
            serde_parameters = {p.name: p.args["value"].name for p in (given.expressions if given else [])}
        elif isinstance(item, exp.RowFormatDelimitedProperty) and item.args.get("fields") is not None:
            serde_parameters = {"field.delim": item.args["fields"].name}
        elif isinstance(item, exp.PartitionedByProperty):
            keys = [_glue_column(column) for column in item.this.expressions]
        elif type(item) is exp.Property:
            parameters[item.name] = item.args["value"].name
    if format_ not in _FORMATS:
        raise QueryError(
            f"NOT_SUPPORTED: STORED AS {format_} is not available locally; use PARQUET or TEXTFILE"
        )
    classes, default_serde = _FORMATS[format_]
    output = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
    table_input = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": keys,
        "StorageDescriptor": {
            "Columns": [_glue_column(column) for column in tree.this.expressions],
            "Location": location,
            "InputFormat": f"{classes}InputFormat",
            "OutputFormat": f"{classes}OutputFormat" if format_ == "PARQUET" else output,
            "SerdeInfo": {"SerializationLibrary": serde or default_serde, "Parameters": serde_parameters},
        },
    }
    try:
        run.clients.get("glue").create_table(DatabaseName=database, TableInput=table_input)
    except ClientError as error:
        message = f"table {database}.{name} already exists"
        _unless_known(error, "AlreadyExistsException", bool(tree.args.get("exists")), message)
    return Result()


def _glue_column(column: exp.Expression) -> dict[str, str]:
    type_ = column.args["kind"].sql(dialect="hive").lower().replace(", ", ",").replace(": ", ":")
    comment = column.find(exp.CommentColumnConstraint)
    return {"Name": column.name.lower(), "Type": type_, **({"Comment": comment.name} if comment else {})}


def _create_view(run: Run, engine: SelectEngine, statement: Statement) -> Result:
    tree = statement.syntax()
    database, name = _names(run, statement)
    glue = run.clients.get("glue")
    body = tree.expression
    columns = [
        (c.name, c.type)
        for c in engine.select(run, exp.select("*").from_(body.copy().subquery("v")).limit(0)).columns
    ]
    table_input = {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "ViewOriginalText": view_text(body.sql(dialect="trino"), columns, "awsdatacatalog", database),
        "ViewExpandedText": "/* Presto View */",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "StorageDescriptor": {
            "Columns": [
                {"Name": column, "Type": "string" if type_ == "varchar" else type_}
                for column, type_ in columns
            ],
            "Location": "",
        },
    }
    if tree.args.get("replace") and Catalog(run.clients).exists(database, name):
        glue.update_table(DatabaseName=database, TableInput=table_input)
    else:
        glue.create_table(DatabaseName=database, TableInput=table_input)
    return Result()


def _drop_table(run: Run, statement: Statement) -> Result:
    database, name = _names(run, statement)
    try:
        run.clients.get("glue").delete_table(DatabaseName=database, Name=name)
    except ClientError as error:
        tolerated = bool(statement.syntax().args.get("exists"))
        _unless_known(error, "EntityNotFoundException", tolerated, f"Table not found {database}.{name}")
    return Result()


def _column(*names: str) -> list[Column]:
    return [Column(name, "string") for name in names]


def _matching(names: list[str], like: str) -> list[list[str]]:
    patterns = like.replace("%", "*").split("|") if like else ["*"]
    return [[name] for name in sorted(names) if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def _show_databases(run: Run, statement: Statement) -> Result:
    pages = run.clients.get("glue").get_paginator("get_databases").paginate()
    names = [database["Name"] for page in pages for database in page["DatabaseList"]]
    return Result(_column("database_name"), _matching(names, statement.group("like")))


def _show_tables(run: Run, statement: Statement) -> Result:
    database = (statement.group("database") or run.execution.database).lower()
    pages = run.clients.get("glue").get_paginator("get_tables").paginate(DatabaseName=database)
    names = [table["Name"] for page in pages for table in page["TableList"]]
    return Result(_column("tab_name"), _matching(names, statement.group("like")))


def _show_partitions(run: Run, statement: Statement) -> Result:
    catalog = Catalog(run.clients)
    table = catalog.table(*_names(run, statement))
    keys = [name for name, _ in table.partition_keys]
    if not keys:
        raise QueryError(
            f"FAILED: SemanticException Table {table.database}.{table.name} is not a partitioned table"
        )
    shown = sorted(
        "/".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
        for values, _ in catalog.partitions(table)
    )
    return Result(_column("partition"), [[line] for line in shown])


def _raw_columns(run: Run, statement: Statement) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    database, name = _names(run, statement)
    Catalog(run.clients).table(database, name)
    table = run.clients.get("glue").get_table(DatabaseName=database, Name=name)["Table"]
    return table["StorageDescriptor"]["Columns"], table.get("PartitionKeys") or []


def _show_columns(run: Run, statement: Statement) -> Result:
    columns, keys = _raw_columns(run, statement)
    return Result(_column("field"), [[column["Name"]] for column in [*columns, *keys]])


def _describe(run: Run, statement: Statement) -> Result:
    columns, keys = _raw_columns(run, statement)
    rows = [[column["Name"], column["Type"], column.get("Comment", "")] for column in [*columns, *keys]]
    if keys:
        rows += [["", "", ""], ["# Partition Information", "", ""], ["# col_name", "data_type", "comment"]]
        rows += [[column["Name"], column["Type"], column.get("Comment", "")] for column in keys]
    return Result(_column("col_name", "data_type", "comment"), rows)


def _repair(run: Run, statement: Statement) -> Result:
    catalog = Catalog(run.clients)
    table = catalog.table(*_names(run, statement))
    keys = [name for name, _ in table.partition_keys]
    known = {tuple(values) for values, _ in catalog.partitions(table)}
    bucket, prefix = split_url(table.location.rstrip("/") + "/")
    found: dict[tuple[str, ...], str] = {}
    for item in list_objects(run.clients, table.location):
        partition = hive_values(item.key, prefix, keys)
        if partition is not None:
            found[partition[0]] = f"s3://{bucket}/{partition[1]}"
    new = {values: location for values, location in found.items() if values not in known}
    _create_partitions(run, table.database, table.name, new)
    lines = [f"Partitions not in metastore: {table.name}:{'/'.join(v)}" for v in sorted(new)]
    return Result(_column("partition"), [[line] for line in lines])


def _create_partitions(
    run: Run, database: str, name: str, partitions: dict[tuple[str, ...], str]
) -> list[str]:
    """Registers partitions with the table's own storage; returns the values of those that were there already."""
    glue = run.clients.get("glue")
    storage = glue.get_table(DatabaseName=database, Name=name)["Table"]["StorageDescriptor"]
    inputs = [
        {"Values": list(values), "StorageDescriptor": {**storage, "Location": location}}
        for values, location in partitions.items()
    ]
    refused: list[str] = []
    # BatchCreatePartition takes 100 partitions.
    for start in range(0, len(inputs), 100):
        answer = glue.batch_create_partition(
            DatabaseName=database, TableName=name, PartitionInputList=inputs[start : start + 100]
        )
        refused += ["/".join(error["PartitionValues"]) for error in answer.get("Errors", [])]
    return refused


def _partition_list(text: str, keys: list[str]) -> list[tuple[tuple[str, ...], str | None]]:
    found: list[tuple[tuple[str, ...], str | None]] = []
    for spec, location in re.findall(
        r"PARTITION\s*\(([^)]*)\)(?:\s*LOCATION\s*'([^']*)')?", text, re.IGNORECASE
    ):
        pairs = {
            key.lower(): value for key, value in re.findall(r"[`\"]?(\w+)[`\"]?\s*=\s*'?([^',]*)'?", spec)
        }
        if sorted(pairs) != sorted(keys):
            raise QueryError(f"FAILED: SemanticException the partition wants values of {', '.join(keys)}")
        found.append((tuple(pairs[key] for key in keys), location or None))
    return found


def _add_partitions(run: Run, statement: Statement) -> Result:
    table = Catalog(run.clients).table(*_names(run, statement))
    keys = [name for name, _ in table.partition_keys]
    base = table.location.rstrip("/")
    new = {
        values: location or f"{base}/{'/'.join(f'{k}={v}' for k, v in zip(keys, values, strict=True))}/"
        for values, location in _partition_list(statement.group("list"), keys)
    }
    refused = _create_partitions(run, table.database, table.name, new)
    if refused and not statement.group("exists"):
        raise QueryError(f"FAILED: SemanticException partition already exists: {', '.join(refused)}")
    return Result()


def _drop_partitions(run: Run, statement: Statement) -> Result:
    table = Catalog(run.clients).table(*_names(run, statement))
    keys = [name for name, _ in table.partition_keys]
    for values, _ in _partition_list(statement.group("list"), keys):
        try:
            run.clients.get("glue").delete_partition(
                DatabaseName=table.database, TableName=table.name, PartitionValues=list(values)
            )
        except ClientError as error:
            tolerated = bool(statement.group("exists"))
            _unless_known(
                error, "EntityNotFoundException", tolerated, f"partition {'/'.join(values)} not found"
            )
    return Result()
