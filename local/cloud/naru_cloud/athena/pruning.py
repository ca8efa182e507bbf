"""Which partitions a query needs, by those conditions of its WHERE clauses that speak of partition keys
only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
from sqlglot import exp

from ..hive_types import literal, quote
from .dialect import to_duckdb

#: Conditions that are false or unknown for NULL: leaving rows out beforehand can't change an outer join's
#: result.
_SAFE = (
    exp.And,
    exp.Or,
    exp.Paren,
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.Between,
    exp.In,
    exp.Like,
    exp.Column,
    exp.Identifier,
    exp.Literal,
    exp.Cast,
    exp.DataType,
    exp.CurrentDate,
    exp.DateAdd,
    exp.Interval,
    exp.Neg,
    exp.Var,
    exp.Sub,
    exp.Add,
)


def partition_filter(references: Iterable[exp.Table], keys: frozenset[str]) -> exp.Expression | None:
    """The condition that a partition must meet for any of the references to a table, or None for all
    partitions."""
    wanted: exp.Expression | None = None
    for reference in references:
        condition = _of_reference(reference, keys)
        if condition is None:
            return None
        wanted = condition if wanted is None else exp.or_(wanted, condition)
    return wanted


def matching(
    connection: duckdb.DuckDBPyConnection,
    condition: exp.Expression,
    names: Sequence[tuple[str, str]],
    partitions: Sequence[tuple[str, ...]],
) -> set[tuple[str, ...]]:
    """The partitions (tuples of values) that meet a condition; all of them when it can't be decided
    beforehand.

    :param names: the partition keys with their DuckDB types
    """
    if not partitions:
        return set()
    rows = ", ".join(
        "(" + ", ".join([str(index), *(literal(value) for value in values)]) + ")"
        for index, values in enumerate(partitions)
    )
    raw = ", ".join(quote(f"_{name}") for name, _ in names)
    typed = ", ".join(f"CAST({quote(f'_{name}')} AS {type_}) AS {quote(name)}" for name, type_ in names)
    try:
        found = connection.execute(
            f"SELECT _index FROM (SELECT _index, {typed} FROM (VALUES {rows}) AS p(_index, {raw})) "
            f"WHERE {to_duckdb(condition)}"
        ).fetchall()
    except duckdb.Error:
        return set(partitions)
    return {partitions[index] for (index,) in found}


def _of_reference(reference: exp.Table, keys: frozenset[str]) -> exp.Expression | None:
    select = reference.find_ancestor(exp.Select)
    where = select.args.get("where") if select is not None else None
    if select is None or where is None:
        return None
    alone = len(select.args.get("joins") or []) == 0
    name = reference.alias_or_name.lower()
    parts = list(where.this.flatten()) if isinstance(where.this, exp.And) else [where.this]
    usable = [part for part in parts if _speaks_of_keys_only(part, keys, name, alone)]
    if not usable:
        return None
    condition = exp.and_(*(part.copy() for part in usable))
    for column in condition.find_all(exp.Column):
        column.replace(exp.column(column.name.lower(), quoted=True))
    return condition


def _speaks_of_keys_only(part: exp.Expression, keys: frozenset[str], name: str, alone: bool) -> bool:
    columns = list(part.find_all(exp.Column))
    return (
        bool(columns)
        and all(isinstance(node, _SAFE) for node in part.walk())
        and all(
            column.name.lower() in keys and (column.table.lower() == name if column.table else alone)
            for column in columns
        )
    )
