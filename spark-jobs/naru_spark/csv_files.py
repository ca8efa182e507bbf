"""CSV drops of the landing zone: encoding and header of each file, then all rows as text."""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import islice

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from naru_spark.contract import DataSet
from naru_spark.csv_headers import match_columns
from naru_spark.errors import JobError, UnreadableError
from naru_spark.storage import Storage, StoredFile
from naru_spark.unmarked import SAMPLED_ROWS, looks_personal

# Enough to meet Korean text in a file of Korean text; rows behind it that don't decode become bad rows.
_SAMPLE_BYTES = 1 << 18
# Java's name of CP949, the Korean Windows code page.
_CP949 = "MS949"
_DAY = re.compile(r"/dt=([^/]*)/[^/]*$")
_RECORD = "__record"

# How the name of a drop ends that `import_tables` made of a table: two quotes are empty text there, not null.
TABLE_FILE = ".table.csv"
# What is null beside a field without anything: no file has it, as files with NUL are refused.
_NO_TEXT = "\0"

# Beside the contract's columns: the file's day, whether the row has the header's fields, its text and place.
META = ("landing_day", "malformed", "record", "source_file", "block_start", "position")


@dataclass(frozen=True)
class CsvFile:
    """One drop: its place, day, encoding and header, and the contract's columns in the header's order.

    `personal` has a line for each column that looks personal by the file's first rows and is not marked.
    """

    uri: str
    day: str
    encoding: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    personal: tuple[str, ...]


def landing_files(storage: Storage, landing: str, data_set: DataSet) -> list[StoredFile]:
    """The set's drops, unread."""
    root = f"{landing}/{data_set.domain}/{data_set.name}"
    # One level up too: a drop beside the day folders is told, not passed over.
    return _drops(storage, f"{root}/*") + _drops(storage, f"{root}/*/*")


def landing_day(uri: str) -> str:
    """What stands behind `dt=` in a drop's folder, a day or not; nothing where it lies in no such folder."""
    found = _DAY.search(uri)
    return found[1] if found else ""


def described(storage: Storage, uris: Iterable[str], data_set: DataSet) -> list[CsvFile]:
    """Drops by their first bytes. Raises UnreadableError with every file that the contract can't read."""
    found, faults = [], []
    for uri in uris:
        start = storage.read_start(uri, _SAMPLE_BYTES)
        try:
            found.append(describe(uri, start, data_set))
        except JobError as error:
            faults.append(f"{uri}: {error}")
    if faults:
        raise UnreadableError("; ".join(faults))
    return found


def landing_days(storage: Storage, landing: str, data_set: DataSet) -> list[str]:
    """The days that the set has files of, as their folders say, readable or not."""
    files = _drops(storage, f"{landing}/{data_set.domain}/{data_set.name}/*/*")
    return sorted({landing_day(file.uri) for file in files} - {""})


def describe(uri: str, sample: bytes, data_set: DataSet) -> CsvFile:
    """Day, encoding and header of a file, from its path and first bytes. Raises JobError with all faults."""
    day = _day(uri)
    if not uri.lower().endswith(".csv") or sample.startswith(b"PK\x03\x04"):
        raise JobError("is not a CSV file; save the sheet as CSV (UTF-8 or CP949)")
    encoding, text = _decode(sample)
    rows = csv.reader(io.StringIO(text), delimiter=data_set.delimiter)
    header = next(rows, [])
    columns = match_columns(header, data_set)
    sampled = islice(_whole_rows(rows, len(columns), len(sample) == _SAMPLE_BYTES), SAMPLED_ROWS)
    personal = looks_personal(data_set, columns, list(sampled))
    return CsvFile(uri, day, encoding, tuple(header), columns, tuple(personal))


def read_files(spark: SparkSession, files: list[CsvFile], data_set: DataSet) -> DataFrame:
    """All rows: the contract's columns as text, and META. Files of one shape are read together."""
    shapes: dict[tuple[str, tuple[str, ...], bool], list[CsvFile]] = defaultdict(list)
    for file in files:
        shapes[file.encoding, file.header, _of_table(file)].append(file)
    frames = [_read(spark, alike, data_set) for alike in shapes.values()]
    return reduce(DataFrame.unionByName, frames)


def _read(spark: SparkSession, alike: list[CsvFile], data_set: DataSet) -> DataFrame:
    shape = alike[0]
    fields = [T.StructField(name, T.StringType()) for name in (*_field_names(shape), _RECORD)]
    rows = spark.read.csv(
        [_literal_path(file.uri) for file in alike],
        schema=T.StructType(fields),
        header=True,
        encoding=shape.encoding,
        sep=data_set.delimiter,
        quote='"',
        escape='"',
        multiLine=True,
        # Spark takes what equals this for null too, whatever stood in quotes.
        nullValue=_NO_TEXT if _of_table(shape) else "",
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=_RECORD,
    ).toDF(*shape.columns, _RECORD)
    path = F.col("_metadata.file_path")
    return rows.select(
        *(F.col(column.name) for column in data_set.columns),
        F.regexp_extract(path, r"/dt=(\d{4}-\d{2}-\d{2})/[^/]*$", 1).alias("landing_day"),
        F.col(_RECORD).isNotNull().alias("malformed"),
        F.col(_RECORD).alias("record"),
        path.alias("source_file"),
        F.col("_metadata.file_block_start").alias("block_start"),
        # Rises within one block of one file, which is all that "the first of two rows" needs.
        F.monotonically_increasing_id().alias("position"),
    )


def _of_table(file: CsvFile) -> bool:
    return file.uri.lower().endswith(TABLE_FILE)


def _whole_rows(rows: Iterator[list[str]], width: int, cut: bool) -> Iterator[list[str]]:
    """Rows as wide as the header; of a cut text all but the last, which may be a part of one."""
    previous: list[str] = []
    try:
        for row in rows:
            if len(previous) == width:
                yield previous
            previous = row
    except csv.Error:
        # A field without end; Spark tells which rows it spoils.
        return
    if not cut and len(previous) == width:
        yield previous


def _field_names(shape: CsvFile) -> tuple[str, ...]:
    """The file's own headers where a schema can hold them: Spark logs every header that differs from it."""
    # Names that differ in case only are one name to Spark.
    names = {name.lower() for name in shape.header}
    return shape.header if len(names) == len(shape.header) and "" not in names else shape.columns


def _drops(storage: Storage, pattern: str) -> list[StoredFile]:
    files = storage.list_files(pattern)
    return [file for file in files if not file.uri.rsplit("/", 1)[-1].startswith(("_", "."))]


def _day(uri: str) -> str:
    day = landing_day(uri)
    try:
        if datetime.date.fromisoformat(day).isoformat() == day:
            return day
    except ValueError:
        pass
    raise JobError("must lie in a folder dt=YYYY-MM-DD, the day that the data is of")


def _decode(sample: bytes) -> tuple[str, str]:
    if b"\0" in sample:
        raise JobError("holds NUL bytes (UTF-16?); save it as UTF-8 or CP949")
    for encoding, codec in (("UTF-8", "utf-8"), (_CP949, "cp949")):
        text = _strict(sample, codec)
        if text is not None:
            return encoding, text.lstrip("\ufeff")
    raise JobError("is neither UTF-8 nor CP949; save it as one of them")


def _strict(sample: bytes, codec: str) -> str | None:
    try:
        # Not final: the sample may end within a character.
        return codecs.getincrementaldecoder(codec)("strict").decode(sample)
    except UnicodeDecodeError:
        return None


def _literal_path(uri: str) -> str:
    """Spark takes input paths for globs; brackets are common in the names of Korean files."""
    return re.sub(r"([\\{}\[\]*?])", r"\\\1", uri)
