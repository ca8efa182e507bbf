"""Separated text: by a custom classifier's separator, or by the one that fits."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..hive_types import HiveType
from .inference import STRING, type_of_text, widest
from .schema import Schema

#: Separators that Glue's own classifier tries (Glue developer guide, "Built-in CSV classifier"), in their order.
_SEPARATORS = (",", "|", "\t", ";", "\x01")

#: A heading is shorter; what is longer is text of a row (the same page).
_LONGEST_HEADING = 150

_TEXT_INPUT = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_LAZY = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_OPEN = "org.apache.hadoop.hive.serde2.OpenCSVSerde"


@dataclass(frozen=True)
class CsvOptions:
    """What a custom classifier says."""

    separator: str
    quote: str
    #: PRESENT, ABSENT or UNKNOWN.
    header: str
    columns: tuple[str, ...]
    single_column: bool

    @staticmethod
    def of(given: Mapping[str, object]) -> CsvOptions:
        """Reads a `CsvClassifier`, with the defaults of the API."""
        headers = given.get("Header") or []
        assert isinstance(headers, list)
        return CsvOptions(
            separator=str(given.get("Delimiter") or ","),
            quote=str(given.get("QuoteSymbol") or '"'),
            header=str(given.get("ContainsHeader") or "UNKNOWN"),
            columns=tuple(str(name) for name in headers),
            single_column=bool(given.get("AllowSingleColumn") or False),
        )


def classify_separated(text: str, options: CsvOptions | None) -> Schema | None:
    """The schema of separated text; None for other text.

    :param options: of a custom classifier; without, Glue's own looks for a separator
    """
    if options is not None:
        rows = _rows(text, options.separator, options.quote)
        least = 1 if options.single_column else 2
        fits = bool(rows) and len(rows[0]) >= least and _even(rows)
        return _schema(rows, options.separator, options) if fits else None
    for separator in _SEPARATORS:
        rows = _rows(text, separator, '"')
        # Fewer than two columns or rows tell nothing of a table.
        if len(rows) >= 2 and len(rows[0]) >= 2 and _even(rows):
            return _schema(rows, separator, None)
    return None


def _rows(text: str, separator: str, quote: str) -> list[list[str]]:
    lines = text.splitlines(keepends=True)
    return [row for row in csv.reader(lines, delimiter=separator, quotechar=quote) if row]


def _even(rows: Sequence[Sequence[str]]) -> bool:
    return all(len(row) == len(rows[0]) for row in rows)


def _schema(rows: Sequence[Sequence[str]], separator: str, options: CsvOptions | None) -> Schema:
    wanted = "UNKNOWN" if options is None else options.header
    types = _types(rows[1:])
    heading = wanted == "PRESENT" or (wanted == "UNKNOWN" and _is_heading(rows[0], types))
    if not heading:
        types = _types(rows)
    names = rows[0] if heading else [f"col{at}" for at in range(len(rows[0]))]
    if options is not None and len(options.columns) == len(rows[0]):
        names = options.columns
    columns = tuple(zip(_distinct(names), (type_ or STRING for type_ in types), strict=True))
    parameters = {
        "delimiter": separator,
        "areColumnsQuoted": "false" if options is None else "true",
        "columnsOrdered": "true",
        **({"skip.header.line.count": "1"} if heading else {}),
    }
    if options is None:
        serde, given = _LAZY, {"field.delim": separator}
    else:
        serde, given = _OPEN, {"separatorChar": separator, "quoteChar": options.quote}
    return Schema("csv", columns, serde, _TEXT_INPUT, _TEXT_OUTPUT, given, parameters)


def _types(rows: Sequence[Sequence[str]]) -> list[HiveType | None]:
    if not rows:
        return []
    return [widest([type_of_text(row[at]) for row in rows]) for at in range(len(rows[0]))]


def _is_heading(first: Sequence[str], below: Sequence[HiveType | None]) -> bool:
    """The first line is one of names when all of it is short text, and something below it is no text."""
    names = all(type_of_text(field) == STRING and len(field) < _LONGEST_HEADING for field in first)
    return names and any(type_ is not None and type_ != STRING for type_ in below)


def _distinct(names: Sequence[str]) -> list[str]:
    """Lower case, as the catalogue keeps names; empty and repeated ones get a number."""
    found: list[str] = []
    for at, name in enumerate(names):
        clean = name.strip().lower() or f"col{at}"
        found.append(f"{clean}_{at}" if clean in found else clean)
    return found
