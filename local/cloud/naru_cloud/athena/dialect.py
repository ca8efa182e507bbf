"""Trino's SQL in DuckDB's words, where sqlglot's translation alone would change the meaning."""

from __future__ import annotations

import duckdb
import sqlglot
from sqlglot import exp

#: Trino functions that DuckDB lacks.
MACROS = (
    "map_agg(k, v) AS map_from_entries(list(struct_pack(k := k, v := v)))",
    "at_timezone(t, z) AS timezone(z, CAST(t AS TIMESTAMPTZ))",
    "with_timezone(t, z) AS timezone(z, CAST(t AS TIMESTAMP))",
    (
        "format_datetime(t, p) AS strftime(t, replace(replace(replace(replace(replace(replace("
        "p, 'yyyy', '%Y'), 'MM', '%m'), 'dd', '%d'), 'HH', '%H'), 'mm', '%M'), 'ss', '%S'))"
    ),
    "url_extract_host(u) AS regexp_extract(u, '^[^:/]+://([^/:?#]*)', 1)",
    "url_extract_path(u) AS regexp_extract(u, '^[^:/]+://[^/?#]*([^?#]*)', 1)",
    "url_extract_query(u) AS regexp_extract(u, '[?]([^#]*)', 1)",
    (
        "width_bucket(x, low, high, n) AS CASE WHEN x < low THEN 0 WHEN x >= high THEN n + 1 "
        "ELSE CAST(floor((x - low) * n / CAST(high - low AS DOUBLE)) AS BIGINT) + 1 END"
    ),
    "from_iso8601_date(t) AS CAST(t AS DATE)",
)

_WHOLE_DAYS = {"DAY", "WEEK", "MONTH", "QUARTER", "YEAR"}


def prepare_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Adds what DuckDB lacks, and Trino's division of integers."""
    connection.execute("SET integer_division = true")
    for macro in MACROS:
        connection.execute(f"CREATE MACRO {macro}")


def to_duckdb(
    tree: exp.Expression,
    date_columns: frozenset[str] = frozenset(),
    map_columns: frozenset[str] = frozenset(),
) -> str:
    """The SQL for DuckDB.

    :param date_columns: names of columns of type date, so that arithmetic on them stays a date
    :param map_columns: names of columns of type map, which UNNEST makes two columns of
    """
    copy = tree.copy()
    for zoned in list(copy.find_all(exp.AtTimeZone)):
        # Moving an instant to one zone and on to the next ends in the last: the zones between do not count.
        while isinstance(zoned.this.unnest(), exp.AtTimeZone):
            zoned.set("this", zoned.this.unnest().this)
    # Children before parents, so that a replacement is built from children that are already rewritten.
    for node in reversed(list(copy.dfs())):
        replacement = (
            _unnest(node, map_columns) if isinstance(node, exp.Unnest) else _rewrite(node, date_columns)
        )
        if replacement is not node:
            node.replace(replacement)
    return copy.sql(dialect="duckdb")


def name_columns(select: exp.Expression) -> None:
    """Gives unnamed columns of the outermost SELECT the names that Trino gives them: _col0, _col1..."""
    query = select
    while isinstance(query, (exp.SetOperation, exp.Subquery)):
        query = query.this
    if not isinstance(query, exp.Select):
        return
    for index, item in enumerate(query.expressions):
        if not isinstance(item, (exp.Alias, exp.Column, exp.Star)) and not item.is_star:
            item.replace(exp.alias_(item.copy(), f"_col{index}"))


def _unnest(node: exp.Unnest, maps: frozenset[str]) -> exp.Expression:
    """UNNEST into several columns: arrays side by side, the fields of an array of rows, keys and values of a map.

    DuckDB's own takes one array and makes one column, which is Trino's where one column is named.
    """
    alias = node.args.get("alias")
    columns = alias.columns if isinstance(alias, exp.TableAlias) else []
    if len(columns) < 2 or node.args.get("offset"):
        return node
    single = len(node.expressions) == 1
    listed = []
    for argument in node.expressions:
        of_map = isinstance(argument, (exp.Map, exp.VarMap)) or (
            isinstance(argument, exp.Column) and argument.name.lower() in maps
        )
        text = argument.sql(dialect="duckdb")
        entries = f"map_entries({text})" if of_map else text
        listed.append(f"unnest({entries}, max_depth := 2)" if single or of_map else f"unnest({text})")
    inner = sqlglot.parse_one(f"SELECT {', '.join(listed)}", read="duckdb")
    return exp.Subquery(this=inner, alias=alias.copy())


def _rewrite(node: exp.Expression, dates: frozenset[str]) -> exp.Expression:
    if isinstance(node, exp.AtTimeZone):
        # In Trino a timestamp without zone is in the session's zone (UTC) and is moved; DuckDB would relabel
        # it.
        moment = exp.cast(node.this.copy(), "timestamptz", dialect="duckdb")
        return exp.Anonymous(this="timezone", expressions=[node.args["zone"].copy(), moment])
    if isinstance(node, exp.DateDiff):
        # Trino counts whole units between two moments; DuckDB's date_diff counts the borders crossed.
        unit = exp.Literal.string(_unit(node).lower())
        return exp.Anonymous(this="date_sub", expressions=[unit, node.expression.copy(), node.this.copy()])
    keeps = (
        isinstance(node, (exp.DateAdd, exp.DateSub, exp.TimestampTrunc, exp.DateTrunc))
        and _unit(node) in _WHOLE_DAYS
    )
    arithmetic = (
        isinstance(node, (exp.Add, exp.Sub))
        and isinstance(node.expression, exp.Interval)
        and _unit(node.expression) in _WHOLE_DAYS
    )
    if (keeps or arithmetic) and _is_date(node.this, dates):
        return exp.cast(node.copy(), "date")
    return node


def _unit(node: exp.Expression) -> str:
    unit = node.args.get("unit")
    return unit.name.upper() if unit is not None else "DAY"


def _is_date(node: exp.Expression, dates: frozenset[str]) -> bool:
    """Whether an expression is of type date, as far as its form tells."""
    if isinstance(node, (exp.CurrentDate, exp.Date, exp.TsOrDsToDate)):
        return True
    if isinstance(node, exp.Cast):
        return node.to.this == exp.DataType.Type.DATE
    if isinstance(node, exp.Column):
        return node.name.lower() in dates
    if isinstance(node, (exp.DateAdd, exp.DateSub, exp.TimestampTrunc, exp.DateTrunc, exp.Paren)):
        return _is_date(node.this, dates)
    return False
