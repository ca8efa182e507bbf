"""The column types of the Glue catalogue (Hive's), read into a tree and written as DuckDB's types."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Hive's primitive types and the DuckDB type of each. A timestamp is an instant, kept in UTC.
PRIMITIVES = {
    "boolean": "BOOLEAN",
    "tinyint": "TINYINT",
    "smallint": "SMALLINT",
    "int": "INTEGER",
    "integer": "INTEGER",
    "bigint": "BIGINT",
    "float": "FLOAT",
    "double": "DOUBLE",
    "string": "VARCHAR",
    "char": "VARCHAR",
    "varchar": "VARCHAR",
    "binary": "BLOB",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}

_TOKEN = re.compile(r"\s*([<>,:()]|[^\s<>,:()]+)")


class HiveTypeError(ValueError):
    """A type that can't be read; the message names it."""


@dataclass(frozen=True)
class HiveType:
    """A type: its name, the numbers in brackets, and its inner types by field name (empty names outside
    structs)."""

    name: str
    arguments: tuple[int, ...] = ()
    fields: tuple[tuple[str, HiveType], ...] = ()


def parse_hive_type(text: str) -> HiveType:
    """Reads a type such as `array<struct<a:int,b:decimal(10,2)>>`.

    :raises HiveTypeError: when it is not one of Hive's types.
    """
    tokens = _TOKEN.findall(text.lower())
    parsed, rest = _read(tokens, text)
    if rest:
        raise HiveTypeError(f'type "{text}": unexpected "{rest[0]}"')
    return parsed


def duckdb_type(type_: HiveType, timestamp: str = "TIMESTAMP") -> str:
    """The DuckDB type; `timestamp` chooses between TIMESTAMP (as Athena shows it) and TIMESTAMPTZ (as files
    hold it)."""
    if type_.name == "array":
        return f"{duckdb_type(type_.fields[0][1], timestamp)}[]"
    if type_.name == "map":
        key, value = (duckdb_type(inner, timestamp) for _, inner in type_.fields)
        return f"MAP({key}, {value})"
    if type_.name == "struct":
        inner = ", ".join(f"{quote(name)} {duckdb_type(field, timestamp)}" for name, field in type_.fields)
        return f"STRUCT({inner})"
    if type_.name == "decimal":
        precision, scale = (*type_.arguments, 10, 0)[:2] if not type_.arguments else (*type_.arguments, 0)[:2]
        return f"DECIMAL({precision},{scale})"
    if type_.name == "timestamp":
        return timestamp
    return PRIMITIVES[type_.name]


def quote(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _read(tokens: list[str], text: str) -> tuple[HiveType, list[str]]:
    if not tokens:
        raise HiveTypeError(f'type "{text}": ends too early')
    name, rest = tokens[0], tokens[1:]
    if name in ("array", "map", "struct"):
        return _read_nested(name, rest, text)
    if name == "decimal" or name in PRIMITIVES:
        numbers: list[int] = []
        if rest and rest[0] == "(":
            end = rest.index(")") if ")" in rest else len(rest)
            numbers = [int(token) for token in rest[1:end] if token != ","]
            rest = rest[end + 1 :]
        return HiveType(name, tuple(numbers)), rest
    raise HiveTypeError(
        f'type "{text}": "{name}" is not a type of Hive; use string, int, bigint, double, ...'
    )


def _read_nested(name: str, rest: list[str], text: str) -> tuple[HiveType, list[str]]:
    if not rest or rest[0] != "<":
        raise HiveTypeError(f'type "{text}": "{name}" wants its inner types in <...>')
    fields: list[tuple[str, HiveType]] = []
    separator = "<"
    while separator != ">":
        rest = rest[1:]
        field = ""
        if name == "struct":
            if len(rest) < 2 or rest[1] != ":":
                raise HiveTypeError(f'type "{text}": a struct wants name:type')
            field, rest = rest[0], rest[2:]
        inner, rest = _read(rest, text)
        fields.append((field, inner))
        if not rest or rest[0] not in (",", ">"):
            raise HiveTypeError(f'type "{text}": "{name}<" is not closed')
        separator = rest[0]
    if name == "array" and len(fields) != 1 or name == "map" and len(fields) != 2:
        raise HiveTypeError(f'type "{text}": an array has one inner type, a map two')
    return HiveType(name, (), tuple(fields)), rest[1:]
