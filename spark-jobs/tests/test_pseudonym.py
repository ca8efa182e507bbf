"""Pseudonyms against the vectors that Node and the shipper share, and what a plan shows of keys."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from naru_spark.errors import JobError
from naru_spark.pseudonym import key_row, name_of, normalise, pseudonym, with_keys
from naru_spark.pseudonym_functions import register_functions
from tests.builtin_pseudonym import builtin_pseudonym, builtin_spelling
from tests.conftest import EventLog
from tests.lake import Lake, key_of

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"
# Nobody's: the built-in functions show them in plans and in the event log, which is searched for all others.
PUBLIC_KEYS = (bytes(range(32)), bytes(range(32, 64)))


def golden(name: str) -> list[dict[str, Any]]:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("epoch", [1, 2])
def test_golden_vectors(spark: SparkSession, epoch: int) -> None:
    vectors = [v for v in golden("pseudonyms.json") if v["epoch"] == epoch]
    keys = {v["kind"]: bytes.fromhex(v["keyHex"]) for v in vectors}
    assert len(keys) > 1
    rows = spark.createDataFrame([(v["kind"], v["value"]) for v in vectors], "kind string, value string")
    value = F.col("value")
    made = with_keys(rows.coalesce(1), key_row(spark, keys)).select(
        F.coalesce(*(F.when(F.col("kind") == kind, normalise(kind, value)) for kind in keys)),
        F.coalesce(*(F.when(F.col("kind") == kind, pseudonym(kind, value)) for kind in keys)),
    )
    assert [tuple(row) for row in made.collect()] == [(v["normalised"], v["pseudonym"]) for v in vectors]


def test_rfc_4231(spark: SparkSession) -> None:
    """Keys of up to two blocks, messages that are no UTF-8; a pseudonym is the first half of the MAC."""
    for case in golden("hmac-sha256.json"):
        made = with_keys(
            spark.createDataFrame([(bytearray.fromhex(case["dataHex"]),)], "data binary"),
            key_row(spark, {"address": bytes.fromhex(case["keyHex"])}),
        ).select(pseudonym("address", F.col("data")))
        half = bytes.fromhex(case["macHex"])[:16]
        assert made.first()[0] == base64.urlsafe_b64encode(half).decode().rstrip("=")


def test_kinds_never_join_and_null_stays_null(spark: SparkSession) -> None:
    keys = {"email": b"a" * 32, "user-id": b"b" * 32}
    rows = spark.createDataFrame([("x",), (None,)], "value string").coalesce(1)
    made = with_keys(rows, key_row(spark, keys)).select(
        pseudonym("email", F.col("value")), pseudonym("user-id", F.col("value"))
    )
    (one, other), nothing = made.collect()
    assert one != other
    assert tuple(nothing) == (None, None)


def awkward_values(number: int) -> list[str | None]:
    """Every length up to several blocks; spaces, signs, letters of each width."""
    random = Random(5)
    alphabets = [
        "0123456789",
        "82 0-+",
        "aZbY@.",
        " \t\r\n x",
        "\u00a0\u3000 \x00A",
        "가나다 Aé",
        "😀Zß\u0130k",
    ]
    texts = ["".join(random.choices(random.choice(alphabets), k=length % 300)) for length in range(number)]
    return [None, "", " ", "82", "821", "+82 010", "820", *texts]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ("lower", "email"),
        ("upper", "user-id"),
        ("digits", "card-number"),
        ("phone", "phone"),
        ("as-is", "address"),
    ],
)
def test_the_class_does_what_builtin_functions_do(spark: SparkSession, rule: str, kind: str) -> None:
    value, key = F.col("value"), PUBLIC_KEYS[0]
    rows = spark.createDataFrame([(text,) for text in awkward_values(3000)], "value string").coalesce(1)
    made = with_keys(rows, key_row(spark, {kind: key}))
    wrong = made.where(
        ~normalise(kind, value).eqNullSafe(builtin_spelling(rule, value))
        | ~pseudonym(kind, value).eqNullSafe(builtin_pseudonym(rule, value, key))
    )
    assert wrong.count() == 0


def test_what_is_remembered_is_right_when_it_is_full_and_of_two_keys(spark: SparkSession) -> None:
    """More people than there are slots, who come back soon and late, in two epochs."""
    people = (F.col("id") % 3) * 40_000 + F.col("id") * 7919 % 40_000
    rows = spark.range(0, 200_000, 1, 1).select(F.concat(F.lit("s"), people.cast("string")).alias("value"))
    keys = {name_of("user-id", epoch): PUBLIC_KEYS[epoch] for epoch in (0, 1)}
    value = F.col("value")
    first, second = (
        pseudonym("user-id", value, name).eqNullSafe(builtin_pseudonym("upper", value, key))
        for name, key in keys.items()
    )
    wrong = with_keys(rows, key_row(spark, keys)).where(~first | ~second)
    assert rows.distinct().count() > 1 << 16
    assert wrong.count() == 0


def test_functions_are_compiled_once_into_a_private_folder(spark: SparkSession) -> None:
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: register_functions(spark), range(6)))
    jars = spark.sparkContext._jsc.sc().listJars()
    (jar,) = [name for name in map(jars.apply, range(jars.size())) if name.endswith("/naru-identifiers.jar")]
    assert jar.startswith("spark://")
    temporary = spark.sparkContext._jvm.java.lang.System.getProperty("java.io.tmpdir")
    folders = [path.parent for path in Path(temporary).glob("naru-*/naru-identifiers.jar")]
    assert folders
    assert {folder.stat().st_mode & 0o777 for folder in folders} == {0o700}


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
    frame = with_keys(spark.range(3).selectExpr("string(id) as value"), key_row(spark, {"user-id": key}))
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
