"""Tables that become drops: what the file of them says wrong, and which tables are no contract's.

Real servers are read in `tests/database/table-import.spec.ts`.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

import main
from naru_spark.contract import load_contracts
from naru_spark.database_engines import ENGINES
from naru_spark.errors import JobError
from naru_spark.table_columns import match_table
from naru_spark.table_imports import parse_imports
from tests.contracts import REQUESTS, STUDENTS, column, contract
from tests.lake import Lake

EVERY = contract(
    "club.every",
    ["id"],
    [
        column("id", "bigint"),
        column("small", "int"),
        column("price", "decimal(12,2)"),
        column("ratio", "double"),
        column("active", "boolean"),
        column("made_on", "date"),
        column("seen_at", "timestamp"),
        column("label", source="표제"),
    ],
)
SETS = {one.id: one for one in load_contracts(json.dumps([EVERY, STUDENTS, REQUESTS]))}
RIGHT = {
    "dataSet": "club.every",
    "url": "jdbc:postgresql://db.example.com:5432/club",
    "table": "public.every",
    "secret": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:club",
}


def refused(*tables: dict[str, Any]) -> str:
    with pytest.raises(JobError) as caught:
        parse_imports(json.dumps(tables), SETS)
    return str(caught.value)


def test_a_table_is_read_as_one_unless_told() -> None:
    (one,) = parse_imports(json.dumps([RIGHT]), SETS)
    assert (one.engine, one.database, one.partition_column, one.partitions) == ("postgresql", "club", None, 1)
    parted = {**RIGHT, "url": "jdbc:mysql://db.example.com/club", "partitionColumn": "id", "partitions": 4}
    (one,) = parse_imports(json.dumps([parted]), SETS)
    assert (one.engine, one.partition_column, one.partitions) == ("mysql", "id", 4)


def test_every_wrong_key_is_told_at_once_and_no_url() -> None:
    wrong = {
        "dataSet": "lms.requests",
        "url": "jdbc:postgresql://reader:tiger@db.example.com/club",
        "table": 'public."every"',
        "secret": "",
        "partitions": 4,
        "fetchSize": 0,
        "authority": "no certificate",
        "user": "reader",
    }
    told = refused(RIGHT, wrong, RIGHT)
    for key in ("dataSet", "url", "table", "secret", "partitionColumn", "fetchSize", "authority", "user"):
        assert f"tables[1].{key}: " in told
    assert "tables[2].dataSet: is club.every again" in told
    assert "tiger" not in told and "db.example.com" not in told


@pytest.mark.parametrize("options", ["?sslmode=disable", ";ssl=false", "&user=x"])
def test_a_url_does_not_say_what_tls_is(options: str) -> None:
    assert "tables[0].url: must be jdbc:postgresql://" in refused({**RIGHT, "url": RIGHT["url"] + options})


def row(name: str, type_name: str, **own: str | None) -> dict[str, str | None]:
    yes = "true" if own.pop("engine", "postgresql") == "postgresql" else "1"
    plain = {"form": "", "readable": yes, "digits": None, "scale": None}
    return {"name": name, "type": type_name, **plain, **own}


def test_types_of_postgresql_that_hold_the_contracts_values() -> None:
    rows = [
        row("LABEL", "text"),
        row("표제", "varchar"),
        row("ID", "int4"),
        row("small", "int2"),
        row("price", "numeric", digits="11", scale="1"),
        row("ratio", "float4"),
        row("active", "bool"),
        row("made_on", "date"),
        row("seen_at", "timestamptz"),
        row("remark", "bytea"),
    ]
    columns = [ENGINES["postgresql"].column(one) for one in rows]
    matched, parting = match_table(SETS["club.every"], columns, "id")
    assert [one.table.name for one in matched] == [
        *("ID", "small", "price", "ratio", "active", "made_on", "seen_at", "표제"),
    ]
    assert parting is not None and parting.name == "ID"


def test_types_of_mysql_that_hold_the_contracts_values() -> None:
    def mine(name: str, form: str, **own: str) -> dict[str, str | None]:
        return row(name, form.partition("(")[0].partition(" ")[0], form=form, engine="mysql", **own)

    rows = [
        mine("id", "bigint unsigned"),
        mine("small", "int unsigned"),
        mine("price", "decimal(12,2)", digits="12", scale="2"),
        mine("ratio", "double"),
        mine("active", "tinyint(1)"),
        mine("made_on", "date"),
        mine("seen_at", "datetime(6)"),
        mine("표제", "bit(8)"),
    ]
    columns = [ENGINES["mysql"].column(one) for one in rows]
    with pytest.raises(JobError) as caught:
        match_table(SETS["club.every"], columns, "ratio")
    told = str(caught.value)
    assert "column small is int unsigned, and the contract says int" in told
    assert "column 표제 is bit(8), and the contract says string" in told
    assert "partitionColumn ratio is no column of whole numbers" in told
    assert told.count("column") == 3 + 2


def test_a_person_does_not_part_a_table() -> None:
    names = ["student_id", "name", "resident_number", "phone", "department", "grade"]
    columns = [ENGINES["postgresql"].column(row(name, "int4")) for name in names]
    with pytest.raises(JobError, match="partitionColumn student_id is personal data; take a number"):
        match_table(SETS["sis.students"], columns, "student_id")


def test_two_quotes_are_empty_text_in_a_drop_of_a_table_and_null_elsewhere(lake: Lake) -> None:
    notes = contract("club.notes", ["id"], [column("id"), column("note")])
    content = 'id,note\n"1",""\n"2",\n"3","a ""b"", c"\n'
    lake.drop("club.notes", "2026-11-20", content, "notes.table.csv")
    lake.drop("club.notes", "2026-11-21", content, "notes.csv")
    (report,) = lake.curate([notes]).curated
    assert (report.error, report.good) == (None, 6)
    rows = lake.rows("curated", "club/notes", "dt, id, note")
    assert rows == [
        *(("2026-11-20", "1", ""), ("2026-11-20", "2", None), ("2026-11-20", "3", 'a "b", c')),
        *(("2026-11-21", "1", None), ("2026-11-21", "2", None), ("2026-11-21", "3", 'a "b", c')),
    ]


@pytest.mark.parametrize("jobs", [["import_tables"], ["curate", "--tables", "s3://b/tables.json"]])
def test_tables_go_with_their_job(jobs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["--jobs", *jobs, "--config", "s3://b/job.json"])
    assert caught.value.code == 2
    assert "--tables goes with the job import_tables" in capsys.readouterr().err
