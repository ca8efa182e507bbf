"""Spark and Node agree on 5,000 seeded random values of each kind; Node makes the file (tests/property)."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from naru_spark.checks import is_decomposed
from naru_spark.pseudonym import key_row, normalise, pseudonym, with_keys
from naru_spark.treatments import generalise, mask

PROJECT = Path(__file__).parents[2]
PER_KIND = 5000
COARSE = ("birth-date", "address", "ip-address")
FIELDS = "kind string, place int, value string, normalised string, pseudonym string, composed boolean"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Node makes of the values; it takes five seconds."""
    folder = tmp_path_factory.mktemp("agreement")
    write = ["node", "-r", "ts-node/register", "tests/property/write.ts", str(folder)]
    subprocess.run(write, cwd=PROJECT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def made(spark: SparkSession, folder: Path) -> DataFrame:
    return spark.read.schema(f"{FIELDS}, masked string, generalised string").json(
        f"file://{folder}/values.jsonl"
    )


def keys_of(folder: Path) -> dict[str, bytes]:
    return {kind: bytes.fromhex(key) for kind, key in json.loads((folder / "keys.json").read_text()).items()}


def wrong(rows: DataFrame, **found: Column) -> dict[str, Any]:
    """The number of values; per field how many Spark makes otherwise than Node, and the first's place."""
    wrongs = {field: ~F.col(field).eqNullSafe(column) for field, column in found.items()}
    measures = [F.count(F.lit(1)).alias("values")]
    for field, is_wrong in wrongs.items():
        measures.append(F.count(F.when(is_wrong, 1)).alias(field))
        measures.append(F.min(F.when(is_wrong, F.col("place"))).alias(f"first_{field}"))
    row = rows.agg(*measures).first()
    assert row is not None
    return {name: number for name, number in row.asDict().items() if number}


def test_spelling_and_pseudonym_of_every_kind(spark: SparkSession, made: DataFrame, folder: Path) -> None:
    keys = keys_of(folder)
    assert len(keys) == 10
    value = F.col("value")
    padded = with_keys(made, key_row(spark, keys))
    for kind in keys:
        rows = padded.where(F.col("kind") == kind)
        assert wrong(rows, normalised=normalise(kind, value), pseudonym=pseudonym(kind, value)) == {
            "values": PER_KIND
        }, kind


def test_normal_form_and_mask(made: DataFrame) -> None:
    value = F.col("value")
    assert wrong(made, composed=~is_decomposed(value), masked=mask(value, 4)) == {"values": 10 * PER_KIND}


@pytest.mark.parametrize("kind", COARSE)
def test_coarser_values(made: DataFrame, kind: str) -> None:
    rows = made.where(F.col("kind") == kind)
    assert rows.where("generalised is not null").count() > 100
    assert wrong(rows, generalised=generalise(kind, F.col("value"))) == {"values": PER_KIND}
