"""Runs of what has changed: which days they read and write, and what they leave for later."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import main
from naru_spark.report import CurateReport, RunReport
from tests.contracts import STUDENTS, column, contract, rule
from tests.lake import Lake
from tests.test_main import COURSES, STUDENTS_CSV, job_file

DAYS = ["2026-11-18", "2026-11-19", "2026-11-20"]
HEADER = STUDENTS_CSV.partition("\n")[0]


def student(name: str, grade: str = "1") -> str:
    return f"{name},홍길동,,010-1234-{name[1:]:0>4},학과,{grade}\n"


def stamps(lake: Lake, day: str, zone: str = "curated", table: str = "sis/students") -> dict[str, int]:
    """Files of a day and when they were written."""
    folder = lake.root / zone / table / f"dt={day}"
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.parquet")}


def spoil(path: Path) -> None:
    """Other bytes, which no contract can read, under the same size and time: whoever reads the file fails."""
    before = path.stat()
    path.write_bytes(b"\0" * before.st_size)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def statuses(report: RunReport) -> dict[str, str]:
    return {one.data_set: one.status for one in report.curated}


def the(report: RunReport) -> CurateReport:
    (one,) = report.curated
    return one


@pytest.fixture
def three_days(lake: Lake) -> dict[str, Path]:
    files = {
        day: lake.drop("sis.students", day, f"{HEADER}\n{student(f'S{at}1')}{student(f'S{at}2')}")
        for at, day in enumerate(DAYS)
    }
    lake.curate(contracts=[STUDENTS])
    return files


def test_a_drop_reads_and_writes_its_own_day_only(lake: Lake, three_days: dict[str, Path]) -> None:
    before = {day: stamps(lake, day) for day in DAYS}
    spoil(three_days[DAYS[0]])
    spoil(three_days[DAYS[2]])
    lake.drop("sis.students", DAYS[1], f"{HEADER}\n{student('S13')}", file="more.csv")
    report = the(lake.curate_changed(contracts=[STUDENTS]))
    assert (report.status, report.days, report.read, report.written) == ("written", [DAYS[1]], 3, 3)
    after = {day: stamps(lake, day) for day in DAYS}
    assert after[DAYS[0]] == before[DAYS[0]] and after[DAYS[2]] == before[DAYS[2]]
    assert after[DAYS[1]].keys() != before[DAYS[1]].keys()
    assert [row[-1] for row in lake.rows("curated", "sis/students", "dt", "dt")].count(DAYS[1]) == 3
    assert len(lake.rows("curated", "sis/students")) == 7


def test_a_whole_run_reads_every_day(lake: Lake, three_days: dict[str, Path]) -> None:
    spoil(three_days[DAYS[0]])
    assert the(lake.curate(contracts=[STUDENTS])).status == "failed"


def test_nothing_new_is_nothing_to_do(lake: Lake, three_days: dict[str, Path]) -> None:
    before = {day: stamps(lake, day) for day in DAYS}
    assert lake.curate_changed(contracts=[STUDENTS]).curated == []
    assert {day: stamps(lake, day) for day in DAYS} == before
    # The same bytes once more are another version.
    os.utime(three_days[DAYS[1]])
    assert the(lake.curate_changed(contracts=[STUDENTS])).days == [DAYS[1]]


RULES = [
    rule("rows", "rowCount", [], minimum=4, maximum=7),
    rule("grades", "invalidValues", ["grade"], maximum=40, unit="percent"),
    rule("phones", "nullValues", ["phone"], maximum=0),
    rule("numbers", "duplicateValues", ["student_id"], maximum=2, severity="warning"),
]


def test_rules_stay_those_of_the_whole_set(lake: Lake) -> None:
    strict = {**STUDENTS, "quality": RULES}
    for at, day in enumerate(DAYS):
        rows = student(f"S{at}1") + student(f"S{at}1") + student(f"S{at}2", "9" if at == 0 else "2")
        lake.drop("sis.students", day, f"{HEADER}\n{rows}")
    lake.curate(contracts=[strict])
    lake.drop("sis.students", DAYS[2], f"{HEADER}\n{student('S23', '8')}", file="more.csv")
    changed = the(lake.curate_changed(contracts=[strict]))
    whole = the(lake.curate(contracts=[strict]))
    assert changed.quality == whole.quality
    assert changed.personal_columns == whole.personal_columns
    assert [(one.rule, one.measured, one.status) for one in changed.quality] == [
        ("rows", 5.0, "passed"),
        ("grades", 20.0, "passed"),
        ("phones", 0.0, "passed"),
        ("numbers", 3.0, "failed"),
    ]
    assert (changed.read, whole.read) == (4, 10)


def test_a_rule_of_the_whole_set_refuses_a_day_that_would_pass_alone(
    lake: Lake, three_days: dict[str, Path]
) -> None:
    strict = {**STUDENTS, "quality": [rule("few", "rowCount", [], maximum=7)]}
    lake.curate(contracts=[strict])
    before = stamps(lake, DAYS[1])
    lake.drop("sis.students", DAYS[1], f"{HEADER}\n{student('S15')}{student('S16')}", file="more.csv")
    report = the(lake.curate_changed(contracts=[strict]))
    assert (report.status, report.good, report.quality[0].measured) == ("refused", 4, 8.0)
    assert stamps(lake, DAYS[1]) == before


def test_what_can_not_be_published_waits_for_another_file(lake: Lake, three_days: dict[str, Path]) -> None:
    sets = [STUDENTS, COURSES]
    bad = lake.drop("sis.students", DAYS[1], "id\nS1\n", file="bad.csv")
    lake.drop("lms.courses", DAYS[1], "id\nC1\n")
    first = lake.curate_changed(contracts=sets)
    assert statuses(first) == {"sis.students": "failed", "lms.courses": "written"}
    # The next drop is of another set: its run does not fail by the same file again, and tells that it waits.
    lake.drop("lms.courses", DAYS[1], "id\nC2\n")
    second = lake.curate_changed(contracts=sets)
    assert statuses(second) == {"sis.students": "waiting", "lms.courses": "written"}
    assert second.errors == []
    assert second.curated[0].earlier_error == first.curated[0].error
    bad.write_text(f"{HEADER}\n{student('S15')}")
    assert the(lake.curate_changed(contracts=sets)).days == [DAYS[1]]
    assert lake.curate_changed(contracts=sets).curated == []


def test_what_a_crashed_run_left_is_curated_by_the_next_drop_of_another_set(
    lake: Lake, three_days: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import naru_spark.curate_job as job

    sets = [STUDENTS, COURSES]
    lake.drop("sis.students", DAYS[1], f"{HEADER}\n{student('S15')}", file="more.csv")

    def crash(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(job, "_publish", crash)
        assert statuses(lake.curate_changed(contracts=sets)) == {"sis.students": "failed"}
    lake.drop("lms.courses", DAYS[1], "id\nC1\n")
    report = lake.curate_changed(contracts=sets)
    assert statuses(report) == {"sis.students": "written", "lms.courses": "written"}
    assert report.curated[0].days == [DAYS[1]]


@pytest.mark.parametrize("change", ["contract", "epoch", "partition"])
def test_what_makes_other_rows_of_the_same_files_curates_them_again(
    lake: Lake, three_days: dict[str, Path], change: str
) -> None:
    sets: list[dict[str, Any]] = [STUDENTS]
    if change == "contract":
        sets = [{**STUDENTS, "columns": [*STUDENTS["columns"][:-1], column("grade", "int", source="학년")]}]
    elif change == "epoch":
        lake.epoch = 2
    else:
        for path in lake.files("curated", "sis/students")[:1]:
            path.unlink()
            path.with_name(f".{path.name}.crc").unlink(missing_ok=True)
            path.parent.rmdir()
    report = the(lake.curate_changed(contracts=sets))
    assert report.days == (DAYS[:1] if change == "partition" else DAYS)


def test_a_set_whose_days_are_a_column_is_curated_as_a_whole(lake: Lake) -> None:
    columns = [column("id"), column("at", "timestamp", required=True)]
    log = contract("lms.log", ["id"], columns, day_of="at")
    lake.drop("lms.log", DAYS[0], "id,at\nA,2026-11-18T01:00:00Z\n")
    lake.drop("lms.log", DAYS[1], "id,at\nB,2026-11-18T02:00:00Z\n")
    lake.curate(contracts=[log])
    assert lake.curate_changed(contracts=[log]).curated == []
    lake.drop("lms.log", DAYS[2], "id,at\nC,2026-11-18T03:00:00Z\n")
    assert the(lake.curate_changed(contracts=[log])).read == 3
    assert len(lake.rows("curated", "lms/log")) == 3


def test_source_keys_of_other_days_stay_and_those_of_deleted_files_go(
    lake: Lake,
) -> None:
    lake.oldest_epoch = 1
    for at, day in enumerate(DAYS):
        lake.drop("sis.students", day, f"{HEADER}\n{student(f'S{at}1')}")
    lake.curate(contracts=[STUDENTS])
    kept = stamps(lake, DAYS[0], "reidentification/source-keys")
    lake.drop("sis.students", DAYS[1], f"{HEADER}\n{student('S12')}", file="more.csv")
    (lake.root / "landing/sis/students" / f"dt={DAYS[2]}" / "drop.csv").unlink()
    assert the(lake.curate_changed(contracts=[STUDENTS])).days == [DAYS[1]]
    assert stamps(lake, DAYS[0], "reidentification/source-keys") == kept != {}
    assert len(stamps(lake, DAYS[1], "reidentification/source-keys")) > 0
    assert stamps(lake, DAYS[2], "reidentification/source-keys") == {}
    # Rows that are published stay: landing's files go after their time, the table's by the contract.
    assert len(lake.rows("curated", "sis/students")) == 4


def test_what_is_remembered_names_no_file_and_no_person(lake: Lake) -> None:
    lake.drop("sis.students", DAYS[0], f"{HEADER}\n{student('S7')}", file="홍길동.csv")
    lake.curate(contracts=[STUDENTS])
    kept = (lake.root / "landing/lineage/_curated/sis/students.json").read_text()
    assert json.loads(kept)["days"][DAYS[0]]["measured"]["read"] == 1
    for value in ("홍길동", "S7", "1234", ".csv"):
        assert value not in kept


def test_the_entry_point_takes_changed(lake: Lake) -> None:
    lake.drop("lms.courses", DAYS[0], "id\nC1\n")
    arguments = ["--jobs", "curate,page_views,master_table", "--config", job_file(lake)]
    for expected in (["lms.courses"], []):
        assert main.main([*arguments, "--data-sets", "changed"]) == 0
        report = json.loads((lake.root / "report.json").read_text())
        assert [one["dataSet"] for one in report["curated"]] == expected
        assert [one["table"] for one in report["tables"]] == ["ops/quality_results", "ops/pseudonym_status"]
