"""Statements that change or show the catalogue."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable

from botocore.exceptions import ClientError
from sqlglot import exp

from .catalog import PARQUET_SERDE, Catalog, view_text
from .ddl_partitions import add_partitions, drop_partitions, repair_table, show_partitions
from .errors import QueryError
from .names import string_columns, table_of, unless_known
from .objects import split_url
from .query import Result, Run
from .select import SelectEngine
from .statement import Statement

_PARQUET = "org.apache.hadoop.hive.ql.io.parquet.MapredParquet"
_ORC = "org.apache.hadoop.hive.ql.io.orc.Orc"

#: Classes that read and write a format, and its SerDe where the statement names none.
_FORMATS = {
    "PARQUET": (f"{_PARQUET}InputFormat", f"{_PARQUET}OutputFormat", PARQUET_SERDE),
    "ORC": (f"{_ORC}InputFormat", f"{_ORC}OutputFormat", f"{_ORC}Serde"),
    "TEXTFILE": (
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
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
        "SHOW_PARTITIONS": lambda: show_partitions(run, statement),
        "SHOW_COLUMNS": lambda: _show_columns(run, statement),
        "DESCRIBE_TABLE": lambda: _describe(run, statement),
        "MSCK_REPAIR_TABLE": lambda: repair_table(run, statement),
        "ALTER_TABLE_ADD_PARTITION": lambda: add_partitions(run, statement),
        "ALTER_TABLE_DROP_PARTITION": lambda: drop_partitions(run, statement),
    }
    if statement.substatement not in handlers:
        raise QueryError(f"NOT_SUPPORTED: {statement.substatement} is not available locally")
    return handlers[statement.substatement]()


def _create_database(run: Run, statement: Statement) -> Result:
    tree = statement.syntax()
    name = tree.this.name.lower()
    location = tree.find(exp.LocationProperty)
    extra = {"LocationUri": location.name} if location is not None else {}
    try:
        run.clients.get("glue").create_database(DatabaseInput={"Name": name, **extra})
    except ClientError as error:
        unless_known(
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
        unless_known(
            error, "EntityNotFoundException", bool(tree.args.get("exists")), f"Database not found {name}"
        )
    return Result()


def _create_table(run: Run, statement: Statement) -> Result:
    tree = statement.syntax()
    database, name = table_of(run, statement)
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
    format_, serde, parameters, keys = _FORMATS["TEXTFILE"], None, {"EXTERNAL": "TRUE"}, []
    serde_parameters: dict[str, str] = {}
    for item in properties:
        if isinstance(item, exp.FileFormatProperty):
            format_ = _format(item)
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
    input_format, output_format, default_serde = format_
    table_input = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": keys,
        "StorageDescriptor": {
            "Columns": [_glue_column(column) for column in tree.this.expressions],
            "Location": location,
            "InputFormat": input_format,
            "OutputFormat": output_format,
            "SerdeInfo": {
                "SerializationLibrary": serde or default_serde,
                "Parameters": serde_parameters,
            },
        },
    }
    try:
        run.clients.get("glue").create_table(DatabaseName=database, TableInput=table_input)
    except ClientError as error:
        message = f"table {database}.{name} already exists"
        unless_known(error, "AlreadyExistsException", bool(tree.args.get("exists")), message)
    return Result()


def _format(stored_as: exp.FileFormatProperty) -> tuple[str, str, str]:
    """Input format, output format and default SerDe of STORED AS."""
    given = stored_as.this
    if isinstance(given, exp.InputOutputFormat):
        default = _FORMATS["TEXTFILE"][2]
        return given.args["input_format"].name, given.args["output_format"].name, default
    if stored_as.name.upper() not in _FORMATS:
        raise QueryError(
            f"NOT_SUPPORTED: STORED AS {stored_as.name.upper()} is not available locally; use "
            f"{', '.join(_FORMATS)} or INPUTFORMAT and OUTPUTFORMAT"
        )
    return _FORMATS[stored_as.name.upper()]


def _glue_column(column: exp.Expression) -> dict[str, str]:
    type_ = column.args["kind"].sql(dialect="hive").lower().replace(", ", ",").replace(": ", ":")
    comment = column.find(exp.CommentColumnConstraint)
    return {"Name": column.name.lower(), "Type": type_, **({"Comment": comment.name} if comment else {})}


def _create_view(run: Run, engine: SelectEngine, statement: Statement) -> Result:
    tree = statement.syntax()
    database, name = table_of(run, statement)
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
    database, name = table_of(run, statement)
    try:
        run.clients.get("glue").delete_table(DatabaseName=database, Name=name)
    except ClientError as error:
        tolerated = bool(statement.syntax().args.get("exists"))
        unless_known(error, "EntityNotFoundException", tolerated, f"Table not found {database}.{name}")
    return Result()


def _matching(names: list[str], like: str) -> list[list[str]]:
    patterns = like.replace("%", "*").split("|") if like else ["*"]
    return [[name] for name in sorted(names) if any(fnmatch.fnmatch(name, pattern) for pattern in patterns)]


def _show_databases(run: Run, statement: Statement) -> Result:
    pages = run.clients.get("glue").get_paginator("get_databases").paginate()
    names = [database["Name"] for page in pages for database in page["DatabaseList"]]
    return Result(string_columns("database_name"), _matching(names, statement.group("like")))


def _show_tables(run: Run, statement: Statement) -> Result:
    database = (statement.group("database") or run.execution.database).lower()
    pages = run.clients.get("glue").get_paginator("get_tables").paginate(DatabaseName=database)
    names = [table["Name"] for page in pages for table in page["TableList"]]
    return Result(string_columns("tab_name"), _matching(names, statement.group("like")))


def _raw_columns(run: Run, statement: Statement) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    database, name = table_of(run, statement)
    Catalog(run.clients).table(database, name)
    table = run.clients.get("glue").get_table(DatabaseName=database, Name=name)["Table"]
    return table["StorageDescriptor"]["Columns"], table.get("PartitionKeys") or []


def _show_columns(run: Run, statement: Statement) -> Result:
    columns, keys = _raw_columns(run, statement)
    return Result(string_columns("field"), [[column["Name"]] for column in [*columns, *keys]])


def _describe(run: Run, statement: Statement) -> Result:
    columns, keys = _raw_columns(run, statement)
    rows = [[column["Name"], column["Type"], column.get("Comment", "")] for column in [*columns, *keys]]
    if keys:
        rows += [["", "", ""], ["# Partition Information", "", ""], ["# col_name", "data_type", "comment"]]
        rows += [[column["Name"], column["Type"], column.get("Comment", "")] for column in keys]
    return Result(string_columns("col_name", "data_type", "comment"), rows)
