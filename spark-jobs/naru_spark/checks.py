"""Typing and checking of rows by the contract. A reason is `<column>:<rule>`; it never holds the value."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from naru_spark.contract import PARTITION_COLUMN, ColumnSpec, DataSet, spark_type
from naru_spark.treatments import generalise, generalised_form, masked_form

# What a checked frame has beside the contract's typed columns.
SOURCE, REASONS, NULLS = "source", "reasons", "nulls"
# Where a row of a file stood.
_PLACE = ("landing_day", "source_file", "block_start", "position")
# A pseudonym as it arrives from the stream: base64url of 16 bytes. They fill two bits of the last character.
_PSEUDONYM = r"\A[A-Za-z0-9_-]{21}[AQgw]\z"
# Java writes this for bytes that are no character of the file's encoding.
_UNDECODABLE = "\ufffd"
# Combining marks and the single letters of Hangul syllables. Text with them would get another pseudonym than
# the same text composed (NFC), and Spark has no normaliser to compose it.
_DECOMPOSED = r"[\u0300-\u036f\u1100-\u11ff]"
_DECIMAL_POINT = r"([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_TIMESTAMP = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
_OFFSET = r"(Z|[+-][0-9]{2}:?[0-9]{2})"
# Spark's casts are lenient ("3.7" is the int 3): a value must look like its type first.
_FORMS = {
    "int": r"[+-]?[0-9]+",
    "bigint": r"[+-]?[0-9]+",
    "double": rf"[+-]?{_DECIMAL_POINT}([eE][+-]?[0-9]+)?",
    "boolean": r"(?i:true|false)",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "timestamp": rf"{_TIMESTAMP}{_OFFSET}?",
}


def check_text(data_set: DataSet, rows: DataFrame) -> DataFrame:
    """Rows of text (of `csv_files`) as typed columns, reasons against each row, and its text in `source`."""
    return check_fields(data_set, rows, "row:fields", _PLACE)


def check_fields(data_set: DataSet, rows: DataFrame, malformed: str, place: tuple[str, ...]) -> DataFrame:
    """As `check_text`: `malformed` is the reason against a row that can't be read, `place` is kept beside."""
    columns = data_set.columns
    typed = [_typed(column, data_set.time_zone).alias(column.name) for column in columns]
    fields = [F.when(F.col("malformed"), F.lit(malformed))]
    # One fault a row is told when its fields are not where they should be.
    faults = [
        F.when(~F.col("malformed"), fault) for column in columns for fault in _text_faults(data_set, column)
    ]
    source = F.struct(*(F.col(column.name) for column in columns), F.col("record"))
    return rows.select(
        *typed,
        F.array_compact(F.array(*fields, *faults)).alias(REASONS),
        _nulls(columns).alias(NULLS),
        source.alias(SOURCE),
        *(F.col(name) for name in place),
    )


def check_typed(data_set: DataSet, rows: DataFrame) -> DataFrame:
    """Rows of the raw zone, typed and pseudonymised already, with the reasons against each row."""
    columns = data_set.stored_columns
    faults = [fault for column in columns for fault in _stored_faults(data_set, column)]
    path = F.col("_metadata.file_path")
    return rows.select(
        *(F.col(field) for field in rows.columns),
        F.array_compact(F.array(*faults)).alias(REASONS),
        _nulls(columns).alias(NULLS),
        F.struct(*(F.col(column.name).cast("string").alias(column.name) for column in columns)).alias(SOURCE),
        F.col(PARTITION_COLUMN).alias("landing_day"),
        path.alias("source_file"),
        F.col("_metadata.file_block_start").alias("block_start"),
        F.monotonically_increasing_id().alias("position"),
    )


def is_decomposed(text: Column) -> Column:
    """Whether text has another pseudonym than its composed form, which looks the same."""
    return text.rlike(_DECOMPOSED)


def possible_reasons(column: str) -> list[str]:
    """The reasons that make a value of the column invalid (a missing one is null, not invalid)."""
    rules = (
        "type",
        "encoding",
        "normalForm",
        "generalise",
        "pattern",
        "allowed",
        "minimum",
        "maximum",
        "maxLength",
    )
    return [f"{column}:{rule}" for rule in rules]


def _nulls(columns: tuple[ColumnSpec, ...]) -> Column:
    return F.array_compact(F.array(*(F.when(_absent(column), F.lit(column.name)) for column in columns)))


def _absent(column: ColumnSpec) -> Column:
    value = F.col(column.name)
    # Empty text is text; an empty number or date is none.
    return (
        value.isNull() if column.type == "string" else value.isNull() | (_trimmed(value.cast("string")) == "")
    )


def _trimmed(value: Column) -> Column:
    return F.btrim(value, F.lit(" \t\r\n"))


def _form(type_name: str) -> str:
    if type_name in _FORMS:
        return _FORMS[type_name]
    # A decimal with more digits behind the point than the contract has would be rounded silently.
    scale = spark_type(type_name).jsonValue().partition(",")[2].rstrip(")")
    return rf"[+-]?[0-9]+(\.[0-9]{{0,{scale}}})?"


def _typed(column: ColumnSpec, time_zone: str) -> Column:
    """The text column's value in the contract's type; null when it is absent or not of that type."""
    value = F.col(column.name)
    if column.type == "string":
        return value
    text = _trimmed(value)
    cast = text.cast(spark_type(column.type))
    if column.type == "timestamp":
        # Without an offset it is wall-clock time of the contract's zone; the session's zone is UTC.
        cast = F.when(text.rlike(rf"{_OFFSET}\z"), cast).otherwise(F.to_utc_timestamp(cast, time_zone))
    return F.when(text.rlike(rf"\A{_form(column.type)}\z"), cast)


def _text_faults(data_set: DataSet, column: ColumnSpec) -> list[Column]:
    text, value, absent = F.col(column.name), _typed(column, data_set.time_zone), _absent(column)
    faults = [_fault(column, "encoding", text.contains(_UNDECODABLE))]
    if column.type != "string":
        faults.append(_fault(column, "type", ~absent & value.isNull()))
    if column.treatment == "pseudonymise":
        faults.append(_fault(column, "normalForm", is_decomposed(text)))
    if column.treatment == "generalise" and column.kind is not None:
        faults.append(_fault(column, "generalise", ~absent & generalise(column.kind, text).isNull()))
    return [*_required(data_set, column), *faults, *_limits(column, value)]


def _stored_faults(data_set: DataSet, column: ColumnSpec) -> list[Column]:
    value = F.col(column.name)
    if column.treatment == "keep":
        return [*_required(data_set, column), *_limits(column, value)]
    # The contract's limits are about the value that was treated; what arrives must be what a treatment makes.
    return [*_required(data_set, column), _fault(column, "pattern", ~value.rlike(_treated_form(column)))]


def _treated_form(column: ColumnSpec) -> str:
    if column.treatment == "mask" and column.keep_last is not None:
        return masked_form(column.keep_last)
    if column.treatment == "generalise" and column.kind is not None:
        return generalised_form(column.kind)
    return _PSEUDONYM


def _required(data_set: DataSet, column: ColumnSpec) -> list[Column]:
    # A row without a key or a day has no place in the table, whatever the contract says.
    needed = column.required or column.name in (*data_set.primary_key, data_set.partition_from)
    return [_fault(column, "required", _absent(column))] if needed else []


def _limits(column: ColumnSpec, value: Column) -> list[Column]:
    faults = []
    if column.pattern is not None:
        faults.append(_fault(column, "pattern", ~value.rlike(rf"\A(?:{column.pattern})\z")))
    if column.allowed is not None:
        faults.append(_fault(column, "allowed", ~value.cast("string").isin(*column.allowed)))
    if column.minimum is not None:
        faults.append(_fault(column, "minimum", value < F.lit(column.minimum)))
    if column.maximum is not None:
        faults.append(_fault(column, "maximum", value > F.lit(column.maximum)))
    if column.max_length is not None:
        faults.append(_fault(column, "maxLength", F.char_length(value) > column.max_length))
    return faults


def _fault(column: ColumnSpec, rule: str, broken: Column) -> Column:
    return F.when(broken, F.lit(f"{column.name}:{rule}"))
