"""Records of where a table's rows come from, and runs of some data sets only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.stub import Stubber

import main
from naru_spark.errors import JobError
from naru_spark.lineage import source_objects
from naru_spark.storage import StoredFile
from tests.contracts import STUDENTS, column, contract, rule
from tests.lake import Lake
from tests.test_main import STUDENTS_CSV, job_file


def records(lake: Lake, zone: str, table: str) -> list[dict[str, Any]]:
    return [
        json.loads(path.read_text()) for path in sorted((lake.root / zone / "lineage" / table).glob("*.json"))
    ]


def test_the_record_tells_source_contract_epoch_rows_and_outputs(lake: Lake) -> None:
    drop = lake.drop("sis.students", "2026-11-20", STUDENTS_CSV + "S2,홍길동,,,학과,2\nS3,홍길동,,,학과,x\n")
    lake.curate(contracts=[STUDENTS])
    (record,) = records(lake, "curated", "sis/students")
    (path,) = (lake.root / "curated" / "lineage" / "sis" / "students").glob("*.json")
    assert path.read_text().count("\n") == 1, "an object a line, for Athena"
    assert record["run"] == "run-1"
    assert record["application"]
    assert (record["dataSet"], record["contractVersion"], record["pseudonymEpoch"]) == (
        "sis.students",
        "1.0.0",
        1,
    )
    assert record["rows"] == {"read": 4, "quarantined": 1, "duplicates": 1, "written": 2}
    size = drop.stat().st_size
    assert record["sources"] == [{"zone": "landing", "day": "2026-11-20", "size": size, "versionId": None}]
    assert record["outputs"] == [f"file://{lake.root}/curated/sis/students/dt=2026-11-20"]


def test_keys_of_landing_stay_in_landing(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", STUDENTS_CSV, file="홍길동.csv")
    lake.curate(contracts=[STUDENTS])
    (closed,) = records(lake, "landing", "sis/students")
    assert closed["sources"][0]["key"].endswith("/홍길동.csv")
    (opened,) = records(lake, "curated", "sis/students")
    assert "홍길동" not in json.dumps(opened, ensure_ascii=False)
    assert {"key", "etag"}.isdisjoint(opened["sources"][0])


def test_each_run_leaves_a_record_and_a_refused_one_too(lake: Lake) -> None:
    strict = contract("lms.courses", ["id"], [column("id")], [rule("two", "rowCount", [], minimum=2)])
    lake.drop("lms.courses", "2026-11-20", "id\nC1\n")
    lake.curate(contracts=[strict])
    lake.run_id = "run-2"
    lake.drop("lms.courses", "2026-11-20", "id\nC1\nC2\n")
    lake.curate(contracts=[strict])
    told = [
        (one["run"], one["status"], len(one["outputs"])) for one in records(lake, "curated", "lms/courses")
    ]
    assert told == [("run-1", "refused", 0), ("run-2", "written", 1)]


def test_versions_come_from_s3(monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3

    s3 = boto3.client("s3", region_name="ap-northeast-2", aws_access_key_id="x", aws_secret_access_key="x")
    file = StoredFile("s3://landing/a/b/dt=2026-11-20/수 강#1.csv", 5, 1)
    asked = {"Bucket": "landing", "Key": "a/b/dt=2026-11-20/수 강#1.csv"}
    monkeypatch.setattr(boto3.session.Session, "client", lambda self, service: s3)
    with Stubber(s3) as stub:
        stub.add_response("head_object", {"ContentLength": 7, "VersionId": "v1", "ETag": '"e1"'}, asked)
        stub.add_client_error("head_object", "403")
        (one,) = source_objects([file])
        assert (one.size, one.version_id, one.etag, one.day) == (7, "v1", "e1", "2026-11-20")
        with pytest.raises(JobError, match="needs s3:GetObject"):
            source_objects([file])


def test_named_sets_are_curated_and_only_what_they_feed_is_built(lake: Lake) -> None:
    lake.drop("lms.courses", "2026-11-20", "id\nC1\n")
    arguments = ["--jobs", "curate,page_views,master_table", "--config", job_file(lake), "--run", "r-9"]
    assert main.main([*arguments, "--data-sets", '["lms.courses"]']) == 0
    report = json.loads((lake.root / "report.json").read_text())
    assert report["run"] == "r-9"
    assert [one["dataSet"] for one in report["curated"]] == ["lms.courses"]
    assert [one["table"] for one in report["tables"]] == ["ops/quality_results", "ops/pseudonym_status"]


def test_all_goes_before_the_sets_of_the_job_file(lake: Lake) -> None:
    lake.drop("lms.courses", "2026-11-20", "id\nC1\n")
    config = job_file(lake, dataSets=["no.such"])
    assert main.main(["--jobs", "curate", "--config", config]) == 1
    assert main.main(["--jobs", "curate", "--config", config, "--data-sets", "all"]) == 0


@pytest.mark.parametrize("text", ["sis.students", "[]", "[1]", "{}"])
def test_data_sets_that_are_no_list_end_with_code_2(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["--jobs", "curate", "--config", "s3://b/job.json", "--data-sets", text])
    assert caught.value.code == 2
    assert "a JSON list of ids" in capsys.readouterr().err
