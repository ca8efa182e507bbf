"""JSON objects, one a line, with the names that their table's columns have."""

from __future__ import annotations

import json
from pathlib import Path

from ..hive_types import HiveType
from .catalog import Table
from .errors import QueryError


def name_as_columns(path: Path, table: Table) -> None:
    """Rewrites a file so that keys are named as the table's columns and fields, which Hive keeps in lower case.

    Keys that the SerDe's `mapping.<column>` names become that column; keys of maps stay as they are.

    :raises QueryError: for a line that is no JSON object, unless the table says `ignore.malformed.json`.
    """
    renamed = {
        key.lower(): column.removeprefix("mapping.").lower()
        for column, key in table.serde_parameters.items()
        if column.startswith("mapping.")
    }
    lenient = table.serde_parameters.get("ignore.malformed.json", "").lower() == "true"
    types = dict(table.columns)
    lines = path.read_bytes().decode("utf-8", errors="replace").split("\n")
    with path.open("w", encoding="utf-8") as out:
        for line in lines:
            if line.strip():
                row = _object(line, lenient, table)
                named = {renamed.get(key.lower(), key.lower()): value for key, value in row.items()}
                known = {name: _named(value, types[name]) for name, value in named.items() if name in types}
                out.write(json.dumps(known, ensure_ascii=False) + "\n")


def _object(line: str, lenient: bool, table: Table) -> dict[str, object]:
    try:
        parsed = json.loads(line)
    except ValueError:
        parsed = None
    if isinstance(parsed, dict):
        return parsed
    if lenient:
        return {}
    # Without the line: it may be personal data.
    raise QueryError(
        f"HIVE_CURSOR_ERROR: Row is not a valid JSON Object: table {table.database}.{table.name}; each object wants a "
        "line of its own, or the table 'ignore.malformed.json'='true'"
    )


def _named(value: object, type_: HiveType) -> object:
    if type_.name == "struct" and isinstance(value, dict):
        fields = dict(type_.fields)
        lower = {key.lower(): inner for key, inner in value.items()}
        return {name: _named(lower[name], field) for name, field in fields.items() if name in lower}
    if type_.name == "array" and isinstance(value, list):
        return [_named(item, type_.fields[0][1]) for item in value]
    if type_.name == "map" and isinstance(value, dict):
        return {key: _named(item, type_.fields[1][1]) for key, item in value.items()}
    return value
