"""Intrinsic functions such as States.Format('...', $.a)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from ..protocol import new_id
from .paths import Json, PathError, find, parse_path

_NAME = re.compile(r"States\.(\w+)\(")
_ATOM = re.compile(
    r"\s*(?:'(?P<text>(?:[^'\\]|\\.)*)'|(?P<path>\$[^,()\s]*)|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>true|false|null))\s*"
)


class IntrinsicError(ValueError):
    """A call that can't be read or carried out; the message says which."""


def is_intrinsic(text: str) -> bool:
    """Whether a text is a call of an intrinsic function."""
    return text.startswith("States.")


def check_intrinsic(text: str) -> None:
    """Checks a call without carrying it out.

    :raises IntrinsicError: when it can't be read, or the function is not available locally.
    :raises PathError: for a path in it that can't be read.
    """
    _parse(text, lambda path: parse_path(path) and None, carry_out=False)


def evaluate(text: str, data: Json, context: Json) -> Json:
    """The value of a call.

    :raises IntrinsicError: when the arguments do not suit the function.
    :raises PathError: when a path finds nothing.
    """
    return _parse(text, lambda path: find(path, data, context), carry_out=True)


def _parse(text: str, lookup: Callable[[str], Json], carry_out: bool) -> Json:
    value, rest = _call(text, lookup, carry_out)
    if rest.strip():
        raise IntrinsicError(f'intrinsic "{text}": unexpected "{rest.strip()}"')
    return value


def _call(text: str, lookup: Callable[[str], Json], carry_out: bool) -> tuple[Json, str]:
    match = _NAME.match(text)
    if match is None:
        raise IntrinsicError(f'intrinsic "{text}": write States.Name(...)')
    name, rest = match.group(1), text[match.end() :]
    if name not in _FUNCTIONS:
        raise IntrinsicError(f"States.{name} is not available locally; use {', '.join(sorted(_FUNCTIONS))}")
    arguments: list[Json] = []
    while not rest.lstrip().startswith(")"):
        if arguments:
            if not rest.lstrip().startswith(","):
                raise IntrinsicError(f'intrinsic "{text}": a comma or ) is missing')
            rest = rest.lstrip()[1:]
        value, rest = _argument(rest, lookup, carry_out)
        arguments.append(value)
    after = rest.lstrip()[1:]
    if not carry_out:
        return None, after
    try:
        return _FUNCTIONS[name](arguments), after
    except PathError:
        raise
    except (ValueError, TypeError, IndexError, KeyError):
        raise IntrinsicError(f"States.{name}: the arguments do not suit the function") from None


def _argument(text: str, lookup: Callable[[str], Json], carry_out: bool) -> tuple[Json, str]:
    if text.lstrip().startswith("States."):
        return _call(text.lstrip(), lookup, carry_out)
    match = _ATOM.match(text)
    if match is None:
        raise IntrinsicError(f"intrinsic: \"{text}\" is neither a text in '', a number, a path nor a call")
    rest = text[match.end() :]
    if match.group("text") is not None:
        return re.sub(r"\\(.)", r"\1", match.group("text")), rest
    if match.group("path") is not None:
        return lookup(match.group("path")), rest
    return json.loads(match.group("number") or match.group("word")), rest


def _format(arguments: list[Json]) -> str:
    template, *values = arguments
    parts = str(template).split("{}")
    if len(parts) != len(values) + 1:
        raise ValueError
    texts = [value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values]
    return "".join(part + text for part, text in zip(parts, [*texts, ""], strict=True))


def _merge(arguments: list[Json]) -> dict[str, Json]:
    left, right, *_ = arguments
    if not isinstance(left, dict) or not isinstance(right, dict):
        raise TypeError
    return {**left, **right}


def _add(arguments: list[Json]) -> int:
    left, right = arguments
    if not isinstance(left, int) or not isinstance(right, int):
        raise TypeError
    return left + right


_FUNCTIONS: dict[str, Callable[[list[Json]], Json]] = {
    "Format": _format,
    "StringToJson": lambda given: json.loads(given[0]),  # type: ignore[arg-type]
    "JsonToString": lambda given: json.dumps(given[0], ensure_ascii=False, separators=(",", ":")),
    "Array": lambda given: given,
    "ArrayLength": lambda given: len(given[0]),  # type: ignore[arg-type]
    "ArrayGetItem": lambda given: given[0][given[1]],  # type: ignore[index]
    "JsonMerge": _merge,
    "MathAdd": _add,
    "UUID": lambda _given: new_id(),
}
