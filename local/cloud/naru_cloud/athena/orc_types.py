"""Which of Hive's types Athena reads from which of ORC's."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from ..hive_types import HiveType

#: ORC's name of each type that Arrow makes of it.
_KINDS = {
    pa.types.is_boolean: "BOOLEAN",
    pa.types.is_int8: "BYTE",
    pa.types.is_int16: "SHORT",
    pa.types.is_int32: "INT",
    pa.types.is_int64: "LONG",
    pa.types.is_float32: "FLOAT",
    pa.types.is_float64: "DOUBLE",
    pa.types.is_string: "STRING",
    pa.types.is_binary: "BINARY",
    pa.types.is_date: "DATE",
    pa.types.is_decimal: "DECIMAL",
    pa.types.is_list: "LIST",
    pa.types.is_map: "MAP",
    pa.types.is_struct: "STRUCT",
    pa.types.is_union: "UNION",
}

_WHOLE = {"SHORT", "INT", "LONG"}

#: What Trino's ORC reader takes for a column of a type: whole numbers of any size but BYTE, and a FLOAT as double; it
#: turns no numbers into text.
_READ = {
    "boolean": {"BOOLEAN"},
    "tinyint": {"BYTE"},
    "smallint": _WHOLE,
    "int": _WHOLE,
    "integer": _WHOLE,
    "bigint": _WHOLE,
    "float": {"FLOAT"},
    "double": {"DOUBLE", "FLOAT"},
    "decimal": {"DECIMAL"},
    "string": {"STRING"},
    "varchar": {"STRING"},
    "char": {"STRING"},
    "binary": {"BINARY"},
    "date": {"DATE"},
    # Not the one with a zone, which is `timestamp with time zone` to Trino and has no name in Hive's catalogue.
    "timestamp": {"TIMESTAMP"},
    "array": {"LIST"},
    "map": {"MAP"},
    "struct": {"STRUCT"},
}

_SQL = {
    "int": "integer",
    "float": "real",
    "string": "varchar",
    "binary": "varbinary",
    "struct": "row",
    "timestamp": "timestamp(3)",
}


@dataclass(frozen=True)
class Misfit:
    """Where a file holds another type than its table says."""

    path: str
    kind: str
    sql: str


def misfit(given: pa.DataType, type_: HiveType, path: str) -> Misfit | None:
    """The first place at or below a column where the file's type is not read as the table's."""
    kind = _kind(given)
    if kind not in _READ[type_.name]:
        return Misfit(path, kind, _SQL.get(type_.name, type_.name))
    if kind == "LIST":
        return misfit(given.value_type, type_.fields[0][1], f"{path}.item")
    if kind == "MAP":
        (_, key), (_, value) = type_.fields
        return misfit(given.key_type, key, f"{path}.key") or misfit(given.item_type, value, f"{path}.value")
    if kind == "STRUCT":
        fields = {
            given.field(place).name.lower(): given.field(place).type for place in range(given.num_fields)
        }
        for name, inner in type_.fields:
            found = misfit(fields[name], inner, f"{path}.{name}") if name in fields else None
            if found is not None:
                return found
    return None


def _kind(given: pa.DataType) -> str:
    if pa.types.is_timestamp(given):
        return "TIMESTAMP" if given.tz is None else "TIMESTAMP_INSTANT"
    return next((kind for is_kind, kind in _KINDS.items() if is_kind(given)), str(given).upper())
