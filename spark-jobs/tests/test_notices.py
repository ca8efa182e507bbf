"""What the owners of data sets are told."""

from __future__ import annotations

import json
from typing import Any

import main
from tests.contracts import column, contract, rule
from tests.lake import Lake
from tests.test_main import job_file

COURSES = contract(
    "lms.courses",
    ["id"],
    [column("id"), column("credits", "int", maximum=6)],
    [
        rule("at least one course", "rowCount", [], minimum=1),
        rule("학점", "invalidValues", ["credits"], maximum=10, unit="percent", severity="warning"),
    ],
)


def told(lake: Lake, run: str, data_sets: str = "all") -> list[dict[str, Any]]:
    config = job_file(lake)
    (lake.root / "contracts.json").write_text(json.dumps([COURSES]))
    uri = f"file://{lake.root}/notices.json"
    main.main(
        ["--jobs", "curate", "--config", config, "--run", run, "--data-sets", data_sets, "--notices", uri]
    )
    document = json.loads((lake.root / "notices.json").read_text())
    assert (document["version"], document["run"]) == (1, run)
    return list(document["notices"])


def test_owners_are_told_of_quarantine_and_rules_once_and_of_no_value(lake: Lake) -> None:
    lake.drop("lms.courses", "2026-11-20", "id,credits\nC1,3\nC2,77\nC3,many\n", file="홍길동.csv")
    (notice,) = told(lake, "r1")
    assert (notice["dataSet"], notice["domain"], notice["severity"]) == ("lms.courses", "lms", "warning")
    assert notice["subject"] == "lms.courses: 2 rows in quarantine, 1 rule failed"
    assert notice["message"].splitlines() == [
        "Data set lms.courses, contract 1.0.0",
        "Published: 1 of 3 rows.",
        "Quarantine, in landing below quarantine/lms/courses/: 2 rows, by reason:",
        "  credits:maximum: 1",
        "  credits:type: 1",
        "Rules of the contract that failed, over the whole set:",
        "  학점: 66.6667 percent (warning)",
        "Run r1",
    ]
    assert told(lake, "r2") == [], "the same once more"
    lake.drop("lms.courses", "2026-11-19", "id,credits\nC1,9\n", file="more.csv")
    assert len(told(lake, "r3", "changed")) == 1
    lake.drop("lms.courses", "2026-11-19", "id,credits\nC1,3\n", file="more.csv")
    lake.drop("lms.courses", "2026-11-20", "id,credits\nC1,3\n", file="홍길동.csv")
    assert told(lake, "r4") == []


def test_a_file_that_can_not_be_read_is_an_error_without_its_name(lake: Lake) -> None:
    lake.drop("lms.courses", "2026-11-20", "id\nC1\n", file="홍길동.csv")
    (notice,) = told(lake, "r1", "changed")
    assert notice["severity"] == "error"
    assert notice["subject"] == "lms.courses: nothing published"
    assert "can't be read by the contract" in notice["message"]
    assert "홍길동" not in json.dumps(notice, ensure_ascii=False)
    assert told(lake, "r2", "changed") == [], "it waits, which is no news"
    lake.drop("lms.courses", "2026-11-20", "id,credits\n", file="홍길동.csv")
    (notice,) = told(lake, "r3", "changed")
    assert notice["subject"] == "lms.courses: nothing published, 1 rule failed"
    assert "  at least one course: 0 rows (error)" in notice["message"]
