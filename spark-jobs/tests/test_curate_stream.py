"""Curation of streams: raw Parquet as Firehose delivers it, written here by DuckDB."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from tests.lake import Lake

GOLDEN = Path(__file__).parents[2] / "tests" / "golden"
TABLE = "lms/requests"
USER = "-_" + "0" * 19 + "w"


def deliver(lake: Lake, day: str, file: str, rows: list[tuple[object, ...]], user: str = USER) -> None:
    """One delivery of (id, UTC time, course, method)."""
    folder = lake.root / "raw" / TABLE / f"dt={day}"
    folder.mkdir(parents=True, exist_ok=True)
    values = ", ".join(
        f"('{i}', timestamp '{at}', '{user}', '{course}', '{method}', 5, 2)" for i, at, course, method in rows
    )
    names = "id, occurred_at, user_id, course_id, http_method, duration_ms, pseudonym_epoch"
    duckdb.sql(
        f"copy (from (values {values}) t({names})) to '{folder / file}' (format parquet, compression snappy)"
    )


def test_each_key_once_and_the_day_of_the_raw_zone_stays(lake: Lake) -> None:
    before, after = ("e1", "2026-11-20 14:59:59.999", "C1", "GET"), ("e2", "2026-11-20 15:00:00", "C1", "GET")
    deliver(lake, "2026-11-20", "1.parquet", [before])
    deliver(lake, "2026-11-20", "2.parquet", [before])
    deliver(lake, "2026-11-21", "1.parquet", [after])
    report = lake.curate(only=["lms.requests"]).curated[0]
    assert report.error is None
    assert (report.read, report.bad, report.duplicates, report.written) == (3, 0, 1, 2)
    assert lake.rows(
        "curated", TABLE, "id, occurred_at::varchar, user_id, duration_ms, pseudonym_epoch, dt"
    ) == [
        ("e1", "2026-11-20 14:59:59.999", USER, 5, 2, "2026-11-20"),
        ("e2", "2026-11-20 15:00:00", USER, 5, 2, "2026-11-21"),
    ]


def test_rows_against_the_contract_go_to_quarantine(lake: Lake) -> None:
    deliver(
        lake,
        "2026-11-20",
        "1.parquet",
        [("e1", "2026-11-20 01:00:00", "C1", "BREW"), ("e2", "2026-11-20 01:00:00", "C1", "GET")],
    )
    report = lake.curate(only=["lms.requests"]).curated[0]
    assert report.bad_by_reason == {"http_method:allowed": 1}
    assert lake.rows("landing", f"quarantine/{TABLE}", "id, reasons, dt") == [
        ("e1", ["http_method:allowed"], "2026-11-20")
    ]
    assert lake.rows("curated", TABLE, "id") == [("e2",)]


def test_what_is_no_pseudonym_goes_to_quarantine(lake: Lake) -> None:
    # In clear, in hex, and one whose last character has bits beyond the 16 bytes.
    for number, user in enumerate(("U00012345", "0" * 32, USER[:-1] + "B")):
        event = (f"e{number}", "2026-11-20 01:00:00", "C1", "GET")
        deliver(lake, "2026-11-20", f"{number}.parquet", [event], user)
    deliver(lake, "2026-11-20", "good.parquet", [("good", "2026-11-20 01:00:00", "C1", "GET")])
    assert lake.curate(only=["lms.requests"]).curated[0].bad_by_reason == {"user_id:pattern": 3}
    assert lake.rows("curated", TABLE, "id") == [("good",)]


def test_page_views_count_by_course_hour_and_local_day(lake: Lake) -> None:
    deliver(
        lake,
        "2026-11-20",
        "1.parquet",
        [
            ("e1", "2026-11-20 14:10:00", "C1", "GET"),
            ("e2", "2026-11-20 14:59:59", "C1", "GET"),
            ("e3", "2026-11-20 14:20:00", "C2", "GET"),
        ],
    )
    deliver(lake, "2026-11-21", "1.parquet", [("e4", "2026-11-20 15:00:00", "C1", "GET")])
    report = lake.run("curate", "page_views", only=["lms.requests"])
    assert report.errors == []
    assert lake.rows(
        "curated", "lms/page_views_by_course_hour", "course_id, hour::varchar, page_views, users, dt"
    ) == [
        ("C1", "2026-11-20 14:00:00", 2, 1, "2026-11-20"),
        ("C1", "2026-11-20 15:00:00", 1, 1, "2026-11-21"),
        ("C2", "2026-11-20 14:00:00", 1, 1, "2026-11-20"),
    ]


def test_a_table_is_skipped_when_its_input_failed_in_the_run(lake: Lake) -> None:
    deliver(lake, "2026-11-20", "1.parquet", [("e1", "2026-11-20 01:00:00", "C1", "BREW")])
    report = lake.run("curate", "page_views", only=["lms.requests"])
    assert report.curated[0].status == "refused"
    assert [(table.table, table.status) for table in report.tables][-1] == (
        "lms/page_views_by_course_hour",
        "skipped",
    )
    assert len(report.errors) == 1


def test_days_of_csv_times_agree_with_the_other_languages(lake: Lake) -> None:
    from tests.contracts import column, contract

    vectors = [
        v for v in json.loads((GOLDEN / "partition-dates.json").read_text()) if v["timeZone"] == "Asia/Seoul"
    ]
    assert len(vectors) > 5
    timed = contract(
        "lms.timed", ["n"], [column("n", "int"), column("at_time", "timestamp")], day_of="at_time"
    )
    rows = "".join(f"{n},{v['value']}\n" for n, v in enumerate(vectors))
    lake.drop("lms.timed", "2026-11-01", "n,at_time\n" + rows)
    assert lake.curate(contracts=[timed]).errors == []
    made = lake.rows("curated", "lms/timed", "dt, strftime(at_time, '%Y-%m-%d %H:%M:%S.%g')", "n")
    assert made == [(v["dt"], v["utc"]) for v in vectors]
