"""Curation of CSV drops, from files in the landing zone to Parquet as another engine reads it."""

from __future__ import annotations

import duckdb
import pytest

from tests.contracts import STUDENTS, column, contract, personal, rule
from tests.lake import Lake, expected_pseudonym

HEADER = "학번,이름,주민등록번호,휴대전화,학과,학년\n"
ROWS = "S1,홍길동,050101-3000000,010-1234-5678,컴퓨터공학과,2\n"
ROWS += "s2,김나루,060202-4000000,+82 10 9876 5432,국어국문학과,1\n"
TABLE = "sis/students"


def curated(lake: Lake) -> list[tuple[object, ...]]:
    return lake.rows("curated", TABLE, "student_id, phone, department, grade, pseudonym_epoch, dt")


def expected() -> list[tuple[object, ...]]:
    rows = [
        ("S1", "01012345678", "컴퓨터공학과", 2),
        ("S2", "01098765432", "국어국문학과", 1),
    ]
    return sorted(
        (expected_pseudonym("student-id", s), expected_pseudonym("phone", p), d, g, 1, "2026-11-20")
        for s, p, d, g in rows
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_reads_the_encodings_that_korean_exports_have(lake: Lake, encoding: str) -> None:
    lake.drop("sis.students", "2026-11-20", (HEADER + ROWS).encode(encoding))
    report = lake.curate(only=["sis.students"])
    assert report.errors == []
    assert curated(lake) == expected()


def test_files_of_one_day_may_differ_in_encoding_and_in_the_order_of_their_headers(lake: Lake) -> None:
    first, second = ROWS.splitlines(keepends=True)
    lake.drop("sis.students", "2026-11-20", (HEADER + first).encode("cp949"), "[1] 공학(컴퓨터).csv")
    turned = "\n".join(",".join(reversed(line.split(","))) for line in (HEADER + second).splitlines())
    lake.drop("sis.students", "2026-11-20", turned, "2.csv")
    report = lake.curate(only=["sis.students"])
    assert report.errors == []
    assert curated(lake) == expected()


def test_quoted_fields_may_hold_commas_quotes_and_line_breaks(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", HEADER + 'S1,홍길동,,,"컴퓨터""AI"",\r\n공학과",2\n')
    lake.curate(only=["sis.students"])
    assert lake.rows("curated", TABLE, "department")[0][0].replace("\r\n", "\n") == '컴퓨터"AI",\n공학과'


def test_dropped_and_clear_columns_do_not_exist_in_curated(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", HEADER + ROWS)
    lake.curate(only=["sis.students"])
    (file,) = lake.files("curated", TABLE)
    names = [row[0] for row in duckdb.sql(f"describe select * from read_parquet('{file}')").fetchall()]
    assert names == ["student_id", "phone", "department", "grade", "pseudonym_epoch", "dt"]
    assert "홍길동".encode() not in file.read_bytes()


def test_every_file_is_snappy_in_its_footer(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", HEADER + ROWS + "S3,이름,,,,9\n")
    lake.curate(only=["sis.students"])
    files = [*lake.files("curated", TABLE), *lake.files("landing", f"quarantine/{TABLE}")]
    assert len(files) == 2
    for file in files:
        codecs = duckdb.sql(f"select distinct compression from parquet_metadata('{file}')").fetchall()
        assert codecs == [("SNAPPY",)]


def test_a_rerun_gives_the_same_rows(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", HEADER + ROWS)
    lake.curate(only=["sis.students"])
    first = curated(lake)
    report = lake.curate(only=["sis.students"])
    assert curated(lake) == first == expected()
    assert report.curated[0].written == 2


def test_a_corrected_drop_leaves_nothing_stale(lake: Lake) -> None:
    drop = lake.drop("sis.students", "2026-11-20", HEADER + ROWS + "S3,이름,,,학과,9\n")
    lake.curate(only=["sis.students"])
    assert lake.files("landing", f"quarantine/{TABLE}") != []
    drop.write_text(HEADER + ROWS)
    lake.curate(only=["sis.students"])
    assert lake.files("landing", f"quarantine/{TABLE}") == []


def test_bad_rows_go_to_quarantine_with_every_reason(lake: Lake) -> None:
    bad = "S3,이름,,,,9\nS4,이름,,,학과,둘\nS5,이름,,\n,이름,,,학과,1\nS0000000000006,이름,,,학과,2.5\n"
    lake.drop("sis.students", "2026-11-20", HEADER + ROWS + bad)
    report = lake.curate(only=["sis.students"]).curated[0]
    assert (report.read, report.good, report.bad, report.written) == (7, 2, 5, 2)
    assert report.bad_by_reason == {
        "department:required": 1,
        "grade:maximum": 1,
        "grade:type": 2,
        "row:fields": 1,
        "student_id:maxLength": 1,
        "student_id:required": 1,
    }
    kept = lake.rows("landing", f"quarantine/{TABLE}", "student_id, reasons, dt", "student_id nulls last")
    assert kept[0] == ("S0000000000006", ["student_id:maxLength", "grade:type"], "2026-11-20")
    assert kept[1] == ("S3", ["department:required", "grade:maximum"], "2026-11-20")
    assert curated(lake) == expected()


def test_bytes_that_do_not_decode_are_a_reason_and_not_a_value(lake: Lake) -> None:
    padding = "".join(f"A{n},이름,,,학과,1\n" for n in range(16_000))
    lake.drop("sis.students", "2026-11-20", (HEADER + padding).encode() + b"S9,\xb0\xa1,,,\xc7\xd0,1\n")
    report = lake.curate(only=["sis.students"]).curated[0]
    assert report.bad_by_reason == {"department:encoding": 1, "name:encoding": 1}
    assert report.written == 16_000


def test_the_first_of_two_rows_with_one_key_stays_and_is_counted_apart(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", HEADER + ROWS + "s1 ,홍길동,,,나중학과,3\n")
    lake.drop("sis.students", "2026-11-21", HEADER + ROWS)
    report = lake.curate(only=["sis.students"]).curated[0]
    assert (report.read, report.bad, report.duplicates, report.written) == (5, 0, 1, 4)
    assert [row for row in curated(lake) if row[-1] == "2026-11-20"] == expected()


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("학번,이름,주민등록번호,휴대전화,학과", "column 학년 (grade) is missing"),
        (
            "학번,이름,주민등록번호,휴대전화,학과,학년,비고",
            "the header at position 7 is not in the contract sis.students",
        ),
        (
            "학번,이름,주민등록번호,휴대전화,학과,학년,학번",
            "column 학번 stands there more often than in the contract",
        ),
    ],
)
def test_a_wrong_header_is_told_with_file_and_column(lake: Lake, header: str, told: str) -> None:
    lake.drop("sis.students", "2026-11-20", header + "\n", "wrong.csv")
    (error,) = lake.curate(only=["sis.students"]).errors
    assert told in error
    assert "dt=2026-11-20/wrong.csv" in error


def test_a_file_without_header_is_told_without_its_values(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", ROWS)
    (error,) = lake.curate(only=["sis.students"]).errors
    assert "position 1, 2, 3, 4, 5, 6" in error
    assert "홍길동" not in error


@pytest.mark.parametrize(
    ("day", "file", "content", "told"),
    [
        ("2026-11-31", "a.csv", HEADER.encode(), "dt=YYYY-MM-DD"),
        ("2026-11-20", "a.xlsx", b"PK\x03\x04", "not a CSV file"),
        ("2026-11-20", "a.csv", HEADER.encode("utf-16"), "UTF-16"),
    ],
)
def test_other_files_are_refused_with_the_fix(
    lake: Lake, day: str, file: str, content: bytes, told: str
) -> None:
    lake.drop("sis.students", day, content, file)
    (error,) = lake.curate(only=["sis.students"]).errors
    assert told in error


def test_a_file_beside_the_day_folders_is_not_passed_over(lake: Lake) -> None:
    drop = lake.drop("sis.students", "2026-11-20", HEADER + ROWS)
    drop.rename(drop.parents[1] / "astray.csv")
    (error,) = lake.curate(only=["sis.students"]).errors
    assert "sis/students/astray.csv: must lie in a folder dt=YYYY-MM-DD" in error


def test_a_set_without_drops_is_no_error(lake: Lake) -> None:
    report = lake.curate(only=["sis.students"])
    assert report.errors == []
    assert report.curated[0].status == "no input"


ODD = contract(
    "sis.odd",
    ["id"],
    [
        column("id"),
        column("amount", "decimal(8,2)"),
        column("paid", "boolean"),
        column("born", "date"),
        column("at_time", "timestamp"),
        column("code", pattern="[A-Z]{2}|x"),
        column("text"),
        column("score", "double"),
    ],
    day_of="at_time",
)


def test_types_are_strict_and_times_are_of_the_contracts_zone(lake: Lake) -> None:
    lake.drop(
        "sis.odd",
        "2026-11-22",
        "id,amount,paid,born,at_time,code,text,score\n"
        '1, 12.50 ,TRUE,2026-02-28,2026-11-20 23:59:59,AB,"",1e-3\n'
        "2,-7,false,,2026-11-21T00:00:00+09:00,x,,.5\n"
        "3,,,,2026-11-20T14:59:59.999Z,,a,-1\n"
        "4,1.005,yes,2026-02-30,2026-11-20,ABC,b,NaN\n"
        "5,,,,,,,\n",
    )
    report = lake.curate(contracts=[ODD]).curated[0]
    assert report.error is None
    assert report.bad_by_reason == {
        "amount:type": 1,
        "at_time:required": 1,
        "at_time:type": 1,
        "born:type": 1,
        "code:pattern": 1,
        "paid:type": 1,
        "score:type": 1,
    }
    rows = lake.rows(
        "curated",
        "sis/odd",
        "id, amount::varchar, paid, born::varchar, at_time::varchar, text, score, dt",
        "id",
    )
    assert rows == [
        ("1", "12.50", True, "2026-02-28", "2026-11-20 14:59:59", None, 0.001, "2026-11-20"),
        ("2", "-7.00", False, None, "2026-11-20 15:00:00", None, 0.5, "2026-11-21"),
        ("3", None, None, None, "2026-11-20 14:59:59.999", "a", -1.0, "2026-11-20"),
    ]


def test_an_empty_field_is_null_quoted_or_not_and_null_has_no_pseudonym(lake: Lake) -> None:
    people = contract(
        "sis.people", ["n"], [column("n"), personal("email", "email"), personal("born", "birth-date")]
    )
    people["columns"][2]["type"] = "date"
    lake.drop("sis.people", "2026-11-20", 'n,email,born\n1," ",2000-01-02\n2,,""\n3,"",\n')
    assert lake.curate(contracts=[people]).errors == []
    assert lake.rows("curated", "sis/people", "n, email, born") == [
        ("1", expected_pseudonym("email", ""), expected_pseudonym("birth-date", "2000-01-02")),
        ("2", None, None),
        ("3", None, None),
    ]


def test_an_error_rule_stops_publication_and_leaves_what_was_published(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", HEADER + ROWS)
    lake.curate(only=["sis.students"])
    strict = {
        **STUDENTS,
        "quality": [rule("grades plausible", "invalidValues", ["grade"], maximum=20, unit="percent")],
    }
    lake.drop("sis.students", "2026-11-20", HEADER + ROWS + "S3,이름,,,학과,9\n")
    report = lake.curate(contracts=[strict]).curated[0]
    assert report.status == "refused"
    assert report.error is not None
    assert "grades plausible" in report.error
    assert (report.quality[0].measured, report.written) == (33.3333, 0)
    assert curated(lake) == expected()


def test_quality_metrics_and_warnings(lake: Lake) -> None:
    rules = [
        rule("rows", "rowCount", [], minimum=3, maximum=3),
        rule("phones", "nullValues", ["phone"], maximum=50, unit="percent"),
        rule("one person once", "duplicateValues", ["resident_number"], maximum=0, severity="warning"),
        rule("keys", "duplicateValues", ["student_id"], maximum=1),
    ]
    more = "S3,이름,0601014000000,,학과,2\ns3,이름,,,학과,2\nS4,이름,,,학과,0\n"
    same_person = ROWS.replace("060202-4000000", "060101-4000000")
    lake.drop("sis.students", "2026-11-20", HEADER + same_person + more)
    report = lake.curate(contracts=[{**STUDENTS, "quality": rules}]).curated[0]
    assert [(q.rule, q.measured, q.status) for q in report.quality] == [
        ("rows", 3.0, "passed"),
        ("phones", 60.0, "failed"),
        ("one person once", 1.0, "failed"),
        ("keys", 1.0, "passed"),
    ]
    assert report.error is not None
    assert "quality rule phones failed" in report.error
