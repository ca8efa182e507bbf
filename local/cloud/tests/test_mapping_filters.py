"""Filter criteria, rule by rule."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from naru_cloud.event_source_mapping.filters import FilterError, Filters
from naru_cloud.event_source_mapping.record import StreamRecord

EVENT = {"page": "/home", "ms": 20, "user": {"kind": "Student"}, "tags": ["a", "b"], "none": None, "ok": True}


def fits(pattern: object, data: object = EVENT) -> bool:
    text = data if isinstance(data, str) else json.dumps(data)
    return Filters([json.dumps(pattern)]).pass_on(
        StreamRecord("1", "key-7", text.encode(), datetime.now(UTC))
    )


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"page": ["/home", "/x"]}, True),
        ({"page": ["/x"]}, False),
        ({"page": [{"prefix": "/h"}]}, True),
        ({"page": [{"suffix": "me"}]}, True),
        ({"page": [{"anything-but": ["/home"]}]}, False),
        ({"missing": [{"anything-but": ["/home"]}]}, False),
        ({"ms": [{"numeric": ["=", 20]}]}, True),
        ({"ms": [{"numeric": [">", 20]}]}, False),
        ({"ms": ["20"]}, False),
        ({"ok": [1]}, False),
        ({"ok": [True]}, True),
        ({"user": {"kind": [{"equals-ignore-case": "student"}]}}, True),
        ({"user": {"kind": ["Student"], "age": [3]}}, False),
        ({"tags": ["b"]}, True),
        ({"none": [None]}, True),
        ({"missing": [{"exists": False}], "page": [{"exists": True}]}, True),
        ({"$or": [{"page": ["/x"]}, {"ms": [20]}]}, True),
        ({"$or": [{"page": ["/x"]}, {"ms": [21]}]}, False),
    ],
)
def test_rules_on_json(rules: dict[str, object], expected: bool) -> None:
    assert fits({"data": rules}) is expected


def test_text_fits_patterns_for_text_only() -> None:
    assert fits({"data": ["plain"]}, "plain")
    assert not fits({"data": ["other"]}, "plain")
    assert not fits({"data": {"page": ["/home"]}}, "plain")
    assert not fits({"data": ["/home"]})
    assert not fits({"data": {"page": ["/home"]}}, "[" * 100_000)


def test_what_surrounds_the_data_can_be_asked_for() -> None:
    assert fits({"partitionKey": ["key-7"]}, "plain")
    assert not fits({"partitionKey": [{"prefix": "other"}]})


@pytest.mark.parametrize(
    "pattern",
    [
        {"data": {"page": [{"wildcard": "/h*"}]}},
        {"data": {"page": [{"anything-but": {"prefix": "/h"}}]}},
        {"data": {"ms": [{"numeric": [">", "1"]}]}},
        {"data": {"page": []}},
        {"data": {"page": "/home"}},
        {"$or": [{"page": ["/x"]}]},
        {},
    ],
)
def test_what_is_not_understood_is_refused(pattern: dict[str, object]) -> None:
    with pytest.raises(FilterError, match=r"Filters\[0\].Pattern"):
        Filters([json.dumps(pattern)])


def test_more_than_five_filters_and_no_json_are_refused() -> None:
    with pytest.raises(FilterError, match="at most 5"):
        Filters(['{"partitionKey": ["a"]}'] * 6)
    with pytest.raises(FilterError, match="is not JSON"):
        Filters(["{"])
