"""What a file is and which columns it has: custom classifiers first, in their order, then Glue's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..protocol import Json
from .json_files import classify_json
from .parquet_files import classify_parquet
from .schema import CrawlError, Schema
from .separated_files import CsvOptions, classify_separated

#: Bytes of a text file that are looked at; a file is of one kind from its start.
SAMPLE_BYTES = 1024 * 1024

#: First bytes of files that hold text in no encoding, with what they are.
_BINARY = {
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "compressed by gzip",
    b"ORC": "ORC",
    b"Obj\x01": "Avro",
}


@dataclass(frozen=True)
class Sample:
    """The start of a file, or all of it."""

    start: bytes
    whole: bool
    #: Fetches all of it, for formats that are read from their end.
    fetch: Callable[[], Path] = field(compare=False)


def classify(sample: Sample, classifiers: Sequence[Json]) -> Schema | None:
    """The schema of a file; None for what no classifier knows.

    :raises CrawlError: for a classifier, a format or an encoding that is not available.
    """
    if sample.start.startswith(b"PAR1"):
        return classify_parquet(sample.fetch())
    for mark, what in _BINARY.items():
        if sample.start.startswith(mark):
            raise CrawlError(f"a file is {what}; Parquet, CSV and JSON are crawled locally")
    text = _text(sample)
    for classifier in classifiers:
        found = _custom(classifier, text, sample.whole)
        if found is not None:
            return found
    return classify_json(text, sample.whole) or classify_separated(text, None)


def _custom(classifier: Json, text: str, whole: bool) -> Schema | None:
    ((kind, given),) = [(kind, given) for kind, given in classifier.items() if isinstance(given, Mapping)]
    if kind == "CsvClassifier":
        return classify_separated(text, CsvOptions.of(given))
    if kind == "JsonClassifier":
        return classify_json(text, whole, str(given["JsonPath"]))
    raise CrawlError(f"{given['Name']}: a {kind} is not available locally; CSV and JSON classifiers are")


def _text(sample: Sample) -> str:
    start = sample.start
    if not sample.whole:
        # A character or line that the sample cuts is left out.
        start = start[: start.rfind(b"\n") + 1] or start
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CrawlError(
            "a file is not UTF-8. Glue reads text as UTF-8 only, and would catalogue broken names and values: convert "
            "it first (iconv -f cp949 -t utf-8), or describe it by a contract, which takes CP949"
        ) from None
