"""Hive types, custom prefixes, and the conversion of JSON values: pure functions, no server."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from naru_cloud.firehose.conversion import ConversionError, TableSchema, convert
from naru_cloud.firehose.prefix import PrefixError, check_prefix, evaluate_prefix
from naru_cloud.hive_types import HiveTypeError, duckdb_type, parse_hive_type

MIDNIGHT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hive", "duckdb"),
    [
        ("string", "VARCHAR"),
        ("DECIMAL(10,2)", "DECIMAL(10,2)"),
        ("decimal", "DECIMAL(10,0)"),
        ("array<struct<a:int,b:map<string,double>>>", 'STRUCT("a" INTEGER, "b" MAP(VARCHAR, DOUBLE))[]'),
        ("varchar(20)", "VARCHAR"),
    ],
)
def test_hive_types_are_read(hive: str, duckdb: str) -> None:
    assert duckdb_type(parse_hive_type(hive)) == duckdb


@pytest.mark.parametrize("wrong", ["number", "array<int", "struct<a>", "map<string>", "int int", ""])
def test_wrong_types_are_named(wrong: str) -> None:
    with pytest.raises(HiveTypeError, match=f'type "{wrong}"'):
        parse_hive_type(wrong)


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        ("int", "12", 12),
        ("int", Decimal("12.0"), 12),
        ("bigint", 2**40, 2**40),
        ("boolean", "TRUE", True),
        ("decimal(5,2)", Decimal("1.005"), "1.00"),
        ("string", 7, "7"),
        ("date", "2026-11-21", "2026-11-21"),
        ("timestamp", "2026-11-21T00:00:00.5+09:00", "2026-11-20 15:00:00.500000+00"),
        ("timestamp", "2026-11-20 15:00:00", "2026-11-20 15:00:00.000000+00"),
        ("timestamp", int(MIDNIGHT.timestamp() * 1000), "2026-11-20 15:00:00.000000+00"),
        ("array<int>", [1, None, "3"], [1, None, 3]),
        ("struct<a:int>", {"A": 1, "b": 2}, {"a": 1}),
        ("int", None, None),
    ],
)
def test_values_that_fit_are_converted(type_: str, value: object, expected: object) -> None:
    assert convert(value, parse_hive_type(type_), "c") == expected


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        ("int", "1.5"),
        ("int", 2**31),
        ("int", True),
        ("int", "secret"),
        ("boolean", "yes"),
        ("double", "NaN"),
        ("decimal(3,2)", "12.34"),
        ("date", "21.11.2026"),
        ("timestamp", "secret"),
        ("array<int>", {"a": 1}),
        ("struct<a:int>", "secret"),
    ],
)
def test_values_that_do_not_fit_are_named_by_column_and_never_shown(type_: str, value: object) -> None:
    with pytest.raises(ConversionError) as refused:
        convert(value, parse_hive_type(type_), "c")
    assert str(refused.value).startswith("column c: ")
    assert "secret" not in str(refused.value)


def test_a_record_may_hold_several_documents_and_missing_keys() -> None:
    schema = TableSchema([("a", parse_hive_type("int")), ("b", parse_hive_type("string"))], {"b": "beta"})
    assert schema.rows(b'{"A": 1, "beta": "x", "more": 1}\n{"a": 2}') == [
        {"a": 1, "b": "x"},
        {"a": 2, "b": None},
    ]
    for wrong in (b"", b"[1]", b'{"a": ', b"\xff"):
        with pytest.raises(ConversionError):
            schema.rows(wrong)


def test_prefixes_are_evaluated_in_their_time_zone() -> None:
    prefix = "a/!{partitionKeyFromLambda:k}/!{timestamp:yyyy-MM-dd'T'HH}/!{firehose:error-output-type}/"
    assert (
        evaluate_prefix(prefix, MIDNIGHT, "Asia/Seoul", {"k": "v"}, "failed") == "a/v/2026-11-21T00/failed/"
    )
    assert evaluate_prefix(prefix, MIDNIGHT, "UTC", {"k": "v"}, "failed") == "a/v/2026-11-20T15/failed/"
    drawn = {evaluate_prefix("!{firehose:random-string}", MIDNIGHT, "UTC", {}) for _ in range(5)}
    assert len(drawn) == 5
    with pytest.raises(PrefixError, match='"k"'):
        evaluate_prefix(prefix, MIDNIGHT, "UTC", {})


@pytest.mark.parametrize("wrong", ["!{timestamp:QQ}/", "!{partitionKeyFromQuery:k}/", "!{timestamp:yyyy"])
def test_wrong_prefixes_are_refused(wrong: str) -> None:
    with pytest.raises(PrefixError):
        check_prefix(wrong, "Prefix", {"timestamp"})
