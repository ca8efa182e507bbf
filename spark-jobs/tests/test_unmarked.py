"""Personal data that the contract does not mark stops its set, and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from tests.contracts import column, contract
from tests.lake import Lake

DAY = "2026-11-20"
VISITS = contract(
    "lms.visits", ["id"], [column("id"), column("note"), column("number", "bigint"), column("course")]
)
OTHER = contract("lms.courses", ["id"], [column("id")])


def visits(*rows: str, header: str = "id,note,number,course") -> str:
    return "\n".join([header, *rows]) + "\n"


def refused(lake: Lake, contracts: list[dict[str, Any]]) -> str:
    """The error of the set `lms.visits`, which must have left no trace."""
    before = published(lake)
    report = lake.curate(contracts=contracts).curated[0]
    assert (report.data_set, report.status, report.written) == ("lms.visits", "refused", 0)
    assert report.error is not None
    assert report.error.startswith("not published: columns that lms.visits keeps in clear look personal: ")
    assert "identifierKind" in report.error
    assert "notPersonal" in report.error
    assert published(lake) == before
    assert not (lake.root / "landing" / "quarantine").exists()
    return report.error


def published(lake: Lake) -> list[tuple[Any, ...]]:
    return lake.rows("curated", "lms/visits")


def reasoned(data_set: dict[str, Any], name: str) -> dict[str, Any]:
    """The contract with a reason why the column holds no personal data."""
    columns = [{**spec, "unmarked": None} if spec["name"] == name else spec for spec in data_set["columns"]]
    return {**data_set, "columns": columns}


def test_a_column_of_a_file_by_its_first_rows(lake: Lake) -> None:
    lake.drop("lms.visits", "2026-11-19", visits("1,late,7,C1"))
    assert lake.curate(contracts=[VISITS]).errors == []
    rows = [f"{row},010-0000-{row:04},{row},C1" for row in range(5)]
    path = lake.drop("lms.visits", DAY, visits(*rows), "new.csv")
    lake.drop("lms.courses", DAY, "id\nC1\n")
    told = refused(lake, [VISITS, OTHER])
    assert str(path) in told
    assert "note looks like phone (score 0.9: 100% of 5 values have the form of phone numbers)" in told
    assert "0000" not in told
    assert "course looks" not in told
    assert lake.rows("curated", "lms/courses", "id") == [("C1",)]


def test_a_reason_in_the_contract_lets_it_pass(lake: Lake) -> None:
    lake.drop("lms.visits", DAY, visits("1,010-0000-0001,7,C1"))
    refused(lake, [VISITS])
    assert lake.curate(contracts=[reasoned(VISITS, "note")]).errors == []
    assert lake.rows("curated", "lms/visits", "note") == [("010-0000-0001",)]


def test_numbers_too(lake: Lake) -> None:
    lake.drop("lms.visits", DAY, visits("1,,9001011000006,C1", "2,,9001021000000,C1"))
    assert "number looks like resident-number" in refused(lake, [VISITS])


def test_the_columns_of_every_file_are_told_at_once(lake: Lake) -> None:
    one = lake.drop("lms.visits", DAY, visits("1,010-0000-0001,7,nobody@example.org"), "1.csv")
    # In another order of columns, and in the code page of Korean Windows.
    text = visits("서울특별시 중구 세종대로 110,1,C1,7", header="note,id,course,number")
    two = lake.drop("lms.visits", "2026-11-21", text.encode("cp949"), "2.csv")
    told = refused(lake, [VISITS])
    assert told.index(str(one)) < told.index("note looks like phone") < told.index("course looks like email")
    assert told.index(str(two)) < told.index("note looks like address")


def test_names_and_values_add_up(lake: Lake) -> None:
    weak = {"kind": "person-name", "score": 0.4, "why": "its name is used for names of people"}
    lake.drop("lms.visits", DAY, visits(*(f"{row},정규직,7,C1" for row in range(10))))
    assert lake.curate(contracts=[VISITS]).errors == []
    named = [{**spec, "unmarked": [weak]} if spec["name"] == "note" else spec for spec in VISITS["columns"]]
    assert "note looks like person-name (score 0.61: its name is used" in refused(
        lake, [{**VISITS, "columns": named}]
    )


def test_a_value_behind_the_sample(lake: Lake) -> None:
    rows = [f"{row},on time,{row},C1" for row in range(1500)]
    rows[1200] = "x,call 010-0000-0001 or nobody@example.org,1,C1"
    # A repeated one would not be published, but a bad row stands in quarantine alone.
    rows[1300] = "y,010-0000-0001,none,C1"
    path = lake.drop("lms.visits", DAY, visits(*rows))
    lake.drop("lms.visits", "2026-11-21", visits("1,on time,1,C1"))
    told = refused(lake, [VISITS])
    assert f"{path}: note looks like email (score 0.6: 1 values hold e-mail addresses)" in told
    assert "note looks like phone (score 0.6: 1 values hold phone numbers)" in told


def test_the_end_of_the_sample_is_no_row(lake: Lake) -> None:
    # Cut behind 256 KiB, the second row of two would end in what looks like a telephone number.
    size, end = 1 << 18, "2,02-000-0000"
    first = f"1,{'x' * (size - len(end) - len('id,note,number,course') - len('1,,7,C1') - 2)},7,C1"
    text = visits(first, f"{end}-0000-0000,7,C1")
    assert text.encode()[:size].endswith(end.encode())
    lake.drop("lms.visits", DAY, text)
    assert lake.curate(contracts=[VISITS]).errors == []


STREAM = contract(
    "lms.visits",
    ["id"],
    [column("id", required=True), column("moment", "timestamp", required=True), column("note")],
    ingestion="stream",
    day_of="moment",
)


def deliver(lake: Lake, day: str, *notes: str) -> Path:
    """Raw rows of a stream, as a delivery before the contract knew better."""
    folder = lake.root / "raw" / "lms" / "visits" / f"dt={day}"
    folder.mkdir(parents=True)
    rows = ", ".join(f"('{day}-{row}', timestamp '{day} 00:00', '{note}')" for row, note in enumerate(notes))
    duckdb.sql(f"copy (from (values {rows}) t(id, moment, note)) to '{folder}/1.parquet' (format parquet)")
    return folder / "1.parquet"


def test_what_a_stream_has_in_raw(lake: Lake) -> None:
    deliver(lake, "2026-11-19", "on time")
    assert lake.curate(contracts=[STREAM]).errors == []
    path = deliver(lake, DAY, "김가나", "이다라", "박마바", "최사아")
    told = refused(lake, [STREAM])
    assert f"{path}: note looks like person-name (score 0.85" in told
    assert told.endswith("in clear: delete or rewrite those files")


def test_a_value_on_any_day_of_a_stream(lake: Lake) -> None:
    path = deliver(lake, "2026-11-19", "on time", "register 900101-1000000")
    deliver(lake, DAY, "on time")
    told = refused(lake, [STREAM])
    assert f"{path}: note looks like resident-number (score 0.6: 1 values hold resident" in told
    assert lake.curate(contracts=[reasoned(STREAM, "note")]).errors == []
