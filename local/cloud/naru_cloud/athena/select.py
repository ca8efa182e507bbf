"""SELECT: the tables it names become views, its SQL becomes DuckDB's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import sqlglot
from sqlglot import exp

from ..hive_types import literal
from ..parquet_files import connect
from .catalog import Catalog, Table
from .dialect import name_columns, prepare_functions, to_duckdb
from .errors import QueryCancelled, QueryError
from .objects import ObjectCache
from .query import Result, Run
from .results import column_of, text_of
from .scan import ColumnBytes, Scanner

#: Views may use views; more than so many levels is a view that uses itself.
DEEPEST_VIEW = 16


@dataclass
class Planned:
    """A query ready to run: a connection that has its views, the SQL, and the bytes that it scans."""

    connection: duckdb.DuckDBPyConnection
    sql: str
    scanned_bytes: int


@dataclass
class SelectEngine:
    """Plans and runs queries. Footers of Parquet files are remembered, since cached files never change."""

    cache: ObjectCache
    footers: dict[Path, ColumnBytes] = field(default_factory=dict)

    def plan(self, run: Run, tree: exp.Expression) -> Planned:
        """Fetches what a query needs and prepares it.

        The connection reads nothing but the query's own files. The caller closes it.

        :raises QueryError: for what fails on AWS too, and when more would be scanned than the workgroup
        allows.
        """
        tree = self._expand_views(run, tree, 0)
        tables = self._tables(run, tree)
        connection = connect()
        try:
            scanner = Scanner(run, self.cache, connection, self.footers)
            wanted = _wanted_columns(tree)
            dates: set[str] = set()
            maps: set[str] = set()
            for table, references in tables:
                if run.execution.cancelled.is_set():
                    raise QueryCancelled
                scanner.view(table, references, wanted)
                columns = [*table.columns, *table.partition_keys]
                dates |= {name for name, type_ in columns if type_.name == "date"}
                maps |= {name for name, type_ in columns if type_.name == "map"}
            cutoff = run.execution.output.cutoff
            run.execution.scanned_bytes = scanner.scanned_bytes
            if cutoff is not None and scanner.scanned_bytes > cutoff:
                raise QueryError(
                    "Query cancelled! : Bytes scanned limit was exceeded: the query scans "
                    f"{scanner.scanned_bytes} bytes, its workgroup allows {cutoff}"
                )
            prepare_functions(connection)
            _confine(connection, scanner.files, run.folder)
        except BaseException:
            connection.close()
            raise
        return Planned(connection, to_duckdb(tree, frozenset(dates), frozenset(maps)), scanner.scanned_bytes)

    def select(self, run: Run, tree: exp.Expression) -> Result:
        """Runs a SELECT and returns its rows as text."""
        name_columns(tree)
        planned = self.plan(run, tree)
        try:
            cursor = execute(run, planned.connection, planned.sql)
            columns = [column_of(name, str(type_)) for name, type_, *_ in cursor.description]
            rows = [[text_of(value) for value in row] for row in cursor.fetchall()]
        finally:
            planned.connection.close()
        return Result(columns, rows, header=True)

    def _tables(self, run: Run, tree: exp.Expression) -> list[tuple[Table, list[exp.Table]]]:
        """The catalogue's tables that a query names, each with the places where it does. Names become
        full."""
        catalog = Catalog(run.clients)
        found: dict[tuple[str, str], tuple[Table, list[exp.Table]]] = {}
        for reference in _table_references(tree):
            key = self._qualify(run, reference)
            if key not in found:
                found[key] = (catalog.table(*key), [])
            found[key][1].append(reference)
        return list(found.values())

    def _qualify(self, run: Run, reference: exp.Table) -> tuple[str, str]:
        if reference.catalog and reference.catalog.lower() != "awsdatacatalog":
            raise QueryError(f"CATALOG_NOT_FOUND: catalog '{reference.catalog}' is not available locally")
        database = (reference.db or run.execution.database).lower()
        name = reference.name.lower()
        if database == "information_schema":
            raise QueryError(
                "NOT_SUPPORTED: information_schema is not available locally; use SHOW TABLES or Glue"
            )
        if not database:
            raise QueryError(
                f"MISSING_SCHEMA_NAME: name the database of table '{name}', or set it for the query"
            )
        reference.set("catalog", None)
        reference.set("db", exp.to_identifier(database, quoted=True))
        reference.set("this", exp.to_identifier(name, quoted=True))
        if not reference.alias:
            reference.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
        return database, name

    def _expand_views(self, run: Run, tree: exp.Expression, depth: int) -> exp.Expression:
        if depth > DEEPEST_VIEW:
            raise QueryError(f"INVALID_VIEW: views are nested more than {DEEPEST_VIEW} deep")
        catalog = Catalog(run.clients)
        for reference in list(_table_references(tree)):
            database, name = self._qualify(run, reference)
            table = catalog.table(database, name)
            if table.view_sql is not None:
                inner = self._expand_views(run, sqlglot.parse_one(table.view_sql, read="athena"), depth + 1)
                alias = reference.alias or name
                reference.replace(
                    exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(alias)))
                )
        return tree


def execute(run: Run, connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyConnection:
    """Runs SQL; StopQueryExecution interrupts it.

    :raises QueryCancelled: when it was stopped.
    """
    run.execution.interrupt = connection.interrupt
    if run.execution.cancelled.is_set():
        raise QueryCancelled
    try:
        return connection.execute(sql)
    except duckdb.InterruptException:
        raise QueryCancelled from None
    finally:
        run.execution.interrupt = None


def _table_references(tree: exp.Expression) -> Iterable[exp.Table]:
    """Tables that are not the names of WITH clauses, table functions or columns of UNNEST."""
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        is_cte = not table.db and table.name.lower() in own
        if isinstance(table.this, exp.Identifier) and not is_cte:
            yield table


def _wanted_columns(tree: exp.Expression) -> frozenset[str] | None:
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            return None
    # A field of a struct is read as table.column, so both names count.
    return frozenset(
        name.lower() for column in tree.find_all(exp.Column) for name in (column.name, column.table)
    )


def _confine(connection: duckdb.DuckDBPyConnection, files: Iterable[Path], folder: Path) -> None:
    """From here on the connection opens the query's files and its folder, and nothing else on this
    machine."""
    listed = ", ".join(literal(str(path)) for path in files)
    connection.execute(f"SET allowed_paths = [{listed}]")
    connection.execute(f"SET allowed_directories = [{literal(str(folder))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
