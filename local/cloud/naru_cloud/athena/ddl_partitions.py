"""Statements about the partitions that a table has in the catalogue."""

from __future__ import annotations

import re

from botocore.exceptions import ClientError

from .catalog import Catalog
from .errors import QueryError
from .names import string_columns, table_of, unless_known
from .objects import list_objects, split_url
from .partitions import hive_values
from .query import Result, Run
from .statement import Statement


def show_partitions(run: Run, statement: Statement) -> Result:
    """SHOW PARTITIONS."""
    catalog = Catalog(run.clients)
    table = catalog.table(*table_of(run, statement))
    keys = [name for name, _ in table.partition_keys]
    if not keys:
        raise QueryError(
            f"FAILED: SemanticException Table {table.database}.{table.name} is not a partitioned table"
        )
    shown = sorted(
        "/".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
        for values, _ in catalog.partitions(table)
    )
    return Result(string_columns("partition"), [[line] for line in shown])


def repair_table(run: Run, statement: Statement) -> Result:
    """MSCK REPAIR TABLE: registers the folders in Hive's layout that the catalogue does not know."""
    catalog = Catalog(run.clients)
    table = catalog.table(*table_of(run, statement))
    keys = [name for name, _ in table.partition_keys]
    if not keys:
        return Result(string_columns("partition"))
    known = {tuple(values) for values, _ in catalog.partitions(table)}
    bucket, prefix = split_url(table.location.rstrip("/") + "/")
    found: dict[tuple[str, ...], str] = {}
    for item in list_objects(run.clients, table.location):
        partition = hive_values(item.key, prefix, keys)
        if partition is not None:
            found[partition[0]] = f"s3://{bucket}/{partition[1]}"
    new = {values: location for values, location in found.items() if values not in known}
    _create_partitions(run, table.database, table.name, new)
    lines = [
        f"Repair: Added partition to metastore {table.name}:"
        + "/".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
        for values in sorted(new)
    ]
    return Result(string_columns("partition"), [[line] for line in lines])


def _create_partitions(
    run: Run, database: str, name: str, partitions: dict[tuple[str, ...], str]
) -> list[str]:
    """Registers partitions with the table's own storage; returns the values of those that were there
    already."""
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


def add_partitions(run: Run, statement: Statement) -> Result:
    """ALTER TABLE ADD PARTITION."""
    table = Catalog(run.clients).table(*table_of(run, statement))
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


def drop_partitions(run: Run, statement: Statement) -> Result:
    """ALTER TABLE DROP PARTITION."""
    table = Catalog(run.clients).table(*table_of(run, statement))
    keys = [name for name, _ in table.partition_keys]
    for values, _ in _partition_list(statement.group("list"), keys):
        try:
            run.clients.get("glue").delete_partition(
                DatabaseName=table.database, TableName=table.name, PartitionValues=list(values)
            )
        except ClientError as error:
            tolerated = bool(statement.group("exists"))
            unless_known(
                error, "EntityNotFoundException", tolerated, f"partition {'/'.join(values)} not found"
            )
    return Result()
