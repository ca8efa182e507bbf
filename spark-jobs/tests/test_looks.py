"""Runs that look for files that came while they ran, as on Glue, where nothing else waits for their end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import main
from naru_spark.report import CurateReport
from naru_spark.run import Run
from tests.lake import Lake
from tests.test_main import job_file

DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"]
GOOD, UNREADABLE = "id\nC1\n", "title\nC1\n"


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], object]]:
    """What happens after each curation of a run, before the run goes on; one a curation."""
    happens: list[Callable[[], object]] = []
    curate = main.curate

    def curated(of: Run) -> list[CurateReport]:
        reports = curate(of)
        if happens:
            happens.pop(0)()
        return reports

    monkeypatch.setattr(main, "curate", curated)
    return happens


def run(lake: Lake, looks: int, data_sets: str = "all") -> tuple[int, list[tuple[str, list[str]]], list[Any]]:
    """Exit code, status and days of each curation in the report, and notices."""
    notices = f"file://{lake.root}/notices.json"
    arguments = ["--jobs", "curate", "--config", job_file(lake), "--data-sets", data_sets]
    code = main.main([*arguments, "--notices", notices, "--looks", str(looks), "--run", "r1"])
    report = json.loads((lake.root / "report.json").read_text())
    told = json.loads((lake.root / "notices.json").read_text())
    assert told["run"] == "r1"
    return code, [(one["status"], one["days"]) for one in report["curated"]], told["notices"]


@pytest.mark.parametrize("data_sets", ["all", "changed"])
def test_a_file_that_comes_during_a_run_is_curated_by_it(
    lake: Lake, meanwhile: list[Callable[[], object]], data_sets: str
) -> None:
    lake.drop("lms.courses", DAYS[0], GOOD)
    meanwhile.append(lambda: lake.drop("lms.courses", DAYS[1], GOOD))
    meanwhile.append(lambda: lake.drop("lms.courses", DAYS[2], GOOD))
    code, curated, _ = run(lake, 10, data_sets)
    assert (code, curated) == (0, [("written", [day]) for day in DAYS])
    assert len(lake.rows("curated", "lms/courses")) == 3


def test_without_a_look_it_stays_for_the_next_run(lake: Lake, meanwhile: list[Callable[[], object]]) -> None:
    lake.drop("lms.courses", DAYS[0], GOOD)
    meanwhile.append(lambda: lake.drop("lms.courses", DAYS[1], GOOD))
    assert run(lake, 0)[1] == [("written", [DAYS[0]])]
    assert run(lake, 0, "changed")[1] == [("written", [DAYS[1]])]


def test_a_producer_that_never_rests_does_not_keep_it(
    lake: Lake, meanwhile: list[Callable[[], object]]
) -> None:
    for at in range(6):
        meanwhile.append(lambda at=at: lake.drop("lms.courses", DAYS[0], GOOD, file=f"{at}.csv"))
    lake.drop("lms.courses", DAYS[0], GOOD)
    assert run(lake, 2)[1] == [("written", [DAYS[0]])] * 3


def test_what_came_and_can_not_be_published_fails_the_run_and_is_told(
    lake: Lake, meanwhile: list[Callable[[], object]]
) -> None:
    lake.drop("lms.courses", DAYS[0], GOOD)
    meanwhile.append(lambda: lake.drop("lms.courses", DAYS[1], UNREADABLE))
    code, curated, notices = run(lake, 10)
    assert (code, [status for status, _ in curated]) == (1, ["written", "failed"])
    assert [one["subject"] for one in notices] == ["lms.courses: nothing published"]


def test_a_look_does_not_make_a_failed_run_a_good_one(lake: Lake) -> None:
    lake.drop("lms.courses", DAYS[0], UNREADABLE)
    code, curated, notices = run(lake, 10)
    assert (code, [status for status, _ in curated], len(notices)) == (1, ["failed"], 1)


def test_other_numbers_of_looks_end_with_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["--jobs", "curate", "--config", "job.json", "--looks", "-1"])
    assert caught.value.code == 2
    assert "--looks" in capsys.readouterr().err
