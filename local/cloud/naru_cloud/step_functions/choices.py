"""Choice rules."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Mapping
from datetime import datetime

from .paths import Json, PathError, exists, find, parse_path

_NUMBERS = (int, float)


def _typed(
    type_: type | tuple[type, ...], test: Callable[[Json, Json], bool]
) -> Callable[[Json, Json], bool]:
    def compare(value: Json, expected: Json) -> bool:
        wrong = isinstance(value, bool) and type_ is not bool
        return isinstance(value, type_) and not wrong and test(value, expected)

    return compare


def _moment(value: Json) -> datetime:
    return datetime.fromisoformat(str(value))


def _timestamps(test: Callable[[Json, Json], bool]) -> Callable[[Json, Json], bool]:
    def compare(value: Json, expected: Json) -> bool:
        try:
            return test(_moment(value), _moment(expected))
        except (ValueError, TypeError):
            return False

    return compare


_ORDER: dict[str, Callable[[Json, Json], bool]] = {
    "Equals": lambda a, b: a == b,
    "LessThan": lambda a, b: a < b,  # type: ignore[operator]
    "GreaterThan": lambda a, b: a > b,  # type: ignore[operator]
    "LessThanEquals": lambda a, b: a <= b,  # type: ignore[operator]
    "GreaterThanEquals": lambda a, b: a >= b,  # type: ignore[operator]
}

#: Comparisons by name: value and expected value to true or false.
COMPARISONS: dict[str, Callable[[Json, Json], bool]] = {
    **{f"String{name}": _typed(str, test) for name, test in _ORDER.items()},
    **{f"Numeric{name}": _typed(_NUMBERS, test) for name, test in _ORDER.items()},
    **{f"Timestamp{name}": _timestamps(test) for name, test in _ORDER.items()},
    "StringMatches": _typed(
        str, lambda value, pattern: fnmatch.fnmatchcase(str(value), str(pattern).replace("[", "[[]"))
    ),
    "BooleanEquals": _typed(bool, lambda value, expected: value is expected),
    "IsNull": lambda value, expected: (value is None) is expected,
    "IsString": lambda value, expected: isinstance(value, str) is expected,
    "IsBoolean": lambda value, expected: isinstance(value, bool) is expected,
    "IsNumeric": lambda value, expected: (
        (isinstance(value, _NUMBERS) and not isinstance(value, bool)) is expected
    ),
}


def matches(rule: Mapping[str, Json], data: Json, context: Json) -> bool:
    """Whether a rule holds.

    :raises PathError: when its Variable points at nothing (IsPresent excepted).
    """
    if "And" in rule:
        return all(matches(inner, data, context) for inner in rule["And"])  # type: ignore[union-attr]
    if "Or" in rule:
        return any(matches(inner, data, context) for inner in rule["Or"])  # type: ignore[union-attr]
    if "Not" in rule:
        return not matches(rule["Not"], data, context)  # type: ignore[arg-type]
    variable = str(rule["Variable"])
    if "IsPresent" in rule:
        return exists(variable, data, context) is rule["IsPresent"]
    value = find(variable, data, context)
    name = _comparison(rule)
    expected = rule[name]
    if name.endswith("Path"):
        return COMPARISONS[name[:-4]](value, find(str(expected), data, context))
    return COMPARISONS[name](value, expected)


def check_rule(rule: Json, place: str) -> list[str]:
    """What is wrong with a rule, with the place of each error."""
    if not isinstance(rule, dict):
        return [f"{place}: a rule must be an object"]
    for name in ("And", "Or"):
        if name in rule:
            inner = rule[name] if isinstance(rule[name], list) else []
            return [error for i, one in enumerate(inner) for error in check_rule(one, f"{place}/{name}/{i}")]
    if "Not" in rule:
        return check_rule(rule["Not"], f"{place}/Not")
    try:
        parse_path(str(rule.get("Variable")))
    except PathError as error:
        return [f"{place}/Variable: {error}"]
    if "IsPresent" not in rule and _comparison(rule) == "":
        return [
            f"{place}: no known comparison; use {', '.join(sorted(COMPARISONS))}, IsPresent, And, Or or Not"
        ]
    return []


def _comparison(rule: Mapping[str, Json]) -> str:
    known = (
        name for name in rule if name in COMPARISONS or (name.endswith("Path") and name[:-4] in COMPARISONS)
    )
    return next(known, "")
