"""JSON: objects one behind the other, or rows below a path."""

from __future__ import annotations

import json
import re

from .inference import STRING, type_of_json, wider
from .schema import CrawlError, Schema

_STEP = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\*|\d+)\]")


def classify_json(text: str, whole: bool, path: str = "$") -> Schema | None:
    """The schema of JSON; None for other text.

    :param whole: whether the text is all of the file; else its end may be cut
    :param path: where rows stand, of a custom classifier
    :raises CrawlError: for a path that is not available locally.
    """
    values = _values(text, whole)
    if values is None:
        return None
    if path == "$" and all(isinstance(value, list) for value in values):
        # Glue's own classifier takes a list at the root for one column.
        values = [{"array": value} for value in values]
    rows = [row for row in _below(values, path) if isinstance(row, dict)]
    if not rows:
        return None
    columns: dict[str, object] = {}
    for row in rows:
        for name, value in row.items():
            found = type_of_json(value)
            name = name.lower()
            known = columns.get(name)
            columns[name] = found if known is None or found is None else wider(known, found)  # type: ignore[arg-type]
            if columns[name] is None:
                columns[name] = known
    typed = tuple((name, type_ or STRING) for name, type_ in columns.items())
    return Schema(
        "json",
        typed,  # type: ignore[arg-type]
        "org.openx.data.jsonserde.JsonSerDe",
        "org.apache.hadoop.mapred.TextInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        {"paths": ",".join(sorted(columns))},
        {},
    )


def _values(text: str, whole: bool) -> list[object] | None:
    decoder = json.JSONDecoder()
    values: list[object] = []
    at = _skip(text, 0)
    if at == len(text) or text[at] not in "{[":
        return None
    while at < len(text):
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError:
            if whole or not values:
                return None
            break
        values.append(value)
        at = _skip(text, at)
    return values


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def _below(values: list[object], path: str) -> list[object]:
    steps = _STEP.findall(path[1:])
    if (
        not path.startswith("$")
        or "".join(f".{name}" if name else f"[{item}]" for name, item in steps) != path[1:]
    ):
        raise CrawlError(
            f"the path {path} is not available locally; write names and [*] only, such as $.rows[*]"
        )
    for name, item in steps:
        if name:
            values = [value[name] for value in values if isinstance(value, dict) and name in value]
        else:
            inner = [value for value in values if isinstance(value, list)]
            values = [one for value in inner for one in (value if item == "*" else value[int(item) :][:1])]
    return values
