"""Keyed pseudonyms with Spark's built-in functions: HMAC-SHA-256 by its two pads, no Python in the executors.

The pads reach Spark as data, one broadcast row, never as literals: a literal would stand in `explain` and in
the event log. A value is hashed once a row, not once a distinct value: finding the distinct ones would
shuffle clear values to disk, and takes as long as hashing them all (`bench/README.md`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Callable

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from naru_spark.errors import JobError

# SHA-256 works on blocks of 64 bytes (FIPS 180-4); HMAC's pads are one block each (RFC 2104).
_BLOCK = 64
# 128 of the 256 bits, which base64 makes 22 characters and two "=" of.
_PSEUDONYM_BYTES = 16
_PSEUDONYM_CHARACTERS = 22
_SPACE = " \t\r\n"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOWER = _UPPER.lower()


def _ascii_lower(value: Column) -> Column:
    return F.when(_is_ascii(value), F.lower(value)).otherwise(F.translate(value, _UPPER, _LOWER))


def _ascii_upper(value: Column) -> Column:
    return F.when(_is_ascii(value), F.upper(value)).otherwise(F.translate(value, _LOWER, _UPPER))


def _is_ascii(value: Column) -> Column:
    """As many bytes as characters. `translate` spares letters beyond ASCII, and costs as much as an HMAC."""
    return F.octet_length(value) == F.char_length(value)


def _digits(value: Column) -> Column:
    return F.regexp_replace(value, "[^0-9]", "")


def _phone(value: Column) -> Column:
    return F.regexp_replace(_digits(value), "^82([1-9])", "0$1")


def _as_is(value: Column) -> Column:
    return value


_NORMALISE: dict[str, Callable[[Column], Column]] = {
    "email": _ascii_lower,
    "ip-address": _ascii_lower,
    "student-id": _ascii_upper,
    "user-id": _ascii_upper,
    "phone": _phone,
    "resident-number": _digits,
    "card-number": _digits,
    "person-name": _as_is,
    "address": _as_is,
    "birth-date": _as_is,
}


def normalise(kind: str, value: Column) -> Column:
    """The one spelling of an identifier that is hashed. Raises JobError for an unknown kind."""
    if kind not in _NORMALISE:
        raise JobError(f"identifier kind {kind!r} is unknown: write one of {', '.join(sorted(_NORMALISE))}")
    return _NORMALISE[kind](F.btrim(value, F.lit(_SPACE)))


def pads(spark: SparkSession, keys: Mapping[str, bytes]) -> DataFrame:
    """One row with the inner and outer HMAC pad of each epoch key, by its name: the kind, or `name_of`."""
    fields, values = [], []
    for kind, key in sorted(keys.items()):
        block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
        for pad, byte in (("inner", 0x36), ("outer", 0x5C)):
            fields.append(T.StructField(_pad(kind, pad), T.BinaryType(), nullable=False))
            values.append(bytes(b ^ byte for b in block))
    return _one_row(spark, T.StructType(fields), values)


def with_pads(frame: DataFrame, pads: DataFrame) -> DataFrame:
    """The frame with the pad columns beside each row, for `pseudonym`; select what is to stay afterwards."""
    return frame.crossJoin(F.broadcast(pads))


def name_of(kind: str, epoch: int) -> str:
    """Name of a kind's key where keys of several epochs stand beside a row."""
    return f"{kind}_{epoch}"


def pseudonym(kind: str, value: Column, key: str | None = None) -> Column:
    """The pseudonym of a text column beside `with_pads`; null stays null, empty text gets one of its own.

    `key` is the name of the epoch key, where it is not the kind.
    """
    message = normalise(kind, value).cast("binary")
    inner, outer = (F.col(_pad(kind if key is None else key, pad)) for pad in ("inner", "outer"))
    return _base64url(F.substring(F.unhex(hmac_sha256(inner, outer, message)), 1, _PSEUDONYM_BYTES))


def _base64url(pseudonym: Column) -> Column:
    """RFC 4648, section 5. Spark has base64 with `+`, `/` and `=` only.

    Bytes are cut faster than text, whose characters are counted; two `replace` take less than a `translate`.
    """
    text = F.substring(F.base64(pseudonym).cast("binary"), 1, _PSEUDONYM_CHARACTERS).cast("string")
    return F.replace(F.replace(text, F.lit("+"), F.lit("-")), F.lit("/"), F.lit("_"))


def hmac_sha256(inner: Column, outer: Column, message: Column) -> Column:
    """HMAC-SHA-256 (RFC 2104) of a binary column as 64 lower-case hex digits."""
    return F.sha2(F.concat(outer, F.unhex(F.sha2(F.concat(inner, message), 256))), 256)


def _pad(kind: str, pad: str) -> str:
    return f"__{kind}_{pad}_pad"


def _one_row(spark: SparkSession, schema: T.StructType, values: list[bytes]) -> DataFrame:
    """A frame of one row made inside the JVM: `createDataFrame` would write the row to a temporary file."""
    gateway = spark.sparkContext._gateway
    cells = gateway.new_array(gateway.jvm.Object, len(values))
    for index, value in enumerate(values):
        cells[index] = value
    rows = gateway.jvm.java.util.ArrayList()
    rows.add(gateway.jvm.org.apache.spark.sql.RowFactory.create(cells))
    session = spark._jsparkSession
    return DataFrame(session.createDataFrame(rows, session.parseDataType(schema.json())), spark)
