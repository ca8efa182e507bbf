"""Results in Athena's words: names of types, values as text, and the CSV object."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal

from .query import Column, Result

#: Athena's names of DuckDB's types, with the precision that GetQueryResults shows.
_TYPES = {
    "BOOLEAN": ("boolean", 0),
    "TINYINT": ("tinyint", 3),
    "SMALLINT": ("smallint", 5),
    "INTEGER": ("integer", 10),
    "BIGINT": ("bigint", 19),
    "HUGEINT": ("bigint", 19),
    "UBIGINT": ("bigint", 19),
    "UINTEGER": ("bigint", 19),
    "FLOAT": ("float", 17),
    "DOUBLE": ("double", 17),
    "VARCHAR": ("varchar", 2147483647),
    "JSON": ("json", 0),
    "DATE": ("date", 0),
    "TIME": ("time", 0),
    "TIMESTAMP": ("timestamp", 3),
    "TIMESTAMP WITH TIME ZONE": ("timestamp with time zone", 3),
    "BLOB": ("varbinary", 0),
    "INTERVAL": ("interval day to second", 0),
}

_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")


def column_of(name: str, duckdb_type: str) -> Column:
    """A result's column."""
    decimal = _DECIMAL.fullmatch(duckdb_type)
    if decimal:
        return Column(name.lower(), "decimal", int(decimal.group(1)), int(decimal.group(2)))
    if duckdb_type.endswith("]"):
        return Column(name.lower(), "array")
    for prefix, type_ in (("STRUCT", "row"), ("MAP", "map")):
        if duckdb_type.startswith(prefix):
            return Column(name.lower(), type_)
    type_, precision = _TYPES.get(duckdb_type, ("varchar", 2147483647))
    return Column(name.lower(), type_, precision)


def text_of(value: object) -> str | None:
    """A value as Athena writes it; None for NULL."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _double(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        text = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
        return text + " UTC" if value.tzinfo is not None else text
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex(" ")
    if isinstance(value, list):
        return "[" + ", ".join(_inner(item) for item in value) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_inner(key)}={_inner(item)}" for key, item in value.items()) + "}"
    return str(value)


def result_csv(result: Result) -> bytes:
    """The result as Athena writes it to S3: every value quoted, NULL as nothing at all."""
    lines = [",".join(_quoted(column.name) for column in result.columns)] if result.header else []
    lines += [",".join("" if value is None else _quoted(value) for value in row) for row in result.rows]
    return "".join(line + "\n" for line in lines).encode()


def result_text(result: Result) -> bytes:
    """The result of DDL as Athena writes it: values divided by tabs, no header."""
    return "".join("\t".join(value or "" for value in row) + "\n" for row in result.rows).encode()


def metadata(result: Result) -> dict[str, object]:
    """ResultSetMetadata of GetQueryResults."""
    return {"ColumnInfo": [_column_info(column) for column in result.columns]}


def metadata_object(result: Result) -> bytes:
    """The object beside the CSV. Athena's own is an undocumented binary; this one holds the same as JSON."""
    return json.dumps(metadata(result)).encode()


def page(result: Result, start: int, size: int) -> tuple[list[dict[str, object]], int | None]:
    """Rows of GetQueryResults from a position on, and the next position; the header is the first row."""
    rows: list[Sequence[str | None]] = [[column.name for column in result.columns]] if result.header else []
    total = len(rows) + len(result.rows)
    everything: Iterable[Sequence[str | None]] = [*rows, *result.rows][start : start + size]
    data = [
        {"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in everything
    ]
    return data, (start + size if start + size < total else None)


def _column_info(column: Column) -> dict[str, object]:
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": column.name,
        "Label": column.name,
        "Type": column.type,
        "Precision": column.precision,
        "Scale": column.scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": column.type in ("varchar", "char"),
    }


def _inner(value: object) -> str:
    text = text_of(value)
    return "null" if text is None else text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _double(value: float) -> str:
    """As Java's Double.toString: plain from 1e-3 to 1e7, otherwise with an exponent and at least one
    decimal."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else text + ".0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    assert isinstance(exponent, int)
    shown = "".join(str(digit) for digit in digits).rstrip("0") or "0"
    power = exponent + len(digits) - 1
    return f"{'-' if sign else ''}{shown[0]}.{shown[1:] or '0'}E{power}"
