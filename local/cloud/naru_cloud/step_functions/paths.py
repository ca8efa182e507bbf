"""Reference paths: the part of JSONPath that state machines of ours use."""

from __future__ import annotations

import copy
import re

Json = object

_STEP = re.compile(
    r"\.(?P<name>[^.\[\]'\"\s*]+)|\['(?P<quoted>[^']*)'\]|\[(?P<index>\d+)\]|(?P<all>\[\*\]|\.\*)"
)


class PathError(ValueError):
    """A path that can't be read, or that finds nothing; the message names the path."""


def parse_path(path: str) -> list[str | int | None]:
    """The steps of a path such as `$.a.b[0]['c'][*]`; None stands for `[*]`.

    :raises PathError: for anything else, such as filters and `..`.
    """
    rest = path[2:] if path.startswith("$$") else path[1:]
    if not path.startswith("$"):
        raise PathError(f'"{path}" is not a path; it must start with $')
    steps: list[str | int | None] = []
    while rest:
        match = _STEP.match(rest)
        if match is None:
            raise PathError(
                f'path "{path}": "{rest}" is not available locally; use .name, [\'name\'], [0] or [*]'
            )
        if match.group("index") is not None:
            steps.append(int(match.group("index")))
        elif match.group("all") is not None:
            steps.append(None)
        else:
            steps.append(match.group("name") or match.group("quoted"))
        rest = rest[match.end() :]
    return steps


def find(path: str, data: Json, context: Json) -> Json:
    """What a path points at; `$$` looks into the context object.

    :raises PathError: when it points at nothing.
    """
    start = context if path.startswith("$$") else data
    steps = parse_path(path)
    found = [start]
    for step in steps:
        found = [item for value in found for item in _step(value, step)]
    if None in steps:
        return copy.deepcopy(found)
    if not found:
        raise PathError(f"The JSONPath '{path}' could not be found in the input")
    return copy.deepcopy(found[0])


def exists(path: str, data: Json, context: Json) -> bool:
    """Whether a path points at something."""
    try:
        find(path, data, context)
    except PathError:
        return False
    return True


def put(path: str, data: Json, value: Json) -> Json:
    """The data with a value at a path (ResultPath); objects on the way are made.

    :raises PathError: when something on the way is not an object.
    """
    steps = parse_path(path)
    if not steps:
        return value
    changed = copy.deepcopy(data) if isinstance(data, dict) else {}
    place: Json = changed
    for position, step in enumerate(steps):
        if not isinstance(step, str) or not isinstance(place, dict):
            raise PathError(f"ResultPath '{path}' can not be applied to the input")
        if position == len(steps) - 1:
            place[step] = value
        else:
            place = place.setdefault(step, {})
    return changed


def _step(value: Json, step: str | int | None) -> list[Json]:
    if step is None:
        if isinstance(value, list):
            return value
        return list(value.values()) if isinstance(value, dict) else []
    if isinstance(step, int):
        return [value[step]] if isinstance(value, list) and step < len(value) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
