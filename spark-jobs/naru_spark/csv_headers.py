"""Headers of CSV files: the contract's column at each position of a file."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from naru_spark.contract import DELIMITERS, DataSet
from naru_spark.errors import JobError


def match_columns(header: Sequence[str], data_set: DataSet) -> tuple[str, ...]:
    """The contract's column name at each position of a file's header. Raises JobError with all faults."""
    written = [_spelling(name) for name in header]
    named = name_headers(written)
    names = {_spelling(column.source): column.name for column in data_set.columns}
    missing = [
        f"{column.source} ({column.name})"
        for column in data_set.columns
        if _spelling(column.source) not in named
    ]
    known = dict(zip(named, written))
    surplus = [name for name in named if name not in names]
    repeated = sorted({known[name] for name in surplus if known[name] in names})
    # A file without a header line has a person's values there: unknown names are told by position only.
    unknown = [str(named.index(name) + 1) for name in surplus if known[name] not in names]
    faults = [
        f"column {', '.join(missing)} is missing" if missing else "",
        f"the header at position {', '.join(unknown)} is not in the contract {data_set.id}"
        if unknown
        else "",
        f"column {', '.join(repeated)} stands there more often than in the contract" if repeated else "",
    ]
    if any(faults):
        told = "; ".join(fault for fault in faults if fault)
        raise JobError(
            f"{told}; the first line must hold the contract's headers, in any order,"
            f" separated by {DELIMITERS[data_set.delimiter]}"
        )
    return tuple(names[name] for name in named)


def name_headers(headers: Sequence[str]) -> list[str]:
    """What contracts call the headers of a file, by the rule of `naru contract from-csv`; each name once.

    As written; `<header>#2`, `#3`, … where that is taken; `#<position>` (from 1) where nothing is written.
    """
    named: list[str] = []
    for position, header in enumerate(headers, 1):
        wanted = header if header != "" else f"#{position}"
        name, number = wanted, 2
        while name in named:
            name, number = f"{wanted}#{number}", number + 1
        named.append(name)
    return named


def _spelling(header: str) -> str:
    # Files from macOS carry Korean decomposed into single letters.
    return unicodedata.normalize("NFC", header).strip()
