"""Keyed pseudonyms: HMAC-SHA-256 in the JVM, no Python in the executors.

The keys reach Spark as data, one broadcast row, never as literals: a literal would stand in `explain` and in
the event log. Each distinct value of a task is hashed once, as far as the values met last are remembered
(`jvm/Identifiers.java`); nothing is shuffled for it, which would write clear values to disk.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from naru_spark.errors import JobError
from naru_spark.pseudonym_functions import keyed_pseudonym, register_functions, spelling

# How a kind is spelled, beside being stripped of space, tab, carriage return and line feed at both ends.
_RULES = {
    "email": "lower",
    "ip-address": "lower",
    "student-id": "upper",
    "user-id": "upper",
    "phone": "phone",
    "resident-number": "digits",
    "card-number": "digits",
    "person-name": "as-is",
    "address": "as-is",
    "birth-date": "as-is",
}


def key_row(spark: SparkSession, keys: Mapping[str, bytes]) -> DataFrame:
    """One row with each epoch key, by its name: the kind, or `name_of`.

    Readies the session for `normalise` and `pseudonym`.
    """
    register_functions(spark)
    schema = T.StructType([T.StructField(_key(name), T.BinaryType(), nullable=False) for name in keys])
    return _one_row(spark, schema, list(keys.values()))


def with_keys(frame: DataFrame, key_row: DataFrame) -> DataFrame:
    """The frame with the keys beside each row, for `pseudonym`; select what is to stay afterwards."""
    return frame.crossJoin(F.broadcast(key_row))


def name_of(kind: str, epoch: int) -> str:
    """Name of a kind's key where keys of several epochs stand beside a row."""
    return f"{kind}_{epoch}"


def normalise(kind: str, value: Column) -> Column:
    """The one spelling of an identifier that is hashed. Raises JobError for an unknown kind."""
    return spelling(_rule(kind), value)


def pseudonym(kind: str, value: Column, key: str | None = None) -> Column:
    """The pseudonym of a text column beside `with_keys`; null stays null, empty text gets one of its own.

    `key` is the name of the epoch key, where it is not the kind. Raises JobError for an unknown kind.
    """
    return keyed_pseudonym(_rule(kind), value, F.col(_key(kind if key is None else key)))


def _rule(kind: str) -> str:
    if kind not in _RULES:
        raise JobError(f"identifier kind {kind!r} is unknown: write one of {', '.join(sorted(_RULES))}")
    return _RULES[kind]


def _key(name: str) -> str:
    return f"__{name}_key"


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
