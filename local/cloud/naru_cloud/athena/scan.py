"""Tables of the catalogue as views in DuckDB, over the objects that a query needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from sqlglot import exp

from ..hive_types import duckdb_type, literal, quote
from .catalog import Table
from .json_rows import name_as_columns
from .objects import ObjectCache
from .partitions import PartitionedObject, partitioned_objects
from .pruning import matching, partition_filter
from .query import Run


@dataclass(frozen=True)
class ColumnBytes:
    """Compressed bytes of each top-level column of a Parquet file."""

    by_column: Mapping[str, int]


@dataclass
class Scanner:
    """Makes the views of one query and counts the bytes that Athena would bill."""

    run: Run
    cache: ObjectCache
    connection: duckdb.DuckDBPyConnection
    footers: dict[Path, ColumnBytes]
    scanned_bytes: int = 0
    files: list[Path] = field(default_factory=list)

    def view(self, table: Table, references: Sequence[exp.Table], wanted: frozenset[str] | None) -> None:
        """Creates the view `"database"."table"`.

        :param references: where the query names the table, for its conditions on partition keys
        :param wanted: the columns that the query names, or None for all
        :raises QueryError: for a storage format that is not available.
        """
        objects = self._needed(table, references)
        storage = table.storage
        if storage == "parquet":
            paths = self.cache.fetch(
                self.run.clients, self.run.execution.caller.access_key, [o.object for o in objects]
            )
            read, existing = self._parquet(paths, wanted)
        else:
            folder = self.run.folder / f"{table.database}.{table.name}"
            folder.mkdir()
            paths = self.cache.fetch_once(self.run.clients, [o.object for o in objects], folder)
            if storage == "json":
                for path in paths:
                    name_as_columns(path, table)
            self.scanned_bytes += sum(o.object.size for o in objects)
            if storage == "orc":
                # Arrow is large, and most queries meet no ORC: it is loaded by the first that does.
                from .orc_rows import as_parquet

                paths, existing = as_parquet(paths, [o.object for o in objects], table, wanted)
                read = _parquet_reader(paths)
            else:
                read = _text_reader(table, storage, paths)
                existing = {name for name, _ in table.columns}
        self.files += paths
        self._create(table, storage, read if objects else None, existing, objects, paths)

    def _needed(self, table: Table, references: Sequence[exp.Table]) -> list[PartitionedObject]:
        objects = partitioned_objects(self.run.clients, table)
        keys = [(name, duckdb_type(type_)) for name, type_ in table.partition_keys]
        condition = partition_filter(references, frozenset(name for name, _ in keys)) if keys else None
        if condition is None:
            return objects
        kept = matching(self.connection, condition, keys, sorted({item.values for item in objects}))
        return [item for item in objects if item.values in kept]

    def _parquet(self, paths: Sequence[Path], wanted: frozenset[str] | None) -> tuple[str, set[str]]:
        missing = [path for path in set(paths) if path not in self.footers]
        if missing:
            listed = ", ".join(literal(str(path)) for path in missing)
            rows = self.connection.execute(
                "SELECT file_name, lower(split_part(path_in_schema, ', ', 1)), sum(total_compressed_size) "
                f"FROM parquet_metadata([{listed}]) GROUP BY ALL"
            ).fetchall()
            sizes: dict[str, dict[str, int]] = {str(path): {} for path in missing}
            for file, column, size in rows:
                sizes[file][column] = int(size)
            self.footers.update({Path(file): ColumnBytes(columns) for file, columns in sizes.items()})
        existing: set[str] = set()
        for path in paths:
            columns = self.footers[path].by_column
            existing |= set(columns)
            self.scanned_bytes += sum(
                size for name, size in columns.items() if wanted is None or name in wanted
            )
        # A file without row groups has no rows and no column chunks.
        full = [path for path in paths if self.footers[path].by_column]
        return (_parquet_reader(full) if full else ""), existing

    def _create(
        self,
        table: Table,
        storage: str,
        read: str | None,
        existing: set[str],
        objects: Sequence[PartitionedObject],
        paths: Sequence[Path],
    ) -> None:
        shown = [
            f"{_cast(storage, f'd.{quote(name)}', duckdb_type(type_))} AS {quote(name)}"
            if read and name in existing
            else f"CAST(NULL AS {duckdb_type(type_)}) AS {quote(name)}"
            for name, type_ in table.columns
        ]
        shown += [
            f"CAST({f'm.{quote(name)}' if read else 'NULL'} AS {duckdb_type(type_)}) AS {quote(name)}"
            for name, type_ in table.partition_keys
        ]
        schema, name = quote(table.database), quote(table.name.lower())
        self.connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        if not read:
            self.connection.execute(f"CREATE VIEW {schema}.{name} AS SELECT {', '.join(shown)} WHERE false")
            return
        if not table.partition_keys:
            self.connection.execute(
                f"CREATE VIEW {schema}.{name} AS SELECT {', '.join(shown)} FROM {read} AS d"
            )
            return
        rows = ", ".join(
            "(" + ", ".join(literal(text) for text in (str(path), *item.values)) + ")"
            for path, item in zip(paths, objects, strict=True)
        )
        keys = ", ".join(quote(key) for key, _ in table.partition_keys)
        files = f"{schema}.{quote(f'{table.name.lower()}$files')}"
        self.connection.execute(f"CREATE TABLE {files} AS SELECT * FROM (VALUES {rows}) AS v(_file, {keys})")
        self.connection.execute(
            f"CREATE VIEW {schema}.{name} AS SELECT {', '.join(shown)} FROM {read} AS d JOIN {files} AS m "
            "ON d._file = m._file"
        )


def _parquet_reader(paths: Sequence[Path]) -> str:
    listed = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = false, filename = '_file')"


def _cast(storage: str, column: str, type_: str) -> str:
    """A column in its type. Text that does not fit is NULL for Hive's text SerDes; in Parquet and ORC it is an
    error."""
    if storage in ("parquet", "orc"):
        return f"CAST({column} AS {type_})"
    if storage in ("csv", "text") and type_ != "VARCHAR":
        # Without the function around it DuckDB would take the cast into its reader, which fails on a bad value.
        return f"TRY_CAST(nullif({column}, '') AS {type_})"
    return f"TRY_CAST({column} AS {type_})"


def _text_reader(table: Table, storage: str, paths: Sequence[Path]) -> str:
    listed = ", ".join(literal(str(path)) for path in paths)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name, _ in table.columns)
    if storage == "json":
        typed = ", ".join(f"{literal(name)}: {literal(duckdb_type(type_))}" for name, type_ in table.columns)
        return (
            f"read_json([{listed}], format = 'newline_delimited', columns = {{{typed}}}, filename = '_file', "
            "ignore_errors = true)"
        )
    given = table.serde_parameters
    skip = int(table.parameters.get("skip.header.line.count", "0"))
    # Defaults are those of the SerDes: OpenCSVSerde reads , and ", LazySimpleSerDe Control-A and no quotes.
    if storage == "csv":
        separator, quotes, null = given.get("separatorChar", ","), given.get("quoteChar", '"'), "\x01\x02"
    else:
        separator, quotes = given.get("field.delim", given.get("serialization.format", "\x01")), ""
        null = given.get("serialization.null.format", "\\N")
    separator = "\x01" if separator == "1" and storage == "text" else separator
    return (
        f"read_csv([{listed}], columns = {{{columns}}}, header = false, skip = {skip}, auto_detect = false, "
        f"delim = {literal(separator)}, quote = {literal(quotes)}, escape = {literal(quotes)}, "
        f"nullstr = {literal(null)}, null_padding = true, strict_mode = false, parallel = false, filename = '_file')"
    )
