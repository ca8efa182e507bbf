"""Python and Spark find the personal data that Node finds: golden cases, random columns, random texts."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from naru_spark.detection import Evidence, candidates, likeliest
from naru_spark.unmarked import shows

PROJECT = Path(__file__).parents[2]
SHOWN = ("email", "phone", "resident-number")
GOLDEN = json.loads((PROJECT / "tests/golden/detection.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", GOLDEN["columns"], ids=lambda case: case["what"])
def test_golden_columns(case: dict[str, Any]) -> None:
    found = likeliest([Evidence(**reason) for reason in case["named"]], case["values"])
    assert (found and found.kind, found and found.score) == (case["kind"], case["score"])


def test_golden_texts(spark: SparkSession) -> None:
    rows = json.dumps(GOLDEN["texts"])
    frame = spark.range(1).select(
        F.inline(F.from_json(F.lit(rows), "array<struct<text string, kind string>>"))
    )
    found = F.coalesce(*(F.when(shows(kind, F.col("text")), F.lit(kind)) for kind in SHOWN))
    wrong = frame.where(~F.col("kind").eqNullSafe(found)).collect()
    assert [row["text"] for row in wrong] == []
    assert frame.count() == len(GOLDEN["texts"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Node makes of the random columns and texts."""
    folder = tmp_path_factory.mktemp("detection")
    write = ["node", "-r", "ts-node/register", "tests/property/write-columns.ts", str(folder)]
    subprocess.run(write, cwd=PROJECT, check=True, capture_output=True)
    return folder


def test_random_columns(folder: Path) -> None:
    rows = [
        json.loads(line) for line in (folder / "columns.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    ]
    assert len(rows) == 3000
    kinds: Counter[str] = Counter()
    for place, row in enumerate(rows):
        found = [[reason.kind, reason.score, reason.why] for reason in candidates([], row["values"])]
        assert found == row["found"], f"column {place}"
        kinds.update(kind for kind, _, _ in found)
    everything = {"email", "phone", "card-number", "ip-address", "address", "person-name", "resident-number"}
    assert set(kinds) == everything
    assert min(kinds.values()) > 50


def test_random_texts(spark: SparkSession, folder: Path) -> None:
    fields = ", ".join(f"`{kind}`: boolean" for kind in SHOWN)
    rows = spark.read.schema(f"text string, shown struct<{fields}>").json(f"file://{folder}/texts.jsonl")
    measures = [F.count(F.lit(1)).alias("texts")]
    for kind in SHOWN:
        said, found = F.col(f"shown.`{kind}`"), shows(kind, F.col("text"))
        measures.append(F.count(F.when(said, 1)).alias(f"{kind} shown"))
        measures.append(F.count(F.when(~said.eqNullSafe(found), 1)).alias(f"{kind} wrong"))
    row = rows.agg(*measures).first()
    assert row is not None
    assert row["texts"] == 30_000
    assert [row[f"{kind} wrong"] for kind in SHOWN] == [0, 0, 0]
    assert min(row[f"{kind} shown"] for kind in SHOWN) > 300
