"""Pseudonyms against the vectors that Node and the shipper share, and what a plan shows of keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from naru_spark.errors import JobError
from naru_spark.pseudonym import hmac_sha256, normalise, pads, pseudonym, with_pads

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"


def golden(name: str) -> list[dict[str, Any]]:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def test_golden_vectors(spark: SparkSession) -> None:
    vectors = golden("pseudonyms.json")
    keys = {(v["kind"], v["epoch"]): bytes.fromhex(v["keyHex"]) for v in vectors}
    assert len(vectors) > 20
    for (kind, epoch), key in keys.items():
        mine = [v for v in vectors if (v["kind"], v["epoch"]) == (kind, epoch)]
        rows = spark.createDataFrame([(v["value"],) for v in mine], "value string").coalesce(1)
        made = with_pads(rows, pads(spark, {kind: key})).select(
            normalise(kind, F.col("value")).alias("normalised"),
            pseudonym(kind, F.col("value")).alias("pseudonym"),
        )
        assert [tuple(row) for row in made.collect()] == [(v["normalised"], v["pseudonym"]) for v in mine]


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


def test_neither_key_nor_pad_stands_in_any_plan(spark: SparkSession) -> None:
    key = bytes(range(200, 232))
    frame = with_pads(spark.range(3).selectExpr("string(id) as value"), pads(spark, {"user-id": key}))
    frame = frame.select(pseudonym("user-id", F.col("value")).alias("p"))
    frame.collect()
    plans = frame._jdf.queryExecution().toString() + frame._jdf.queryExecution().executedPlan().treeString()
    assert "BroadcastNestedLoopJoin" in plans
    block = key.ljust(64, b"\0")
    for secret in (key, bytes(b ^ 0x36 for b in block), bytes(b ^ 0x5C for b in block)):
        start = secret[:16]
        for spelling in (
            start.hex(),
            start.hex().upper(),
            ", ".join(map(str, start)),
            start.decode("latin-1"),
        ):
            assert spelling not in plans


def test_an_unknown_kind_is_told(spark: SparkSession) -> None:
    with pytest.raises(JobError, match="identifier kind 'shoe-size' is unknown: write one of address"):
        normalise("shoe-size", F.lit("x"))
