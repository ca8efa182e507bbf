"""What the statements about the catalogue share: the table they name, their columns, their errors."""

from __future__ import annotations

from botocore.exceptions import ClientError
from sqlglot import exp

from .errors import QueryError
from .query import Column, Run
from .statement import Statement


def table_of(run: Run, statement: Statement) -> tuple[str, str]:
    """Database and name of the table that a statement is about."""
    if statement.tree is not None:
        table = statement.tree.find(exp.Table)
        assert table is not None
        # Athena takes `database.table` within one pair of back ticks too.
        inner, _, name = table.name.rpartition(".")
        return (table.db or inner or run.execution.database).lower(), name.lower()
    return (statement.group("database") or run.execution.database).lower(), statement.group("table").lower()


def unless_known(error: ClientError, code: str, tolerated: bool, message: str) -> None:
    """Turns an error of Glue into Athena's, or passes over it where IF (NOT) EXISTS says so."""
    if error.response["Error"]["Code"] != code:
        raise error
    if not tolerated:
        raise QueryError(f"FAILED: SemanticException {message}") from None


def string_columns(*names: str) -> list[Column]:
    """The columns of a SHOW statement's result."""
    return [Column(name, "string") for name in names]
