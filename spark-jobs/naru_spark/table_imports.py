"""Which tables of databases become drops: the file that `--tables` names, checked as a whole."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from naru_spark.contract import DataSet
from naru_spark.errors import JobError

#: Rows that a driver asks for at once, and keeps in memory.
FETCH_SIZE = 1000

# Without credentials and without options: what TLS is, is not for a URL to say.
_URL = re.compile(r"jdbc:(postgresql|mysql)://[A-Za-z0-9.-]+(:[0-9]{1,5})?/([^/?;&\s]+)")
_TABLE = re.compile(r"[^.\s\"`]+(\.[^.\s\"`]+)?")
_KEYS = {"dataSet", "url", "table", "secret", "partitionColumn", "partitions", "fetchSize", "authority"}
_MOST_PARTITIONS = 64


@dataclass(frozen=True)
class TableImport:
    """A table, the set that it becomes a drop of, and how it is read."""

    data_set: DataSet
    engine: str
    url: str
    #: Of the URL.
    database: str
    table: str
    #: Name or ARN of a secret of Secrets Manager with `username` and `password`.
    secret: str
    #: A column of whole numbers that parts the table into `partitions` reads at once; None: one read.
    partition_column: str | None
    partitions: int
    fetch_size: int
    #: Certificates in PEM that the server's must come from; None: those that the Java trusts.
    authority: str | None


def parse_imports(text: str, data_sets: Mapping[str, DataSet]) -> tuple[TableImport, ...]:
    """Reads the file of tables. Raises JobError that lists every fault; no URL is shown."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise JobError(f"tables: not JSON ({error})") from error
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        raise JobError("tables: must be an array of objects with dataSet, url, table and secret")
    faults: list[str] = []
    imports = [_import(item, f"tables[{at}]", data_sets, faults) for at, item in enumerate(raw)]
    names = [item.get("dataSet") for item in raw]
    faults += [
        f"tables[{at}].dataSet: is {name} again; a drop of a day is one table's"
        for at, name in enumerate(names)
        if name in names[:at]
    ]
    if faults:
        raise JobError("; ".join(faults))
    return tuple(one for one in imports if one is not None)


def _import(
    raw: dict[str, Any], at: str, data_sets: Mapping[str, DataSet], faults: list[str]
) -> TableImport | None:
    found: list[str] = []
    data_set = data_sets.get(str(raw.get("dataSet")))
    if data_set is None or data_set.ingestion != "csv":
        found.append("dataSet: is no set of CSV files among the contracts")
    url = _URL.fullmatch(str(raw.get("url")))
    if url is None:
        found.append("url: must be jdbc:postgresql://host:port/database or jdbc:mysql://…, and no more")
    if not _TABLE.fullmatch(str(raw.get("table", ""))):
        found.append("table: must be a table's name, or schema.table")
    if not isinstance(raw.get("secret"), str) or not raw["secret"]:
        found.append("secret: must be the name or ARN of a secret with username and password")
    column, partitions = raw.get("partitionColumn"), raw.get("partitions", 1)
    if column is not None and (not isinstance(column, str) or not column):
        found.append("partitionColumn: must be the name of a column of whole numbers, or left out")
    if not _whole(partitions, _MOST_PARTITIONS):
        found.append(f"partitions: must be a whole number from 1 to {_MOST_PARTITIONS}")
    elif partitions > 1 and column is None:
        found.append("partitionColumn: is missing; partitions are ranges of a column of whole numbers")
    fetch_size = raw.get("fetchSize", FETCH_SIZE)
    if not _whole(fetch_size, 1_000_000):
        found.append("fetchSize: must be a whole number of rows from 1 to 1000000")
    authority = raw.get("authority")
    if authority is not None and "-----BEGIN CERTIFICATE-----" not in str(authority):
        found.append("authority: must be certificates in PEM, or left out")
    found += [f"{key}: is no key of it" for key in sorted(raw.keys() - _KEYS)]
    if found or data_set is None or url is None:
        faults += [f"{at}.{fault}" for fault in found]
        return None
    return TableImport(
        data_set=data_set,
        engine=url[1],
        url=url[0],
        database=url[3],
        table=raw["table"],
        secret=raw["secret"],
        partition_column=column,
        partitions=partitions,
        fetch_size=fetch_size,
        authority=authority,
    )


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most
