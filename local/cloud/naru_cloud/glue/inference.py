"""What type a value has, and what type holds several."""

from __future__ import annotations

import re
from functools import reduce

from ..hive_types import HiveType

STRING = HiveType("string")

_WHOLE = re.compile(r"[+-]?\d{1,18}")
_REAL = re.compile(r"[+-]?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?")

#: Narrow to wide: of two numbers the later one holds both.
_NUMBERS = ("int", "bigint", "double")


def type_of_text(text: str) -> HiveType | None:
    """The type of a field of separated text; None for an empty one, which fits any.

    As Glue's own classifier: whole numbers are bigint, other numbers double, dates and times text.
    """
    text = text.strip()
    if not text:
        return None
    if _WHOLE.fullmatch(text):
        return HiveType("bigint")
    if _REAL.fullmatch(text):
        return HiveType("double")
    return HiveType("boolean") if text.lower() in ("true", "false") else STRING


def type_of_json(value: object) -> HiveType | None:
    """The type of a JSON value; None for null, which fits any."""
    if value is None:
        return None
    if isinstance(value, bool):
        return HiveType("boolean")
    if isinstance(value, int):
        return HiveType("int" if -(2**31) <= value < 2**31 else "bigint")
    if isinstance(value, float):
        return HiveType("double")
    if isinstance(value, dict):
        fields = tuple((name.lower(), type_of_json(inner) or STRING) for name, inner in value.items())
        return HiveType("struct", (), fields) if fields else STRING
    if isinstance(value, list):
        return HiveType("array", (), (("", widest([type_of_json(item) for item in value]) or STRING),))
    return STRING


def widest(types: list[HiveType | None]) -> HiveType | None:
    """The type that holds values of all; None when none says anything."""
    known = [type_ for type_ in types if type_ is not None]
    return reduce(wider, known) if known else None


def wider(one: HiveType, other: HiveType) -> HiveType:
    """The type that holds values of both: text, where nothing else does."""
    if one == other:
        return one
    if one.name in _NUMBERS and other.name in _NUMBERS:
        return HiveType(max(one.name, other.name, key=_NUMBERS.index))
    if one.name == other.name == "array":
        return HiveType("array", (), (("", wider(one.fields[0][1], other.fields[0][1])),))
    if one.name == other.name == "struct":
        fields = dict(one.fields)
        for name, type_ in other.fields:
            fields[name] = wider(fields[name], type_) if name in fields else type_
        return HiveType("struct", (), tuple(fields.items()))
    return STRING


def written(type_: HiveType) -> str:
    """A type as the catalogue writes it."""
    if type_.name == "struct":
        return "struct<" + ",".join(f"{name}:{written(inner)}" for name, inner in type_.fields) + ">"
    if type_.fields:
        return f"{type_.name}<" + ",".join(written(inner) for _, inner in type_.fields) + ">"
    return type_.name + (f"({','.join(map(str, type_.arguments))})" if type_.arguments else "")
