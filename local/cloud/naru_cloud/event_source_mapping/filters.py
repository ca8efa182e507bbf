"""Filter criteria: which records a function is invoked with. What is not understood is refused, not passed over.

The rules are those of Lambda's "Filter rule syntax": a pattern names fields, each with a list of alternatives.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .record import StreamRecord

#: Quota: filters of one mapping.
MOST_FILTERS = 5

_COMPARISONS = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class FilterError(ValueError):
    """A pattern that can't be used; the message names the place."""


class Filters:
    """The patterns of a mapping; a record that fits any of them is passed on."""

    def __init__(self, patterns: list[str]) -> None:
        """:raises FilterError: for more patterns than allowed, and a pattern that is not understood."""
        if len(patterns) > MOST_FILTERS:
            raise FilterError(f"at most {MOST_FILTERS} filters")
        self._patterns = [_read(number, text) for number, text in enumerate(patterns)]

    def pass_on(self, record: StreamRecord) -> bool:
        """True for a record that the function should get; without filters, for every record."""
        if not self._patterns:
            return True
        data, is_json = _data(record.data)
        fields: dict[str, Any] = {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record.partition_key,
            "sequenceNumber": record.sequence,
            "approximateArrivalTimestamp": record.arrival.timestamp(),
            "data": data,
        }
        return any(_fits(pattern, fields, is_json) for pattern in self._patterns)


def _read(number: int, text: str) -> dict[str, Any]:
    place = f"Filters[{number}].Pattern"
    try:
        pattern = json.loads(text)
    except ValueError:
        raise FilterError(f"{place}: is not JSON") from None
    if not isinstance(pattern, dict) or not pattern:
        raise FilterError(f"{place}: must be an object that names at least one field")
    _check(pattern, place)
    return pattern


def _check(pattern: Mapping[str, Any], place: str) -> None:
    for key, value in pattern.items():
        at = f"{place}.{key}"
        if key == "$or":
            if not isinstance(value, list) or len(value) < 2 or not all(isinstance(x, dict) for x in value):
                raise FilterError(f"{at}: must be a list of two objects or more")
            for number, alternative in enumerate(value):
                _check(alternative, f"{at}[{number}]")
        elif isinstance(value, dict):
            _check(value, at)
        elif isinstance(value, list) and value:
            for rule in value:
                _check_rule(rule, at)
        else:
            raise FilterError(f"{at}: must be an object or a list of values, not empty")


def _check_rule(rule: Any, at: str) -> None:
    if not isinstance(rule, dict | list):
        return
    name, given = next(iter(rule.items())) if isinstance(rule, dict) and len(rule) == 1 else ("", None)
    understood = {
        "prefix": isinstance(given, str),
        "suffix": isinstance(given, str),
        "equals-ignore-case": isinstance(given, str),
        "exists": isinstance(given, bool),
        "anything-but": isinstance(given, list) and all(isinstance(x, str | int | float) for x in given),
        "numeric": isinstance(given, list)
        and len(given) in (2, 4)
        and all(x in _COMPARISONS for x in given[::2])
        and all(isinstance(x, int | float) for x in given[1::2]),
    }
    if not understood.get(name, False):
        raise FilterError(
            f"{at}: the rule {json.dumps(rule)} is not available locally; use values, "
            + ", ".join(sorted(understood))
        )


def _data(data: bytes) -> tuple[Any, bool]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None, False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        # Thousands of brackets within brackets are no reason to stop reading the shard.
        return text, False
    # Lambda takes an object as JSON; anything else is a plain string to it.
    return (value, True) if isinstance(value, dict) else (text, False)


def _fits(pattern: Mapping[str, Any], fields: Mapping[str, Any], is_json: bool) -> bool:
    # A pattern of the other form than the data (an object for text, or values for JSON) never fits.
    if "data" in pattern and isinstance(pattern["data"], dict) != is_json:
        return False
    return _fits_object(pattern, fields)


def _fits_object(pattern: Mapping[str, Any], fields: Any) -> bool:
    given = fields if isinstance(fields, dict) else {}
    for key, wanted in pattern.items():
        if key == "$or":
            if not any(_fits_object(alternative, given) for alternative in wanted):
                return False
        elif isinstance(wanted, dict):
            if not _fits_object(wanted, given.get(key)):
                return False
        elif not any(_fits_rule(rule, given, key) for rule in wanted):
            return False
    return True


def _fits_rule(rule: Any, fields: Mapping[str, Any], key: str) -> bool:
    if isinstance(rule, dict) and "exists" in rule:
        # Of leaves only, as the documentation says.
        return (key in fields and not isinstance(fields[key], dict)) == rule["exists"]
    if key not in fields:
        return False
    values = fields[key] if isinstance(fields[key], list) else [fields[key]]
    return any(_equals(rule, value) for value in values)


def _equals(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        # True is 1 in Python, not in JSON.
        return isinstance(rule, bool) == isinstance(value, bool) and rule == value
    name, given = next(iter(rule.items()))
    if name == "anything-but":
        return value not in given
    if name == "numeric":
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and all(
            _COMPARISONS[sign](value, limit) for sign, limit in zip(given[::2], given[1::2], strict=True)
        )
    if not isinstance(value, str):
        return False
    if name == "prefix":
        return value.startswith(given)
    if name == "suffix":
        return value.endswith(given)
    return value.casefold() == given.casefold()
