"""Data quality on AWS Glue: which tables are checked and what fails the job; the engine itself is Glue's."""

from __future__ import annotations

import json

import boto3
import pytest
from botocore.stub import Stubber
from pyspark.sql import DataFrame, SparkSession

import glue_quality
from glue_quality import CheckedTable, check_tables, failed_rules, parse_tables, ruleset_text
from naru_spark.errors import JobError
from naru_spark.storage import Storage
from tests.contracts import column, contract
from tests.lake import Lake

COURSES = contract("lms.courses", ["id"], [column("id")])


def table(lake: Lake, name: str = "lms/courses") -> CheckedTable:
    rulesets = {"error": "courses", "warning": "courses-warnings"}
    return CheckedTable(name.replace("/", "."), f"file://{lake.root}/curated/{name}", rulesets)


def test_every_ruleset_of_a_table_is_evaluated_on_all_its_days(lake: Lake, spark: SparkSession) -> None:
    lake.drop("lms.courses", "2026-11-20", "id\nC1\nC2\n")
    lake.drop("lms.courses", "2026-11-21", "id\nC1\n")
    lake.curate(contracts=[COURSES])
    seen = []

    def evaluate(checked: CheckedTable, ruleset: str, frame: DataFrame) -> list[str]:
        seen.append((checked.data_set, ruleset, sorted((row.dt, row.id) for row in frame.collect())))
        return ['IsComplete "id"'] if ruleset == "courses-warnings" else []

    failures = list(check_tables(spark, Storage(spark), [table(lake)], evaluate))
    rows = [("2026-11-20", "C1"), ("2026-11-20", "C2"), ("2026-11-21", "C1")]
    assert seen == [("lms.courses", "courses", rows), ("lms.courses", "courses-warnings", rows)]
    assert failures == [("warning", 'lms.courses: IsComplete "id"')]


def test_a_table_without_a_day_is_passed_over(lake: Lake, spark: SparkSession) -> None:
    def evaluate(checked: CheckedTable, ruleset: str, frame: DataFrame) -> list[str]:
        raise AssertionError("there is nothing to evaluate")

    assert list(check_tables(spark, Storage(spark), [table(lake)], evaluate)) == []


@pytest.mark.parametrize(("ruleset", "code"), [("courses", 1), ("courses-warnings", 0)])
def test_only_rules_of_severity_error_fail_the_job(
    lake: Lake, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], ruleset: str, code: int
) -> None:
    lake.drop("lms.courses", "2026-11-20", "id\nC1\n")
    lake.curate(contracts=[COURSES])
    checked = table(lake)
    path = lake.root / "quality.json"
    path.write_text(
        json.dumps([{"dataSet": "lms.courses", "uri": checked.uri, "rulesets": checked.rulesets}])
    )
    evaluation = lambda _, name, frame: ["RowCount >= 2"] if name == ruleset else []  # noqa: E731
    monkeypatch.setattr(glue_quality, "glue_evaluation", lambda spark: evaluation)
    assert glue_quality.main(["--JOB_NAME", "quality", "--tables", f"file://{path}"]) == code
    assert "lms.courses: RowCount >= 2" in capfd.readouterr().err


def test_a_rule_that_did_not_pass_is_told_without_the_reason() -> None:
    outcomes = [
        {"Rule": 'IsComplete "id"', "Outcome": "Passed"},
        {"Rule": "RowCount >= 1", "Outcome": "Failed", "FailureReason": "Value: 0"},
        {"Rule": 'IsUnique "x"', "Outcome": "Error"},
    ]
    assert failed_rules(outcomes) == ["RowCount >= 1", 'IsUnique "x"']


def test_rules_are_those_that_stand_in_glue() -> None:
    glue = boto3.client(
        "glue", region_name="ap-northeast-2", aws_access_key_id="x", aws_secret_access_key="x"
    )
    with Stubber(glue) as stub:
        stub.add_response(
            "get_data_quality_ruleset", {"Ruleset": "Rules = [ RowCount >= 1 ]"}, {"Name": "courses"}
        )
        assert ruleset_text(glue, "courses") == "Rules = [ RowCount >= 1 ]"


@pytest.mark.parametrize("text", ["{", "[{}]", '[{"dataSet": "a.b", "uri": "s3://b/", "rulesets": 1}]'])
def test_a_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(JobError, match=r"quality\.json: must be a list of dataSet, uri and rulesets"):
        parse_tables(text)
