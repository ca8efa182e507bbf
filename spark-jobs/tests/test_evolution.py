"""Files of an old and of a new contract read together, by Spark and by DuckDB (as the local Athena does).

What `naru contract diff` allows must be readable by both; what it refuses because a reader fails must fail.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from naru_spark.contract import load_contracts, stored_schema
from naru_spark.storage import Storage

_PROJECT = Path(__file__).parents[2]
# Compares each pair of contracts, and derives the columns of the catalogue's table and the jobs' spec.
_DERIVE = """
const { parseContract, compareContracts, glueColumns, sparkSpec } = require("./components/contract");
const read = (text) => {
  const { dataSets, problems } = parseContract(text, "example");
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return dataSets[0];
};
console.log(JSON.stringify(JSON.parse(process.argv[1]).map(([old, now]) => {
  const [before, after] = [read(old), read(now)];
  return {
    breaks: compareContracts([before], [after]).dataSets.flatMap(({ changes }) =>
      changes.flatMap((change) => change.breaks)),
    columns: [before, after].map((set) => glueColumns(set).map(({ name, type }) => [name, type])),
    specs: [before, after].map(sparkSpec),
  };
})));
"""
Columns = dict[str, dict[str, Any]]
TEXT = {"logicalType": "string"}


def number(physical: str, **facts: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON values)
    return {"logicalType": "number", "physicalType": physical, **facts}


OLD: Columns = {
    "id": {**TEXT, "required": True, "primaryKey": True},
    "happened_at": {"logicalType": "timestamp", "required": True},
    "amount": number("decimal(12,2)"),
    "quantity": {"logicalType": "integer", "physicalType": "int"},
    "state": {**TEXT, "required": True},
}
OLD_VALUES = {
    "id": "'old'",
    "happened_at": "timestamp '2026-11-19 00:00:00'",
    "amount": "1.25",
    "quantity": "3",
}
OLD_VALUES["state"] = "'paid'"
NEW_VALUES = {**OLD_VALUES, "id": "'new'", "amount": "2.50", "quantity": "4", "state": "'open'"}


@dataclass(frozen=True)
class Evolution:
    """A newer form of OLD, what its new rows hold, and what both readers must see for the column asked for.

    `seen` is [old row, new row]; None where the change is refused because files can't be read together.
    """

    columns: Columns
    column: str
    seen: list[Any] | None
    new: dict[str, str] | None = None
    retention: int = 30
    source: str = "happened_at"


def changed(**columns: dict[str, Any]) -> Columns:
    return {**OLD, **columns}


PAID_AT = {"logicalType": "timestamp", "required": True}
EVOLUTIONS = {
    "add": Evolution(changed(note=TEXT), "note", [None, "hello"], {"note": "'hello'"}),
    "reorder": Evolution(dict(reversed(OLD.items())), "state", ["paid", "open"]),
    "widen a decimal": Evolution(
        changed(amount=number("decimal(18,2)")),
        "amount",
        [Decimal("1.25"), Decimal("1234567890123456.50")],
        {"amount": "1234567890123456.50"},
    ),
    "nullable": Evolution(changed(state=TEXT), "state", ["paid", None], {"state": "null"}),
    "classify lower": Evolution(
        changed(state={**OLD["state"], "classification": "public"}), "state", ["paid", "open"]
    ),
    "keep longer": Evolution(OLD, "quantity", [3, 4], retention=60),
    "widen an int": Evolution(
        changed(quantity={"logicalType": "integer", "physicalType": "bigint"}), "quantity", None
    ),
    "widen to a float": Evolution(changed(quantity=number("double")), "quantity", None),
    "widen a decimal's storage": Evolution(changed(amount=number("decimal(20,2)")), "amount", None),
    "narrow": Evolution(changed(amount=number("decimal(9,2)")), "amount", None),
    "rename": Evolution(
        {("status" if name == "state" else name): facts for name, facts in OLD.items()},
        "status",
        None,
        {"status": "'open'"},
    ),
    "drop": Evolution({name: facts for name, facts in OLD.items() if name != "quantity"}, "quantity", None),
    "partition": Evolution(changed(paid_at=PAID_AT), "paid_at", None, {"paid_at": "null"}, source="paid_at"),
    "keep shorter": Evolution(OLD, "quantity", None, retention=10),
}
ALLOWED = [name for name, evolution in EVOLUTIONS.items() if evolution.seen is not None]
# Refused because Spark 3.5 can't read the older files.
UNREADABLE = ["widen an int", "widen to a float", "widen a decimal's storage", "narrow"]


def contract(columns: Columns, retention: int, source: str) -> str:
    """A contract as JSON, which is YAML too."""
    properties = [
        {"name": name, "description": f"The {name}.", "classification": "internal", **facts}
        for name, facts in columns.items()
    ]
    day = {"name": "dt", "logicalType": "string", "partitioned": True, "partitionKeyPosition": 1}
    facts = {"ingestion": "stream", "eventsPerSecond": 1, "eventBytes": 100}
    return json.dumps(
        {
            **{"apiVersion": "v3.1.0", "kind": "DataContract", "id": "shop.orders", "version": "1.0.0"},
            **{"status": "active", "domain": "shop", "team": {"name": "Shop"}},
            "description": {"purpose": "Sales."},
            "customProperties": [{"property": key, "value": value} for key, value in facts.items()],
            "slaProperties": [{"property": "retention", "value": retention, "unit": "d"}],
            "schema": [
                {
                    "name": "orders",
                    "description": "One order.",
                    "properties": [*properties, {**day, "transformSourceObjects": [source]}],
                }
            ],
        }
    )


@pytest.fixture(scope="module")
def derived() -> dict[str, dict[str, Any]]:
    """By evolution: whom it breaks, and columns and specs before and after."""
    old = contract(OLD, 30, "happened_at")
    pairs = [[old, contract(item.columns, item.retention, item.source)] for item in EVOLUTIONS.values()]
    done = subprocess.run(
        ["node", "-r", "ts-node/register", "-e", _DERIVE, json.dumps(pairs)],
        cwd=_PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(zip(EVOLUTIONS, json.loads(done.stdout), strict=True))


def write(table: Path, day: str, columns: list[list[str]], values: dict[str, str]) -> None:
    """One file of one row in the form that the catalogue declares."""
    folder = table / f"dt={day}"
    folder.mkdir(parents=True)
    row = ", ".join(f'{values[name]}::{duckdb_type(kind)} as "{name}"' for name, kind in columns)
    duckdb.sql(f"copy (select {row}) to '{folder}/1.parquet' (format parquet, compression snappy)")


def duckdb_type(kind: str) -> str:
    return "varchar" if kind == "string" else kind


def fill(table: Path, evolution: Evolution, columns: list[list[list[str]]]) -> None:
    """A day of files by the old contract and a day by the new one."""
    write(table, "2026-11-19", columns[0], OLD_VALUES)
    write(table, "2026-11-20", columns[1], {**NEW_VALUES, **(evolution.new or {})})


def by_spark(spark: SparkSession, table: Path, spec: dict[str, Any], column: str) -> list[Any]:
    """As the jobs read a table: by the new contract."""
    (data_set,) = load_contracts(json.dumps([spec]))
    frame = Storage(spark).read_table(f"file://{table}", stored_schema(data_set))
    assert frame is not None
    return [row[column] for row in frame.orderBy("dt").collect()]


def by_duckdb(table: Path, columns: list[list[str]], column: str) -> list[Any]:
    """As the local Athena does: files united by name, each column cast to the catalogue's type."""
    files = f"read_parquet('{table}/*/*.parquet', union_by_name = true, hive_partitioning = true)"
    kind = duckdb_type(dict(map(tuple, columns))[column])
    found = duckdb.sql(f'select cast("{column}" as {kind}) from {files} order by dt').fetchall()
    return [row[0] for row in found]


@pytest.mark.parametrize("name", ALLOWED)
def test_files_before_and_after_an_allowed_change_are_read_together(
    spark: SparkSession, tmp_path: Path, derived: dict[str, dict[str, Any]], name: str
) -> None:
    evolution, facts = EVOLUTIONS[name], derived[name]
    assert facts["breaks"] == []
    fill(tmp_path / "orders", evolution, facts["columns"])
    assert by_spark(spark, tmp_path / "orders", facts["specs"][1], evolution.column) == evolution.seen
    assert by_duckdb(tmp_path / "orders", facts["columns"][1], evolution.column) == evolution.seen


@pytest.mark.parametrize("name", [name for name in EVOLUTIONS if name not in ALLOWED])
def test_other_changes_are_told_as_breaking_readers(derived: dict[str, dict[str, Any]], name: str) -> None:
    assert "spark" in derived[name]["breaks"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_spark_fails_on_files_before_a_refused_change_of_type(
    spark: SparkSession, tmp_path: Path, derived: dict[str, dict[str, Any]], name: str
) -> None:
    evolution, facts = EVOLUTIONS[name], derived[name]
    fill(tmp_path / "orders", evolution, facts["columns"])
    with pytest.raises((Py4JJavaError, PySparkException)):
        by_spark(spark, tmp_path / "orders", facts["specs"][1], evolution.column)


def test_athena_could_read_an_int_as_a_bigint(tmp_path: Path, derived: dict[str, dict[str, Any]]) -> None:
    evolution, facts = EVOLUTIONS["widen an int"], derived["widen an int"]
    assert facts["breaks"] == ["spark"]
    fill(tmp_path / "orders", evolution, facts["columns"])
    assert by_duckdb(tmp_path / "orders", facts["columns"][1], "quantity") == [3, 4]


def test_a_renamed_column_is_null_in_files_before(
    spark: SparkSession, tmp_path: Path, derived: dict[str, dict[str, Any]]
) -> None:
    """Nothing fails, which is why the rename has to be told."""
    facts = derived["rename"]
    fill(tmp_path / "orders", EVOLUTIONS["rename"], facts["columns"])
    assert by_spark(spark, tmp_path / "orders", facts["specs"][1], "status") == [None, "open"]
    assert by_duckdb(tmp_path / "orders", facts["columns"][1], "status") == [None, "open"]
