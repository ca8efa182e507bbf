"""Masked and generalised values against the cases that Node and the shipper share, and through curation."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from naru_spark.checks import is_decomposed
from naru_spark.contract import load_contracts
from naru_spark.errors import JobError
from naru_spark.treatments import generalise, generalised_form, mask, masked_form
from tests.contracts import column, contract, personal, rule
from tests.lake import Lake

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"


def golden(name: str) -> list[dict[str, Any]]:
    return json.loads((GOLDEN / name).read_text(encoding="utf-8"))


def test_golden_generalisations_and_their_form(spark: SparkSession) -> None:
    cases = [case for case in golden("treatments.json") if case["treatment"] == "generalise"]
    kinds = {case["kind"] for case in cases}
    assert len(kinds) == 3
    rows = spark.createDataFrame(
        [(c["kind"], c["value"], c["treated"]) for c in cases], "kind string, v string, t string"
    )
    made = rows.coalesce(1).select(
        "v",
        F.coalesce(*(F.when(F.col("kind") == kind, generalise(kind, F.col("v"))) for kind in kinds)),
        "t",
        F.coalesce(
            *(F.when(F.col("kind") == kind, F.col("t").rlike(generalised_form(kind))) for kind in kinds)
        ),
    )
    rows_made = made.collect()
    assert [(value, got) for value, got, *_ in rows_made] == [(c["value"], c["treated"]) for c in cases]
    assert {formed for *_, treated, formed in rows_made if treated is not None} == {True}


def test_golden_masks_and_their_form(spark: SparkSession) -> None:
    cases = [case for case in golden("treatments.json") if case["treatment"] == "mask"]
    widths = {case["keepLast"] for case in cases}
    rows = spark.createDataFrame([(c["keepLast"], c["value"]) for c in cases], "n int, v string").coalesce(1)
    masked = F.coalesce(*(F.when(F.col("n") == n, mask(F.col("v"), n)) for n in widths))
    form = F.coalesce(*(F.when(F.col("n") == n, masked.rlike(masked_form(n))) for n in widths))
    got = rows.select("v", masked, form).collect()
    assert [tuple(row) for row in got] == [(c["value"], c["treated"], True) for c in cases]


def test_golden_normal_forms(spark: SparkSession) -> None:
    cases = golden("normal-form.json")
    rows = spark.createDataFrame([(case["value"],) for case in cases], "v string").coalesce(1)
    found = [composed for (composed,) in rows.select(~is_decomposed(F.col("v"))).collect()]
    assert found == [case["composed"] for case in cases]


def test_null_stays_null(spark: SparkSession) -> None:
    value = F.lit(None).cast("string")
    kinds = ("birth-date", "address", "ip-address")
    made = spark.range(1).select(mask(value, 2), *(generalise(kind, value) for kind in kinds))
    assert set(made.first() or ()) == {None}


LOANS = contract(
    "library.loans",
    ["loan_id"],
    [
        column("loan_id"),
        personal("phone", "phone", "mask", keepLast=4),
        personal("born", "birth-date", "generalise"),
        column("born_on", "date", kind="birth-date", treatment="generalise"),
        personal("address", "address", "generalise", required=True),
        personal("ip", "ip-address", "generalise"),
    ],
    [rule("few phones twice", "duplicateValues", ["phone"], maximum=0, severity="warning")],
)
HEADER = "loan_id,phone,born,born_on,address,ip\n"


def test_curation_stores_coarse_values_and_quarantines_what_has_none(lake: Lake) -> None:
    lake.drop(
        "library.loans",
        "2026-11-20",
        HEADER
        + "1,010-1234-5678,2001. 2. 3.,2001-02-03,서울특별시 강남구 역삼동 1,2001:db8::1\n"
        + "2,010-9999-5678,,,경기도 성남시 분당구,\n"
        + "3,,someday,,제주,\n"
        + f"4,,,,{unicodedata.normalize('NFD', '서울특별시')} 강남구,1.2.3\n"
        + "5,,,2001-02-30,서울 중구,\n",
    )
    report = lake.curate(contracts=[LOANS]).curated[0]
    assert report.error is None
    assert report.bad_by_reason == {
        "born:generalise": 1,
        "born_on:type": 1,
        "address:generalise": 2,
        "ip:generalise": 1,
    }
    assert lake.rows("curated", "library/loans", "* exclude (dt)") == [
        ("1", "*********5678", "2001", "2001", "서울특별시 강남구", "2001:db8::/48"),
        ("2", "*********5678", None, None, "경기도 성남시", None),
    ]
    assert lake.rows("landing", "quarantine/library/loans", "loan_id") == [("3",), ("4",), ("5",)]


def test_repeats_are_counted_before_the_mask(lake: Lake) -> None:
    rows = ["1,010-1234-5678,,,서울 중구,", "2,010-9999-5678,,,서울 중구,", "3,01099995678,,,서울 중구,"]
    lake.drop("library.loans", "2026-11-20", HEADER + "\n".join(rows))
    (result,) = lake.curate(contracts=[LOANS]).curated[0].quality
    assert (result.measured, result.status) == (1.0, "failed")


def test_a_stream_that_arrives_untreated_goes_to_quarantine(lake: Lake) -> None:
    visits = contract(
        "lms.visits",
        ["id"],
        [column("id"), column("seen_at", "timestamp"), *LOANS["columns"][1:3], LOANS["columns"][5]],
        ingestion="stream",
        day_of="seen_at",
    )
    folder = lake.root / "raw" / "lms" / "visits" / "dt=2026-11-20"
    folder.mkdir(parents=True)
    good = "'a', timestamp '2026-11-20 01:00:00', '****5678', '2001', '203.0.113.0/24'"
    bad = "'b', timestamp '2026-11-20 01:00:00', '01012345678', '2001-02-03', '203.0.113.7'"
    rows = f"select * from (values ({good}), ({bad})) t(id, seen_at, phone, born, ip)"
    duckdb.sql(f"copy ({rows}) to '{folder}/1.parquet' (format parquet, compression snappy)")
    report = lake.curate(contracts=[visits]).curated[0]
    assert report.bad_by_reason == {"phone:pattern": 1, "born:pattern": 1, "ip:pattern": 1}
    assert lake.rows("curated", "lms/visits", "id, phone, born, ip") == [
        ("a", "****5678", "2001", "203.0.113.0/24")
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"treatment": "blur"}, "x: treatment 'blur' is unknown: write one of keep, pseudonymise, mask"),
        ({"treatment": "mask", "keepLast": 4, "kind": None}, "x: treatment mask needs a kind"),
        ({"treatment": "mask"}, "x: treatment mask needs keepLast"),
        ({"treatment": "generalise", "kind": "email"}, "'email' can't be generalised: another treatment, or"),
        ({"treatment": "generalise", "kind": "address", "key": True}, "can't be dropped, masked or general"),
    ],
)
def test_contracts_that_ask_for_what_there_is_not(change: dict[str, Any], told: str) -> None:
    treated = {**personal("x", "phone"), **change}
    spec = contract("a.b", ["x"] if change.get("key") else ["id"], [column("id"), treated])
    with pytest.raises(JobError, match=told):
        load_contracts(json.dumps([spec]))
