"""CSV as it comes: other separators, headers that repeat or are empty, text in decomposed form."""

from __future__ import annotations

import csv
import io
import json
import unicodedata

import pytest

from naru_spark.contract import load_contracts
from naru_spark.csv_headers import name_headers
from naru_spark.errors import JobError
from tests.contracts import STUDENTS, column, contract, personal
from tests.lake import Lake, expected_pseudonym
from tests.shipped import HEADERS, Shipped

FIELDS = ["id", "text", "점수"]
# Every separator stands within a field too.
VALUES = [["1", 'a,b;c|d\te"f', "1"], ["2", "두 줄\n글", "-2"], ["3", "", ""]]


def written(delimiter: str, rows: list[list[str]], line_end: str = "\n") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-8-sig"), ("|", "utf-8"), (";", "cp949")]
)
def test_fields_are_separated_as_the_contract_says(lake: Lake, delimiter: str, encoding: str) -> None:
    columns = [column("id"), column("text"), column("score", "int", source="점수")]
    data_set = contract("sis.scores", ["id"], columns, delimiter=delimiter)
    content = written(delimiter, [FIELDS, *VALUES], "\r\n").encode(encoding)
    lake.drop("sis.scores", "2026-11-20", content)
    report = lake.curate(contracts=[data_set])
    assert report.errors == []
    assert report.curated[0].bad == 0
    assert lake.rows("curated", "sis/scores", "id, text, score") == [
        ("1", 'a,b;c|d\te"f', 1),
        ("2", "두 줄\n글", -2),
        ("3", None, None),
    ]


def test_a_set_without_delimiter_has_commas_and_another_one_is_told() -> None:
    assert [data_set.delimiter for data_set in load_contracts(json.dumps([STUDENTS]))] == [","]
    with pytest.raises(JobError, match=r"sis\.students: delimiter ':' is unknown: write one of ',', ';'"):
        load_contracts(json.dumps([{**STUDENTS, "delimiter": ":"}]))


def test_a_file_with_another_separator_is_told_which_one_is_expected(lake: Lake) -> None:
    data_set = contract("sis.scores", ["id"], [column("id"), column("text")], delimiter=";")
    lake.drop("sis.scores", "2026-11-20", "id,text\n1,a\n")
    (error,) = lake.curate(contracts=[data_set]).errors
    assert "column id (id), text (text) is missing" in error
    assert "separated by semicolons" in error


def test_headers_are_named_as_contracts_name_them(shipped: Shipped) -> None:
    assert [name_headers(header) for header in HEADERS] == shipped.named


REPEATED = contract(
    "sis.exams",
    ["student_id"],
    [
        personal("student_id", "student-id", source="학번"),
        column("written", "int", source="점수"),
        column("oral", "int", source="점수#2"),
        column("remark", source="#4"),
        column("upper", source="Note"),
        column("lower", source="note"),
    ],
)


def test_repeated_and_empty_headers_and_those_that_differ_in_case_only(lake: Lake) -> None:
    lake.drop("sis.exams", "2026-11-20", "학번, 점수,점수 ,,Note,note\nS1,1,2,x,A,a\nS2,3,4,y,B,b\n")
    lake.drop("sis.exams", "2026-11-21", "note,Note,점수,,점수,학번\nc,C,5,z,6,S3\n")
    report = lake.curate(contracts=[REPEATED])
    assert report.errors == []
    columns = 'student_id, written, oral, remark, "upper", "lower"'
    assert lake.rows("curated", "sis/exams", columns, "written") == [
        (expected_pseudonym("student-id", "S1"), 1, 2, "x", "A", "a"),
        (expected_pseudonym("student-id", "S2"), 3, 4, "y", "B", "b"),
        (expected_pseudonym("student-id", "S3"), 5, 6, "z", "C", "c"),
    ]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("학번,점수,점수,,Note,note,점수", "column 점수 stands there more often than in the contract"),
        ("학번,점수,점수,,Note,note,", "the header at position 7 is not in the contract sis.exams"),
        ("학번,점수,,점수,Note,note", "column #4 (remark) is missing; the header at position 3 is not"),
    ],
)
def test_one_header_too_many_or_an_empty_one_elsewhere_is_told(lake: Lake, header: str, told: str) -> None:
    lake.drop("sis.exams", "2026-11-20", header + "\n")
    (error,) = lake.curate(contracts=[REPEATED]).errors
    assert told in error


def test_decomposed_text_gets_no_pseudonym_but_a_reason(lake: Lake) -> None:
    people = contract("sis.people", ["n"], [column("n"), personal("user_id", "user-id"), column("city")])
    names = ["홍길동1", "josé", "hong", "ㄱㄴ"]
    rows = [[str(n), name, "서울"] for n, name in enumerate(names)]
    rows += [[f"{n}d", unicodedata.normalize("NFD", name), "서울"] for n, name in enumerate(names)]
    rows += [["k", "kept", unicodedata.normalize("NFD", "서울")]]
    lake.drop("sis.people", "2026-11-20", written(",", [["n", "user_id", "city"], *rows]))
    report = lake.curate(contracts=[people]).curated[0]
    assert report.bad_by_reason == {"user_id:normalForm": 2}
    assert lake.rows("landing", "quarantine/sis/people", "n") == [("0d",), ("1d",)]
    stored = dict(lake.rows("curated", "sis/people", "n, user_id"))
    assert stored["2"] == stored["2d"] == expected_pseudonym("user-id", "HONG")
    assert stored["0"] == expected_pseudonym("user-id", "홍길동1")
    assert set(stored) == {"0", "1", "2", "3", "2d", "3d", "k"}
