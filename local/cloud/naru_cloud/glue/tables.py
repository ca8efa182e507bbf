"""What was found, into the catalogue: by the crawler's policy for changed and vanished tables, and in its role's name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from botocore.client import BaseClient

from ..clients import ClientSet
from ..protocol import Json
from .grouping import FoundTable
from .inference import written

#: BatchCreatePartition: partitions a call.
_BATCH = 100


@dataclass
class Changes:
    """How many tables a crawl made, changed and removed."""

    created: int = 0
    updated: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class Policy:
    """What a crawler may do to tables that are there."""

    crawler: str
    database: str
    prefix: str
    update: bool
    #: New columns join the old ones, instead of replacing them.
    merge: bool
    #: LOG, DEPRECATE_IN_DATABASE or DELETE_FROM_DATABASE.
    delete: str


def write_tables(clients: ClientSet, policy: Policy, root: str, found: Sequence[FoundTable]) -> Changes:
    """Makes the catalogue show what was found.

    :param root: URL of the crawled folder, with a slash behind
    :raises botocore.exceptions.ClientError: for what the role may not do.
    """
    glue = clients.get("glue")
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=policy.database)
    existing = {table["Name"]: table for page in pages for table in page["TableList"]}
    changes = Changes()
    seen: set[str] = set()
    for table in found:
        given = _table_input(policy, root, table)
        name = _free_name(str(given["Name"]), root + table.path, existing)
        given["Name"] = name
        seen.add(name)
        before = existing.get(name)
        if before is None:
            glue.create_table(DatabaseName=policy.database, TableInput=given)
            existing[name] = {**given}
            changes.created += 1
        elif policy.update and _update(glue, policy, before, given):
            changes.updated += 1
        _add_partitions(glue, policy, name, root, table)
    for name, table in existing.items():
        own = (table.get("Parameters") or {}).get("UPDATED_BY_CRAWLER") == policy.crawler
        location = table.get("StorageDescriptor", {}).get("Location", "")
        if own and name not in seen and location.startswith(root) and _remove(glue, policy, table):
            changes.deleted += 1
    return changes


def _free_name(name: str, location: str, existing: Mapping[str, Mapping]) -> str:
    """The name, unless another folder's table has it: then with a hash of the folder behind, as Glue does."""
    other = existing.get(name)
    if other is None or other["StorageDescriptor"]["Location"] == location:
        return name
    return f"{name}_{hashlib.md5(location.encode(), usedforsecurity=False).hexdigest()}"


def _table_input(policy: Policy, root: str, table: FoundTable) -> Json:
    schema = table.schema
    parameters = {
        "classification": schema.classification,
        "compressionType": "none",
        "typeOfData": "file",
        "objectCount": str(table.files),
        "sizeKey": str(table.size),
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": policy.crawler,
        **schema.parameters,
    }
    return {
        "Name": policy.prefix + table.name,
        "Owner": "owner",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": parameters,
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in table.partition_keys],
        "StorageDescriptor": _storage(table, root + table.path),
    }


def _storage(table: FoundTable, location: str) -> Json:
    schema = table.schema
    return {
        "Columns": [{"Name": name, "Type": written(type_)} for name, type_ in schema.columns],
        "Location": location,
        "InputFormat": schema.input_format,
        "OutputFormat": schema.output_format,
        "Compressed": False,
        "SerdeInfo": {"SerializationLibrary": schema.serde, "Parameters": dict(schema.serde_parameters)},
    }


def _update(glue: BaseClient, policy: Policy, before: Mapping, given: Json) -> bool:
    descriptor = given["StorageDescriptor"]
    assert isinstance(descriptor, dict)
    old = before["StorageDescriptor"]
    if policy.merge:
        names = {column["Name"] for column in old["Columns"]}
        new = [column for column in descriptor["Columns"] if column["Name"] not in names]
        descriptor["Columns"] = [*({"Name": c["Name"], "Type": c["Type"]} for c in old["Columns"]), *new]
    same = all(
        _plain(old.get(key)) == _plain(descriptor[key]) for key in ("Columns", "SerdeInfo", "InputFormat")
    )
    if same and _plain(before.get("PartitionKeys") or []) == _plain(given["PartitionKeys"]):
        return False
    glue.update_table(DatabaseName=policy.database, TableInput=given)
    return True


def _plain(value: object) -> object:
    """Without what the catalogue adds to a description."""
    if isinstance(value, list):
        return [{"Name": column["Name"], "Type": column["Type"]} for column in value]
    return value


def _add_partitions(glue: BaseClient, policy: Policy, name: str, root: str, table: FoundTable) -> None:
    if not table.partitions:
        return
    pages = glue.get_paginator("get_partitions").paginate(DatabaseName=policy.database, TableName=name)
    known = {tuple(partition["Values"]) for page in pages for partition in page["Partitions"]}
    new = [
        {"Values": list(values), "StorageDescriptor": _storage(table, root + path)}
        for values, path in table.partitions
        if values not in known
    ]
    for start in range(0, len(new), _BATCH):
        glue.batch_create_partition(
            DatabaseName=policy.database, TableName=name, PartitionInputList=new[start : start + _BATCH]
        )


def _remove(glue: BaseClient, policy: Policy, table: Mapping) -> bool:
    if policy.delete == "DELETE_FROM_DATABASE":
        glue.delete_table(DatabaseName=policy.database, Name=table["Name"])
        return True
    deprecated = "DEPRECATED_BY_CRAWLER" in (table.get("Parameters") or {})
    if policy.delete == "DEPRECATE_IN_DATABASE" and not deprecated:
        kept = ("Name", "Owner", "TableType", "PartitionKeys", "StorageDescriptor")
        parameters = {**table["Parameters"], "DEPRECATED_BY_CRAWLER": policy.crawler}
        given = {key: table[key] for key in kept if key in table}
        glue.update_table(DatabaseName=policy.database, TableInput={**given, "Parameters": parameters})
    return False
