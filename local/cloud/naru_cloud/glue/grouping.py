"""Which files are one table, and which folders are its partitions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from urllib.parse import unquote

from .schema import ALIKE, Schema


@dataclass(frozen=True)
class CrawledFile:
    """A file below the crawled folder."""

    #: Folders between the crawled one and the file.
    folders: tuple[str, ...]
    name: str
    size: int
    schema: Schema


@dataclass(frozen=True)
class FoundTable:
    """A table: its folder (or its one file), its columns, and the folders that are its partitions."""

    name: str
    #: Below the crawled folder; ends in a slash, but for a table of one file.
    path: str
    schema: Schema
    partition_keys: tuple[str, ...]
    #: Values and path of each partition.
    partitions: tuple[tuple[tuple[str, ...], str], ...]
    files: int
    size: int


def found_tables(root: str, files: Sequence[CrawledFile], one_table: bool) -> list[FoundTable]:
    """The tables in a crawled folder, as a Glue crawler groups files.

    Files below a folder are one table when most of their columns are the same and they are equally deep; the folders
    between are partitions. Otherwise each folder is looked at by itself, and unlike files in one folder are a table each.

    :param root: name of the crawled folder
    :param one_table: columns need not be the same, only the format (Glue: CombineCompatibleSchemas)
    """
    return _below(root, (), files, 0.0 if one_table else ALIKE)


def _below(
    name: str, folders: tuple[str, ...], files: Sequence[CrawledFile], least: float
) -> list[FoundTable]:
    depths = {len(file.folders) for file in files}
    first = files[0].schema
    if len(depths) == 1 and all(first.alike(file.schema, least) for file in files):
        return [_table(name, folders, files)]
    here = [file for file in files if file.folders == folders]
    inner: dict[str, list[CrawledFile]] = {}
    for file in files:
        if file.folders != folders:
            inner.setdefault(file.folders[len(folders)], []).append(file)
    found = [
        table for folder, some in inner.items() for table in _below(folder, (*folders, folder), some, least)
    ]
    if here and all(here[0].schema.alike(file.schema, least) for file in here):
        return [*found, _table(name, folders, here)]
    return [*found, *(_single(folders, file) for file in here)]


def _table(name: str, folders: tuple[str, ...], files: Sequence[CrawledFile]) -> FoundTable:
    levels = sorted({file.folders[len(folders) :] for file in files})
    keys = tuple(_key([level[at] for level in levels], at) for at in range(len(levels[0])))
    partitions = tuple(
        (
            tuple(_value(folder, key) for folder, key in zip(level, keys, strict=True)),
            _path((*folders, *level)),
        )
        for level in levels
        if keys
    )
    return FoundTable(
        name=table_name(name),
        path=_path(folders),
        schema=reduce(Schema.merged, (file.schema for file in files)),
        partition_keys=keys,
        partitions=partitions,
        files=len(files),
        size=sum(file.size for file in files),
    )


def _single(folders: tuple[str, ...], file: CrawledFile) -> FoundTable:
    path = _path(folders) + file.name
    return FoundTable(table_name(file.name), path, file.schema, (), (), 1, file.size)


def _key(folders: Sequence[str], level: int) -> str:
    """`dt` of folders `dt=…`; without a name they share, `partition_<level>`."""
    names = {folder.partition("=")[0].lower() if "=" in folder else "" for folder in folders}
    return names.pop() if len(names) == 1 and "" not in names else f"partition_{level}"


def _value(folder: str, key: str) -> str:
    name, sign, value = folder.partition("=")
    return unquote(value) if sign and name.lower() == key else folder


def _path(folders: Sequence[str]) -> str:
    return "".join(f"{folder}/" for folder in folders)


def table_name(text: str) -> str:
    """As the catalogue and Athena take names: lower case letters, digits and underscores."""
    return re.sub(r"[^a-z0-9_]", "_", text.lower()) or "table"
