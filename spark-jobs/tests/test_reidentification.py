"""What turns pseudonyms back: kept, bridged between epochs, and gone with the clear data."""

from __future__ import annotations

import shutil
from typing import Any, Callable

import pytest

from tests.contracts import STUDENTS, column, contract, personal, rule
from tests.lake import Lake, expected_pseudonym

HEADER = "학번,이름,주민등록번호,휴대전화,학과,학년\n"
KEYS, BRIDGE = "source-keys/sis/students", "bridge/sis/students"
KEY_COLUMNS = "kind, pseudonym, pseudonym_epoch, source_key, data_set, dt"
DAY, NEXT_DAY = "2026-11-19", "2026-11-20"

Row = tuple[Any, ...]


@pytest.fixture
def keeping(lake: Lake) -> Lake:
    lake.oldest_epoch = 1
    return lake


def student(number: str, phone: str = "", grade: str = "1") -> str:
    return f"{number},홍길동,050101-3000000,{phone},컴퓨터공학과,{grade}\n"


def keys(lake: Lake, table: str = KEYS, columns: str = KEY_COLUMNS) -> list[Row]:
    return lake.rows("reidentification", table, columns)


def key(kind: str, value: str, day: str = DAY, epoch: int = 1) -> Row:
    return kind, expected_pseudonym(kind, value, epoch), epoch, value, "sis.students", day


def curate(lake: Lake, **given: Any) -> Any:  # noqa: ANN401
    (report,) = lake.curate(**{"only": ["sis.students"], **given}).curated
    return report


def test_every_pseudonym_of_a_published_row_has_its_normalised_value(keeping: Lake) -> None:
    keeping.drop("sis.students", DAY, HEADER + student("s1", "+82 10-1234-5678") + student("S2"))
    keeping.drop("sis.students", NEXT_DAY, HEADER + student("S3") + student("S4", grade="9"))
    report = curate(keeping)
    assert (report.error, report.written, report.source_keys) == (None, 3, 4)
    expected = [
        key("phone", "01012345678"),
        key("student-id", "S1"),
        key("student-id", "S2"),
        key("student-id", "S3", NEXT_DAY),
    ]
    assert sorted(keys(keeping)) == sorted(expected)
    published = {
        value for row in keeping.rows("curated", "sis/students", "student_id, phone") for value in row
    }
    assert published - {None} == {row[1] for row in keys(keeping)}


def test_nothing_is_kept_where_nobody_asked_for_it(lake: Lake) -> None:
    lake.drop("sis.students", DAY, HEADER + student("S1"))
    assert curate(lake).source_keys == 0
    assert not (lake.root / "reidentification").exists()


def test_no_file_outside_the_closed_zone_holds_a_value(keeping: Lake) -> None:
    keeping.drop("sis.students", DAY, HEADER + student("S1234567", "010-1234-5678"))
    curate(keeping)
    for zone, closed in (("curated", False), ("reidentification", True)):
        found = [
            row for file in keeping.root.glob(f"{zone}/**/*.parquet") for row in texts(keeping, str(file))
        ]
        assert ("01012345678" in found) is closed
        assert ("S1234567" in found) is closed


def texts(lake: Lake, file: str) -> list[str]:
    rows = lake.spark.read.parquet(file).collect()
    return [str(value) for row in rows for value in row]


def gone_day(lake: Lake) -> None:
    shutil.rmtree(lake.root / f"landing/sis/students/dt={DAY}")


def gone_file(lake: Lake) -> None:
    (lake.root / f"landing/sis/students/dt={DAY}/drop.csv").unlink()


@pytest.mark.parametrize("delete", [gone_day, gone_file])
def test_a_day_whose_clear_data_is_gone_is_forgotten(keeping: Lake, delete: Callable[[Lake], None]) -> None:
    keeping.epoch = 2
    keeping.drop("sis.students", DAY, HEADER + student("S1"))
    keeping.drop("sis.students", NEXT_DAY, HEADER + student("S2"))
    curate(keeping)
    delete(keeping)
    curate(keeping)
    assert {row[3] for row in keys(keeping)} == {"S2"}
    assert {row[0] for row in keys(keeping, BRIDGE, "dt")} == {NEXT_DAY}


def test_the_last_day_is_forgotten_too(keeping: Lake) -> None:
    keeping.drop("sis.students", DAY, HEADER + student("S1"))
    curate(keeping)
    gone_day(keeping)
    assert curate(keeping).status == "no input"
    assert list((keeping.root / "reidentification").rglob("*.parquet")) == []


def test_a_file_that_is_gone_takes_its_keys_with_it_and_leaves_the_others(keeping: Lake) -> None:
    gone = keeping.drop("sis.students", DAY, HEADER + student("S1"), "1.csv")
    keeping.drop("sis.students", DAY, HEADER + student("S2"), "2.csv")
    curate(keeping)
    gone.unlink()
    curate(keeping)
    assert [row[3] for row in keys(keeping)] == ["S2"]


def test_deletion_does_not_wait_for_good_data(keeping: Lake) -> None:
    """A set that is refused, and one whose file can't be read, forget what landing has lost all the same."""
    strict = {**STUDENTS, "quality": [rule("two at least", "rowCount", [], minimum=2)]}
    keeping.drop("sis.students", DAY, HEADER + student("S1"))
    keeping.drop("sis.students", NEXT_DAY, HEADER + student("S2"))
    curate(keeping, contracts=[strict])
    gone_day(keeping)
    assert curate(keeping, contracts=[strict]).status == "refused"
    assert [row[3] for row in keys(keeping)] == ["S2"]
    broken = keeping.drop("sis.students", NEXT_DAY, "no,such,header\n")
    assert curate(keeping, contracts=[strict]).status == "failed"
    broken.unlink()
    curate(keeping, contracts=[strict])
    assert keys(keeping) == []


def test_a_column_that_is_no_longer_pseudonymised_leaves_nothing(keeping: Lake) -> None:
    ids = contract("sis.ids", ["id"], [column("id"), personal("phone", "phone")])
    dropped = contract("sis.ids", ["id"], [column("id"), personal("phone", "phone", "drop")])
    keeping.drop("sis.ids", DAY, "id,phone\n1,010-1234-5678\n")
    keeping.curate(contracts=[ids])
    assert len(keys(keeping, "source-keys/sis/ids")) == 1
    keeping.curate(contracts=[dropped])
    assert keys(keeping, "source-keys/sis/ids") == []


def test_both_epochs_are_turned_back_and_bridged_after_a_rotation(keeping: Lake) -> None:
    keeping.drop("sis.students", DAY, HEADER + student("S1", "010-1234-5678"))
    curate(keeping)
    before = keeping.rows("curated", "sis/students", "student_id, phone")
    assert keys(keeping, BRIDGE) == []
    keeping.epoch = 2
    curate(keeping)
    after = keeping.rows("curated", "sis/students", "student_id, phone, pseudonym_epoch")
    values = [("phone", "01012345678"), ("student-id", "S1")]
    both = [key(kind, value, epoch=epoch) for kind, value in values for epoch in (1, 2)]
    assert sorted(keys(keeping)) == sorted(both)
    columns = "kind, pseudonym, pseudonym_epoch, newest_pseudonym, newest_epoch, data_set, dt"
    assert keys(keeping, BRIDGE, columns) == [
        (kind, expected_pseudonym(kind, value), 1, expected_pseudonym(kind, value, 2), 2, "sis.students", DAY)
        for kind, value in values
    ]
    bridged = dict(keys(keeping, BRIDGE, "pseudonym, newest_pseudonym"))
    assert [(bridged[student_id], bridged[phone], 2) for student_id, phone in before] == after


def test_an_epoch_that_is_given_up_is_gone(keeping: Lake) -> None:
    keeping.drop("sis.students", DAY, HEADER + student("S1"))
    keeping.epoch = 2
    curate(keeping)
    keeping.oldest_epoch = 2
    curate(keeping)
    assert keys(keeping) == [key("student-id", "S1", epoch=2)]
    assert keys(keeping, BRIDGE) == []


def test_streams_leave_no_source_keys(keeping: Lake) -> None:
    report = keeping.curate(only=["lms.requests"])
    assert report.curated[0].source_keys == 0
    assert not (keeping.root / "reidentification").exists()


def test_keys_and_values_are_in_no_plan_and_no_event(keeping: Lake, event_log: Callable[[], str]) -> None:
    keeping.drop("sis.students", DAY, HEADER + student("S7654321", "010-8888-9999"))
    keeping.epoch = 2
    curate(keeping)
    for value in ("S7654321", "01088889999", "010-8888-9999"):
        assert value not in event_log()
