"""Pseudonyms against the vectors that Node and the shipper share, and what a plan shows of keys."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from naru_spark.errors import JobError
from naru_spark.pseudonym import hmac_sha256, normalise, pads, pseudonym, with_pads
from tests.conftest import EventLog
from tests.lake import Lake, key_of

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"


def golden(name: str) -> list[dict[str, Any]]:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("epoch", [1, 2])
def test_golden_vectors(spark: SparkSession, epoch: int) -> None:
    vectors = [v for v in golden("pseudonyms.json") if v["epoch"] == epoch]
    keys = {v["kind"]: bytes.fromhex(v["keyHex"]) for v in vectors}
    assert len(keys) > 1
    rows = spark.createDataFrame([(v["kind"], v["value"]) for v in vectors], "kind string, value string")
    value = F.col("value")
    made = with_pads(rows.coalesce(1), pads(spark, keys)).select(
        F.coalesce(*(F.when(F.col("kind") == kind, normalise(kind, value)) for kind in keys)),
        F.coalesce(*(F.when(F.col("kind") == kind, pseudonym(kind, value)) for kind in keys)),
    )
    assert [tuple(row) for row in made.collect()] == [(v["normalised"], v["pseudonym"]) for v in vectors]


def test_rfc_4231(spark: SparkSession) -> None:
    for case in golden("hmac-sha256.json"):
        made = with_pads(
            spark.createDataFrame([(bytearray.fromhex(case["dataHex"]),)], "data binary"),
            pads(spark, {"user-id": bytes.fromhex(case["keyHex"])}),
        ).select(hmac_sha256(F.col("`__user-id_inner_pad`"), F.col("`__user-id_outer_pad`"), F.col("data")))
        # Case 5 of the RFC is a truncated MAC.
        assert made.first()[0][: len(case["macHex"])] == case["macHex"]


def test_kinds_never_join_and_null_stays_null(spark: SparkSession) -> None:
    keys = {"email": b"a" * 32, "user-id": b"b" * 32}
    rows = spark.createDataFrame([("x",), (None,)], "value string").coalesce(1)
    made = with_pads(rows, pads(spark, keys)).select(
        pseudonym("email", F.col("value")), pseudonym("user-id", F.col("value"))
    )
    (one, other), nothing = made.collect()
    assert one != other
    assert tuple(nothing) == (None, None)


def spellings(key: bytes) -> Iterator[str]:
    """How a key or its pads could be printed: hex, base64, lists of unsigned and of signed bytes."""
    block = key.ljust(64, b"\0")
    for secret in (key, bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)):
        start = secret[:15]
        yield from (start.hex(), start.hex().upper(), base64.b64encode(start).decode())
        for numbers in (list(start), [b - 256 if b > 127 else b for b in start]):
            yield from (", ".join(map(str, numbers)), ",".join(map(str, numbers)))


def test_neither_key_nor_pad_stands_in_any_plan(
    spark: SparkSession, capsys: pytest.CaptureFixture[str]
) -> None:
    key = bytes(range(200, 232))
    frame = with_pads(spark.range(3).selectExpr("string(id) as value"), pads(spark, {"user-id": key}))
    frame = frame.select(pseudonym("user-id", F.col("value")).alias("p"))
    frame.collect()
    frame.explain(True)
    plans = capsys.readouterr().out + frame._jdf.queryExecution().toString()
    assert "BroadcastNestedLoopJoin" in plans
    assert [spelling for spelling in spellings(key) if spelling in plans] == []


def test_neither_key_nor_person_stands_in_the_event_log(lake: Lake, event_log: EventLog) -> None:
    rows = "S-EVENT-1,독고나루,,010-7391-5527,학과,1\nS-EVENT-2,독고나루,,,학과,9\n"
    lake.drop("sis.students", "2026-11-20", "학번,이름,주민등록번호,휴대전화,학과,학년\n" + rows)
    assert lake.run("curate", only=["sis.students"]).errors == []
    log = event_log()
    assert "BroadcastNestedLoopJoin" in log
    keys = [spelling for kind in ("student-id", "phone") for spelling in spellings(key_of(kind))]
    assert [
        secret for secret in (*keys, "S-EVENT", "독고나루", "7391-5527", "73915527") if secret in log
    ] == []


def test_an_unknown_kind_is_told(spark: SparkSession) -> None:
    with pytest.raises(JobError, match="identifier kind 'shoe-size' is unknown: write one of address"):
        normalise("shoe-size", F.lit("x"))
