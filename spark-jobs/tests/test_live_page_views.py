"""Page views while they come: windows, late events, duplicates, and a stream that starts again."""

from __future__ import annotations

import duckdb
import pytest

import live_page_views
from tests.lake import Lake
from tests.test_curate_stream import deliver

DAY = "2026-11-20"
TABLE = "lms/live_page_views"


def run(lake: Lake, *more: str) -> int:
    """One start of the stream, until it has read what there is."""
    target, checkpoint = lake.root / "curated" / TABLE, lake.root / "checkpoints"
    places = ["--raw", f"file://{lake.root}/raw", "--target", f"file://{target}"]
    return live_page_views.main(
        [*places, "--checkpoint", f"file://{checkpoint}", "--until-read", "--late-minutes", "5", *more]
    )


def windows(lake: Lake) -> list[tuple[object, ...]]:
    columns = "course_id, window_start::varchar, window_end::varchar, page_views, users, dt"
    return (
        sorted(lake.rows("curated", TABLE, columns))
        if (lake.root / "curated" / TABLE / f"dt={DAY}").exists()
        else []
    )


def event(number: str, minute: str, course: str = "C1") -> tuple[str, str, str, str]:
    return (number, f"{DAY} 01:{minute}:00", course, "GET")


def test_a_window_is_written_once_when_the_stream_is_past_it(lake: Lake) -> None:
    deliver(lake, DAY, "1.parquet", [event("e1", "01"), event("e2", "09"), event("e3", "03", "C2")])
    assert run(lake) == 0
    assert windows(lake) == []
    # The stream starts again: it goes on with the window that it was counting. e2 is delivered a second time.
    deliver(lake, DAY, "2.parquet", [event("e2", "09"), event("e4", "08"), event("e5", "31")])
    assert run(lake) == 0
    first = [
        ("C1", f"{DAY} 01:00:00", f"{DAY} 01:10:00", 3, 1, DAY),
        ("C2", f"{DAY} 01:00:00", f"{DAY} 01:10:00", 1, 1, DAY),
    ]
    assert windows(lake) == first
    # Later than 5 minutes behind 01:31: not counted, and nothing that was written changes.
    deliver(lake, DAY, "3.parquet", [event("late", "07"), event("e6", "55")])
    assert run(lake) == 0
    assert windows(lake) == [first[0], ("C1", f"{DAY} 01:30:00", f"{DAY} 01:40:00", 1, 1, DAY), first[1]]
    assert run(lake) == 0
    assert len(windows(lake)) == 3


def test_dt_is_the_local_day_of_the_window_and_files_are_snappy(lake: Lake) -> None:
    deliver(
        lake,
        DAY,
        "1.parquet",
        [("e1", f"{DAY} 14:55:00", "C1", "GET"), ("e2", f"{DAY} 15:01:00", "C1", "GET")],
    )
    deliver(lake, DAY, "2.parquet", [("e3", f"{DAY} 16:00:00", "C1", "GET")])
    assert run(lake) == 0
    assert run(lake) == 0
    found = lake.rows("curated", TABLE, "window_start::varchar, dt")
    assert sorted(found) == [(f"{DAY} 14:50:00", DAY), (f"{DAY} 15:00:00", "2026-11-21")]
    files = f"{lake.root}/curated/{TABLE}/*/*.parquet"
    assert duckdb.sql(f"select distinct compression from parquet_metadata('{files}')").fetchall() == [
        ("SNAPPY",)
    ]


def test_without_a_file_it_says_so(lake: Lake, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(lake) == 1
    assert "has no file yet, so its columns are not known" in capsys.readouterr().err


def test_what_glue_adds_is_passed_over_and_a_wrong_number_told(
    lake: Lake, capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(lake, DAY, "1.parquet", [event("e1", "01")])
    assert run(lake, "--JOB_NAME", "live", "--job-bookmark-option", "job-bookmark-disable") == 0
    with pytest.raises(SystemExit) as stopped:
        run(lake, "--window-minutes", "0")
    assert stopped.value.code == 2
    assert "write a whole number from 1 to 1440" in capsys.readouterr().err
