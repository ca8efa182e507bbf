"""The contracts that ship with Naru: the jobs read them, and write the tables that they declare."""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pytest
from pyspark.sql import SparkSession

from naru_spark.contract import load_contracts, stored_schema
from tests.lake import Lake
from tests.shipped import Shipped

DAY = "2026-11-20"
# Written by a stream, and held to its contract with it.
STREAMED = "lms.course_events_per_minute"
# How DuckDB prints the types of the contracts.
DUCKDB_TYPES = {"string": "VARCHAR", "int": "INTEGER"}
USER = "-_" + "0" * 19 + "w"


def value(spec: dict[str, Any], column: dict[str, Any], row: int) -> str:
    """An invented value that the column's contract allows; the rows of a set have different ones."""
    if column["allowed"] is not None:
        return column["allowed"][row % len(column["allowed"])]
    if column["type"] in ("int", "bigint", "double"):
        return str((column["minimum"] or 0) + row)
    made = {
        "date": f"2026-01-0{row + 1}",
        "timestamp": f"{DAY} 0{row}:00:00",
        "boolean": "true",
        "email": f"nobody{row}@example.org",
        "phone": f"010-0000-000{row}",
        "student-id": f"2026000{row}",
        "resident-number": f"050101-300000{row}",
    }
    return made.get(column["kind"] or column["type"], f"x{row}")


@pytest.fixture(scope="module")
def filled(spark: SparkSession, shipped: Shipped, tmp_path_factory: pytest.TempPathFactory) -> Lake:
    """A lake after one run of every job, two invented rows in each set."""
    lake = Lake(spark, tmp_path_factory.mktemp("shipped"))
    for spec in shipped.specs:
        if spec["ingestion"] == "csv":
            lines = [[column["source"] for column in spec["columns"]]]
            lines += [[value(spec, column, row) for column in spec["columns"]] for row in range(2)]
            lake.drop(spec["id"], DAY, "\n".join(spec["delimiter"].join(line) for line in lines))
        else:
            deliver(lake, spec, shipped.stored[spec["id"]])
    report = lake.run("curate", "page_views", "master_table", contracts=shipped.specs)
    assert report.errors == []
    assert {item.data_set: (item.status, item.bad_by_reason) for item in report.curated} == {
        spec["id"]: ("written", {}) for spec in shipped.specs
    }
    return lake


def deliver(lake: Lake, spec: dict[str, Any], stored: list[tuple[str, str]]) -> None:
    """Raw rows as Firehose delivers them: pseudonymised already."""
    columns = {column["name"]: column for column in spec["columns"]}

    def text(name: str, row: int) -> str:
        if name == "pseudonym_epoch":
            return "1"
        return USER if columns[name]["treatment"] == "pseudonymise" else value(spec, columns[name], row)

    rows = [", ".join(f"'{text(name, row)}'::{kind} as {name}" for name, kind in stored) for row in range(2)]
    folder = lake.root / "raw" / spec["domain"] / spec["name"] / f"dt={DAY}"
    folder.mkdir(parents=True)
    query = " union all ".join(f"select {row}" for row in rows)
    duckdb.sql(f"copy ({query}) to '{folder}/1.parquet' (format parquet, compression snappy)")


def test_spark_stores_the_columns_that_the_catalogue_declares(shipped: Shipped) -> None:
    data_sets = load_contracts(json.dumps(shipped.specs))
    assert len(data_sets) >= 7
    for data_set in data_sets:
        fields = [(field.name, field.dataType.simpleString()) for field in stored_schema(data_set)]
        assert fields == [*shipped.stored[data_set.id], ("dt", "string")]


def test_the_files_of_every_table_have_the_columns_of_its_contract(filled: Lake, shipped: Shipped) -> None:
    assert {
        "lms.page_views_by_course_hour",
        "music.artist_master",
        "ops.quality_results",
        "ops.pseudonym_status",
        STREAMED,
    } == set(shipped.derived)
    for name, columns in shipped.stored.items():
        if name == STREAMED:
            continue
        files = filled.files("curated", name.replace(".", "/"))
        assert files != [], name
        read = f"read_parquet('{files[0]}', hive_partitioning = false)"
        found = duckdb.sql(f"describe select * from {read}").fetchall()
        declared = [(column, DUCKDB_TYPES.get(kind, kind.upper())) for column, kind in columns]
        assert [(row[0], row[1]) for row in found] == declared, name
