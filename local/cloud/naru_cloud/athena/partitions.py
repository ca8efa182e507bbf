"""Which partitions a table has: projected by its properties, or registered in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from ..clients import ClientSet
from ..firehose.prefix import JAVA_LETTERS
from .catalog import Catalog, Table
from .errors import QueryError
from .objects import S3Object, list_objects

_RELATIVE = re.compile(
    r"NOW(?:\s*([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?", re.IGNORECASE
)
_UNITS = {
    "YEAR": 365.25,
    "MONTH": 30.4375,
    "WEEK": 7.0,
    "DAY": 1.0,
    "HOUR": 1 / 24,
    "MINUTE": 1 / 1440,
    "SECOND": 1 / 86400,
}


@dataclass(frozen=True)
class PartitionedObject:
    """An object and the values of its partition keys, in their order."""

    object: S3Object
    values: tuple[str, ...]


def partitioned_objects(clients: ClientSet, table: Table) -> list[PartitionedObject]:
    """The data objects of a table that Athena would see."""
    if not table.partition_keys:
        return [PartitionedObject(item, ()) for item in list_objects(clients, table.location)]
    if table.parameters.get("projection.enabled", "").lower() == "true":
        return _projected(clients, table)
    return _registered(clients, table)


def _registered(clients: ClientSet, table: Table) -> list[PartitionedObject]:
    base = table.location.rstrip("/") + "/"
    partitions = Catalog(clients).partitions(table)
    inner: dict[str, tuple[str, ...]] = {}
    found: list[PartitionedObject] = []
    for values, location in partitions:
        if location.startswith(base):
            inner[location.rstrip("/") + "/"] = tuple(values)
        else:
            found += [PartitionedObject(item, tuple(values)) for item in list_objects(clients, location)]
    if inner:
        # One listing of the whole table is quicker than one for each partition below it.
        for item in list_objects(clients, base):
            folder = item.url.rpartition("/")[0] + "/"
            while len(folder) > len(base) and folder not in inner:
                folder = folder.rstrip("/").rpartition("/")[0] + "/"
            if folder in inner:
                found.append(PartitionedObject(item, inner[folder]))
    return found


def _projected(clients: ClientSet, table: Table) -> list[PartitionedObject]:
    names = [name for name, _ in table.partition_keys]
    hive = table.location.rstrip("/") + "/" + "/".join(f"{name}=${{{name}}}" for name in names)
    template = table.parameters.get("storage.location.template", hive).rstrip("/")
    pattern = re.compile(
        "".join(
            f"(?P<{part[2:-1]}>[^/]+)" if part.startswith("${") else re.escape(part)
            for part in re.split(r"(\$\{\w+\})", template)
        )
        + "/"
    )
    found: list[PartitionedObject] = []
    for item in list_objects(clients, template.partition("${")[0].rpartition("/")[0]):
        match = pattern.match(item.url)
        if match is None:
            continue
        values = tuple(unquote(match.group(name)) for name in names)
        if all(_is_projected(table, name, value) for name, value in zip(names, values, strict=True)):
            found.append(PartitionedObject(item, values))
    return found


def _is_projected(table: Table, name: str, value: str) -> bool:
    """Whether partition projection makes this value; what it does not make, Athena does not see."""
    property_ = f"projection.{name}."
    kind = table.parameters.get(f"{property_}type", "").lower()
    allowed = table.parameters.get(f"{property_}range", "")
    if kind == "enum":
        return value in table.parameters.get(f"{property_}values", "").split(",")
    if kind == "injected":
        return True
    if kind == "integer":
        low, _, high = allowed.partition(",")
        return value.isdigit() and int(low) <= int(value) <= int(high)
    if kind == "date":
        form = _python_format(table.parameters.get(f"{property_}format", "yyyy-MM-dd"))
        try:
            moment = datetime.strptime(value, form).replace(tzinfo=UTC)
        except ValueError:
            return False
        low, _, high = allowed.partition(",")
        return _moment(low, form, table) <= moment <= _moment(high, form, table)
    raise QueryError(
        f"INVALID_TABLE_PROPERTY: table {table.database}.{table.name}: projection.{name}.type is "
        f'"{kind}"; use date, enum, integer or injected'
    )


def _python_format(pattern: str) -> str:
    for java, python in JAVA_LETTERS.items():
        pattern = pattern.replace(java, python)
    return pattern.replace("'", "")


def _moment(text: str, form: str, table: Table) -> datetime:
    """A bound of a date range: a date in the property's own format, or NOW with a distance. NOW is in UTC."""
    relative = _RELATIVE.fullmatch(text.strip())
    if relative is not None:
        now = datetime.now(UTC)
        if relative.group(1) is None:
            return now
        days = int(relative.group(2)) * _UNITS[relative.group(3).upper()]
        return now + timedelta(days=days if relative.group(1) == "+" else -days)
    try:
        return datetime.strptime(text.strip(), form).replace(tzinfo=UTC)
    except ValueError:
        raise QueryError(
            f'INVALID_TABLE_PROPERTY: table {table.database}.{table.name}: "{text}" is neither NOW nor a date in '
            "the projection's format"
        ) from None


def hive_values(key: str, prefix: str, names: Sequence[str]) -> tuple[tuple[str, ...], str] | None:
    """Values and folder of a key below `prefix` in Hive's layout (`a=1/b=2/`), for MSCK REPAIR TABLE."""
    values: list[str] = []
    folder = prefix
    for name, part in zip(names, key[len(prefix) :].split("/"), strict=False):
        left, sign, right = part.partition("=")
        if not sign or left.lower() != name:
            return None
        values.append(unquote(right))
        folder += part + "/"
    return (tuple(values), folder) if len(values) == len(names) else None
