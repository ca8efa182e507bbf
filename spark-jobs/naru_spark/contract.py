"""The derived data contracts (`contracts.json`) and the schemas that follow from them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pyspark.sql import types as T

from naru_spark.detection import Evidence
from naru_spark.errors import JobError
from naru_spark.treatments import generalised_form

PARTITION_COLUMN = "dt"
EPOCH_COLUMN = "pseudonym_epoch"

# Separators of CSV files, and what an error calls them.
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}

# Treatments after which different values may be one.
MERGING_TREATMENTS = ("mask", "generalise", "drop")
TREATMENTS = ("keep", "pseudonymise", *MERGING_TREATMENTS)

_TYPES: dict[str, T.DataType] = {
    "string": T.StringType(),
    "int": T.IntegerType(),
    "bigint": T.LongType(),
    "double": T.DoubleType(),
    "boolean": T.BooleanType(),
    "date": T.DateType(),
    "timestamp": T.TimestampType(),
}
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")


@dataclass(frozen=True)
class ColumnSpec:
    """One column: its name in every store, its header in the file, and what its values must keep to."""

    name: str
    source: str
    type: str
    required: bool
    treatment: str
    kind: str | None
    keep_last: int | None
    pattern: str | None
    allowed: tuple[str, ...] | None
    minimum: float | None
    maximum: float | None
    max_length: int | None
    # What its names say; None where the contract marks it as personal or says why it is not.
    unmarked: tuple[Evidence, ...] | None

    @property
    def stored_type(self) -> str:
        """The column's type outside the closed zone: a treated value is text whatever it was made of."""
        return self.type if self.treatment in ("keep", "drop") else "string"


@dataclass(frozen=True)
class QualityRule:
    """A limit on one number about the data; `error` stops publication, `warning` is reported."""

    name: str
    metric: str
    columns: tuple[str, ...]
    minimum: float | None
    maximum: float | None
    unit: str
    severity: str


@dataclass(frozen=True)
class DataSet:
    """One contract, as far as Spark needs it."""

    id: str
    domain: str
    name: str
    version: str
    ingestion: str
    delimiter: str
    time_zone: str
    partition_from: str | None
    primary_key: tuple[str, ...]
    columns: tuple[ColumnSpec, ...]
    quality: tuple[QualityRule, ...]

    def column(self, name: str) -> ColumnSpec:
        """The column of that name; KeyError when the contract has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def treated(self, treatment: str) -> tuple[ColumnSpec, ...]:
        """The columns with that treatment, in the contract's order."""
        return tuple(column for column in self.columns if column.treatment == treatment)

    @property
    def stored_columns(self) -> tuple[ColumnSpec, ...]:
        """Columns that exist outside the closed zone."""
        return tuple(column for column in self.columns if column.treatment != "drop")


def spark_type(name: str) -> T.DataType:
    """The Spark type of a contract type. Raises JobError for a type that the contract model does not have."""
    decimal = _DECIMAL.fullmatch(name)
    if decimal:
        return T.DecimalType(int(decimal[1]), int(decimal[2]))
    if name not in _TYPES:
        raise JobError(f"contract type {name!r} is unknown: write one of {', '.join(_TYPES)} or decimal(p,s)")
    return _TYPES[name]


def stored_schema(data_set: DataSet) -> T.StructType:
    """Schema of the set's raw and curated tables, the `dt` partition last."""
    fields = [
        T.StructField(column.name, spark_type(column.stored_type)) for column in data_set.stored_columns
    ]
    if data_set.treated("pseudonymise"):
        fields.append(T.StructField(EPOCH_COLUMN, T.IntegerType()))
    return T.StructType([*fields, T.StructField(PARTITION_COLUMN, T.StringType())])


def load_contracts(text: str) -> tuple[DataSet, ...]:
    """Reads `contracts.json`, an array of derived specs. Raises JobError that lists every faulty data set."""
    try:
        specs = json.loads(text)
    except ValueError as error:
        raise JobError(f"contracts: not JSON ({error}); derive the file from the contracts again") from error
    if not isinstance(specs, list):
        raise JobError("contracts: must be an array of data sets; derive the file from the contracts again")
    sets, faults = [], []
    for index, spec in enumerate(specs):
        try:
            sets.append(_data_set(spec))
        except (KeyError, TypeError, JobError) as error:
            where = spec.get("id", f"[{index}]") if isinstance(spec, dict) else f"[{index}]"
            what = f"key {error} is missing" if isinstance(error, KeyError) else str(error)
            faults.append(f"{where}: {what}")
    if faults:
        raise JobError("contracts: " + "; ".join(faults))
    return tuple(sets)


def _data_set(spec: dict[str, Any]) -> DataSet:
    data_set = DataSet(
        id=spec["id"],
        domain=spec["domain"],
        name=spec["name"],
        version=spec["version"],
        ingestion=spec["ingestion"],
        delimiter=_delimiter(spec["delimiter"]),
        time_zone=spec["timeZone"],
        partition_from=spec["partition"].get("from"),
        primary_key=tuple(spec["primaryKey"]),
        columns=tuple(_column(column) for column in spec["columns"]),
        quality=tuple(_rule(rule) for rule in spec["quality"]),
    )
    stored_schema(data_set)
    if data_set.ingestion not in ("csv", "stream"):
        raise JobError(f"ingestion {data_set.ingestion!r} is not curated: pass csv and stream sets only")
    for column in data_set.columns:
        _check_treatment(column)
    known = {column.name for column in data_set.columns}
    used = {*data_set.primary_key, *(name for rule in data_set.quality for name in rule.columns)}
    if unknown := sorted(used - known):
        raise JobError(f"primaryKey or quality names columns that are not there: {', '.join(unknown)}")
    merged = {column.name for name in MERGING_TREATMENTS for column in data_set.treated(name)}
    if lost := sorted(set(data_set.primary_key) & merged):
        told = f"primary key columns can't be dropped, masked or generalised: {', '.join(lost)}"
        raise JobError(f"{told}; pseudonymise them")
    return data_set


def _check_treatment(column: ColumnSpec) -> None:
    treatment, kind = column.treatment, column.kind
    if treatment not in TREATMENTS:
        raise JobError(
            f"{column.name}: treatment {treatment!r} is unknown: write one of {', '.join(TREATMENTS)}"
        )
    if treatment not in ("keep", "drop") and kind is None:
        raise JobError(f"{column.name}: treatment {treatment} needs a kind")
    if treatment == "mask" and (column.keep_last is None or column.keep_last < 1):
        raise JobError(f"{column.name}: treatment mask needs keepLast, a whole number from 1")
    if treatment == "generalise" and kind is not None:
        generalised_form(kind)


def _delimiter(value: object) -> str:
    """A set that names none has commas."""
    if value is None:
        return ","
    if not isinstance(value, str) or value not in DELIMITERS:
        raise JobError(f"delimiter {value!r} is unknown: write one of {', '.join(map(repr, DELIMITERS))}")
    return value


def _column(spec: dict[str, Any]) -> ColumnSpec:
    allowed, unmarked = spec.get("allowed"), spec["unmarked"]
    return ColumnSpec(
        name=spec["name"],
        source=spec["source"],
        type=spec["type"],
        required=spec["required"],
        treatment=spec["treatment"],
        kind=spec.get("kind"),
        keep_last=spec.get("keepLast"),
        pattern=spec.get("pattern"),
        allowed=None if allowed is None else tuple(str(value) for value in allowed),
        minimum=spec.get("minimum"),
        maximum=spec.get("maximum"),
        max_length=spec.get("maxLength"),
        unmarked=None if unmarked is None else tuple(Evidence(**reason) for reason in unmarked),
    )


def _rule(spec: dict[str, Any]) -> QualityRule:
    return QualityRule(
        name=spec["name"],
        metric=spec["metric"],
        columns=tuple(spec["columns"]),
        minimum=spec.get("minimum"),
        maximum=spec.get("maximum"),
        unit=spec["unit"],
        severity=spec["severity"],
    )
