"""Record format conversion: JSON documents -> rows of the Glue table's types -> Parquet."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from ..hive_types import HiveType, duckdb_type, literal, parse_hive_type, quote
from ..parquet_files import connect, write_parquet
from ..protocol import new_id

#: Ranges of the integer types, in bits.
INTEGER_BITS = {"tinyint": 8, "smallint": 16, "int": 32, "integer": 32, "bigint": 64}

Row = dict[str, object]


class ConversionError(ValueError):
    """A record that does not fit the table; the message names the column and its type, never the value."""


@dataclass(frozen=True)
class TableSchema:
    """The columns of the Glue table, without its partition keys, and the JSON key of each."""

    columns: Sequence[tuple[str, HiveType]]
    key_mappings: Mapping[str, str]

    @staticmethod
    def of(table: Mapping[str, object], key_mappings: Mapping[str, str]) -> TableSchema:
        """Reads the answer of glue:GetTable."""
        described = table["StorageDescriptor"]["Columns"]  # type: ignore[index]
        return TableSchema([(c["Name"].lower(), parse_hive_type(c["Type"])) for c in described], key_mappings)

    def rows(self, data: bytes) -> list[Row]:
        """The rows of one record: one JSON object, or several one behind the other.

        :raises ConversionError: when it is not JSON or a value does not fit its column.
        """
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            raise ConversionError("the record is not UTF-8") from None
        decoder, position, rows = json.JSONDecoder(parse_float=Decimal), 0, []
        while position < len(text):
            if text[position].isspace():
                position += 1
                continue
            try:
                document, position = decoder.raw_decode(text, position)
            except ValueError:
                raise ConversionError("the record is not JSON") from None
            if not isinstance(document, dict):
                raise ConversionError("the record is not a JSON object")
            by_lower = {key.lower(): value for key, value in document.items()}
            rows.append(
                {
                    name: convert(by_lower.get(self.key_mappings.get(name, name).lower()), type_, name)
                    for name, type_ in self.columns
                }
            )
        if not rows:
            raise ConversionError("the record is empty")
        return rows

    def parquet(self, rows: Sequence[Row], codec: str, folder: Path) -> bytes:
        """The rows as one Parquet file, built in a file of `folder` that is gone when this returns."""
        types = [(name, duckdb_type(type_, "TIMESTAMPTZ")) for name, type_ in self.columns]
        shape = json.dumps({name: _json_shape(type_) for name, type_ in self.columns})
        path = folder / f"{new_id()}.parquet"
        connection = connect(threads=1)
        try:
            connection.execute(f"CREATE TABLE batch ({', '.join(f'{quote(n)} {t}' for n, t in types)})")
            chosen = ", ".join(f"r.{quote(name)}" for name, _ in types)
            connection.execute(
                f"INSERT INTO batch SELECT {chosen} FROM "
                f"(SELECT unnest(from_json(CAST(? AS JSON), {literal(f'[{shape}]')})) AS r)",
                [json.dumps(rows, ensure_ascii=False)],
            )
            write_parquet(connection, "batch", types, path, codec)
            return path.read_bytes()
        finally:
            connection.close()
            path.unlink(missing_ok=True)


def convert(value: object, type_: HiveType, path: str) -> object:
    """A JSON value in the form that stands for its type, as the OpenX JSON SerDe reads it.

    :raises ConversionError: when it does not fit.
    """
    if value is None:
        return None
    try:
        return _convert(value, type_, path)
    except (TypeError, ValueError, InvalidOperation, OverflowError) as error:
        if isinstance(error, ConversionError):
            raise
        raise ConversionError(f"column {path}: the value is not of type {type_.name}") from None


def _convert(value: object, type_: HiveType, path: str) -> object:
    name = type_.name
    if name in ("string", "varchar", "char"):
        return value if isinstance(value, str) else _text(value)
    if name in INTEGER_BITS:
        return _integer(value, INTEGER_BITS[name])
    if name in ("double", "float"):
        number = (
            float(value)
            if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool)
            else math.nan
        )
        if not math.isfinite(number):
            raise ValueError
        return number
    if name == "boolean":
        if str(value).lower() not in ("true", "false"):
            raise ValueError
        return str(value).lower() == "true"
    if name == "decimal":
        return _decimal(value, type_)
    if name == "date":
        return date.fromisoformat(_string(value)).isoformat()
    if name == "timestamp":
        return _timestamp(value)
    if name == "array" and isinstance(value, list):
        return [convert(item, type_.fields[0][1], path) for item in value]
    if name == "map" and isinstance(value, dict):
        return {key: convert(item, type_.fields[1][1], f"{path}.{key}") for key, item in value.items()}
    if name == "struct" and isinstance(value, dict):
        by_lower = {key.lower(): item for key, item in value.items()}
        return {
            field: convert(by_lower.get(field), inner, f"{path}.{field}") for field, inner in type_.fields
        }
    raise ValueError


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda number: float(number))


def _integer(value: object, bits: int) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise TypeError
    number = int(value)
    if number != Decimal(value) or not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
        raise ValueError
    return number


def _decimal(value: object, type_: HiveType) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        raise TypeError
    precision, scale = (*type_.arguments, 0)[:2] if type_.arguments else (10, 0)
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-scale))
    if len(rounded.as_tuple().digits) > precision:
        raise ValueError
    return str(rounded)


def _timestamp(value: object) -> str:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        seconds = float(value)
        # OpenX takes numbers as milliseconds or seconds; beyond the year 5138 seconds are milliseconds.
        moment = datetime.fromtimestamp(seconds / 1000 if abs(seconds) >= 1e11 else seconds, UTC)
    else:
        moment = datetime.fromisoformat(_string(value))
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f+00")


def _json_shape(type_: HiveType) -> object:
    """The type in the form that DuckDB's from_json wants: nested types as JSON, others as text."""
    if type_.name == "array":
        return [_json_shape(type_.fields[0][1])]
    if type_.name == "struct":
        return {name: _json_shape(inner) for name, inner in type_.fields}
    return duckdb_type(type_, "TIMESTAMPTZ")
