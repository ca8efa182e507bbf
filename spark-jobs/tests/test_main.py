"""The entry point: arguments, the job file, the report and the tables about runs."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from botocore.stub import Stubber
from pyspark.sql import SparkSession

import main
from naru_spark.contract import load_contracts
from naru_spark.epoch_keys import KmsEpochKeys
from naru_spark.errors import JobError
from naru_spark.settings import PseudonymKey, parse_settings
from tests.contracts import CONTRACTS, STUDENTS, column, contract, rule
from tests.lake import Lake

COURSES = contract("lms.courses", ["id"], [column("id")], [rule("not empty", "rowCount", [], minimum=1)])
STUDENTS_CSV = (
    "학번,이름,주민등록번호,휴대전화,학과,학년\nS1,홍길동,,010-1234-5678,학과,1\nS2,홍길동,,,학과,1\n"
)


def job_file(lake: Lake, **changes: object) -> str:
    zones = {zone: f"file://{lake.root}/{zone}/" for zone in ("landing", "raw", "curated")}
    contracts = lake.root / "contracts.json"
    contracts.write_text(json.dumps([COURSES]))
    settings = {
        "contracts": f"file://{contracts}",
        "zones": zones,
        "report": f"file://{lake.root}/report.json",
    }
    path = lake.root / "job.json"
    path.write_text(json.dumps({**settings, "pseudonym": None, "dataSets": None, **changes}))
    return f"file://{path}"


def test_a_run_writes_one_report(lake: Lake, spark: SparkSession) -> None:
    lake.drop("lms.courses", "2026-11-20", "id\nC1\nC1\n\n")
    assert main.main(["--jobs", "curate,page_views,master_table", "--config", job_file(lake)]) == 0
    report = json.loads((lake.root / "report.json").read_text())
    assert (report["version"], report["status"], report["errors"]) == (1, "succeeded", [])
    (courses,) = report["curated"]
    assert (courses["dataSet"], courses["status"], courses["duplicates"]) == ("lms.courses", "written", 1)
    assert courses["quality"][0]["measured"] == 1.0


def test_glue_starts_the_same_run(lake: Lake, spark: SparkSession) -> None:
    lake.drop("lms.courses", "2026-11-20", "id\nC1\nC2\nC1\n")
    config = job_file(lake)
    asked = ["--jobs", "curate", "--config", config, "--data-sets", "all"]
    assert main.main([*asked, "--run", "r1"]) == 0
    by_emr = lake.rows("curated", "lms/courses", "*")
    # What Glue 5.0 adds, with and without values, before and behind the job's own.
    before = ["--job-bookmark-option", "job-bookmark-disable", "--JOB_ID", "j_1", "true"]
    before += ["--JOB_RUN_ID", f"jr_{'0a' * 32}_attempt_1"]
    behind = ["--TempDir", "s3://b/temp/", "--JOB_NAME", "naru-dev-curate", "--enable-auto-scaling", "true"]
    assert main.main([*before, *asked, *behind]) == 0
    assert lake.rows("curated", "lms/courses", "*") == by_emr
    assert len(by_emr) == 2
    lineage = (lake.root / "landing" / "lineage" / "lms" / "courses").glob("*.json")
    assert {json.loads(file.read_text())["run"] for file in lineage} == {"r1", f"jr_{'0a' * 32}_attempt_1"}


def test_what_glue_does_not_pass_is_refused_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["--jobs", "curate", "--config", "s3://b/job.json", "--TempDir", "s3://b/temp/"])
    assert caught.value.code == 2
    assert "unrecognized arguments: --TempDir" in capsys.readouterr().err


def test_a_failure_ends_with_one_line_and_code_1(lake: Lake, capfd: pytest.CaptureFixture[str]) -> None:
    lake.drop("lms.courses", "2026-11-20", "id\n")
    elsewhere = f"file://{lake.root}/elsewhere.json"
    assert main.main(["--jobs", "curate", "--config", job_file(lake), "--report", elsewhere]) == 1
    assert "naru: lms.courses: not published: quality rule not empty failed" in capfd.readouterr().err
    assert json.loads((lake.root / "elsewhere.json").read_text())["status"] == "failed"


def test_a_missing_job_file_is_told_by_its_name(lake: Lake, capfd: pytest.CaptureFixture[str]) -> None:
    assert main.main(["--jobs", "curate", "--config", f"file://{lake.root}/none.json"]) == 1
    lines = [line for line in capfd.readouterr().err.splitlines() if line.startswith("naru: ")]
    assert len(lines) == 1
    assert "none.json: java.io.FileNotFoundException" in lines[0]


def test_every_fault_of_the_job_file_is_told_at_once() -> None:
    text = json.dumps(
        {
            "zones": {"landing": "s3://a/"},
            "pseudonym": {"epoch": 0},
            "reidentification": {"uri": 1, "oldestEpoch": "1"},
            "dataSets": [],
            "extra": 1,
        }
    )
    with pytest.raises(JobError) as caught:
        parse_settings(text)
    told = str(caught.value)
    names = (
        "contracts",
        "zones.raw",
        "zones.curated",
        "pseudonym.epoch",
        "pseudonym.keyId",
        "reidentification.uri",
        "reidentification.oldestEpoch",
        "dataSets",
        "report",
        "extra",
    )
    for name in names:
        assert name in told


def test_source_keys_are_not_kept_without_a_key() -> None:
    text = json.dumps({"pseudonym": None, "reidentification": {"uri": "s3://r/", "oldestEpoch": 1}})
    with pytest.raises(JobError, match="reidentification needs pseudonym"):
        parse_settings(text)


def test_unknown_jobs_end_with_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["--jobs", "curate,compact", "--config", "s3://b/job.json"])
    assert caught.value.code == 2
    assert (
        "unknown job compact; known: import_tables, curate, page_views, master_table"
        in capsys.readouterr().err
    )


def test_every_faulty_contract_is_told_at_once() -> None:
    no_key = {key: value for key, value in STUDENTS.items() if key != "primaryKey"}
    odd_type = contract("a.b", ["id"], [column("id", "varchar")])
    derived = contract("a.d", ["id"], [column("id")], ingestion="derived")
    no_kind = contract("a.e", ["id"], [column("id", treatment="pseudonymise")])
    dropped_key = contract("a.c", ["id"], [column("id", treatment="drop")])
    with pytest.raises(JobError) as caught:
        load_contracts(json.dumps([no_key, odd_type, dropped_key, derived, no_kind, *CONTRACTS]))
    told = str(caught.value)
    assert "sis.students: key 'primaryKey' is missing" in told
    assert "a.b: contract type 'varchar' is unknown" in told
    assert "a.c: primary key columns can't be dropped, masked or generalised: id" in told
    assert "a.d: ingestion 'derived' is not curated" in told
    assert "a.e: id: treatment pseudonymise needs a kind" in told


def test_keys_come_from_kms_once_a_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3

    kms = boto3.client("kms", region_name="ap-northeast-2", aws_access_key_id="x", aws_secret_access_key="x")
    asked = {"KeyId": "alias/k", "MacAlgorithm": "HMAC_SHA_256", "Message": b"naru/v1/email/3"}
    with Stubber(kms) as stub:
        stub.add_response("generate_mac", {"Mac": b"m" * 32}, asked)
        stub.add_response("generate_mac", {"Mac": b"o" * 32}, {**asked, "Message": b"naru/v1/email/1"})
        stub.add_client_error("generate_mac", "AccessDeniedException")
        monkeypatch.setattr(boto3, "client", lambda service: kms)
        keys = KmsEpochKeys(PseudonymKey("alias/k", 3))
        assert keys.of(["email"]) == keys.of(["email"]) == {"email": b"m" * 32}
        assert keys.of(["email"], 1) == keys.of(["email"], 1) == {"email": b"o" * 32}
        with pytest.raises(JobError, match=r"KMS made no key for kind phone .*kms:GenerateMac"):
            keys.of(["email", "phone"])


def test_tables_about_runs_keep_the_newest_run_of_each_set_and_day(lake: Lake) -> None:
    lake.drop("sis.students", "2026-11-20", STUDENTS_CSV)
    lake.drop("lms.courses", "2026-11-20", "id\nC1\n")
    both = [STUDENTS, COURSES]
    lake.run("curate", contracts=both)
    lake.drop("lms.courses", "2026-11-20", "id\nC1\nC2\n")
    lake.run("curate", contracts=both, only=["lms.courses"])
    # 16:00 UTC is the next day in Seoul.
    columns = "data_set, rule, metric, status, measured, unit, severity, run_at::varchar, dt"
    assert lake.rows("curated", "ops/quality_results", columns) == [
        (
            "lms.courses",
            "not empty",
            "rowCount",
            "passed",
            2.0,
            "rows",
            "error",
            "2026-11-20 16:00:00",
            "2026-11-21",
        ),
        (
            "sis.students",
            "not empty",
            "rowCount",
            "passed",
            2.0,
            "rows",
            "error",
            "2026-11-20 16:00:00",
            "2026-11-21",
        ),
    ]
    columns = 'data_set, column_name, treatment, kind, epoch, "rows", dt'
    assert lake.rows("curated", "ops/pseudonym_status", columns) == [
        ("sis.students", "name", "drop", "person-name", None, 2, "2026-11-21"),
        ("sis.students", "phone", "pseudonymise", "phone", 1, 1, "2026-11-21"),
        ("sis.students", "resident_number", "drop", "resident-number", None, 2, "2026-11-21"),
        ("sis.students", "student_id", "pseudonymise", "student-id", 1, 2, "2026-11-21"),
    ]


def test_the_package_runs_from_a_zip(tmp_path: Path) -> None:
    package = Path(main.__file__).parent / "naru_spark"
    bundle = tmp_path / "naru_spark.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        for file in (*package.rglob("*.py"), *package.rglob("*.java")):
            archive.write(file, file.relative_to(package.parent))
    import subprocess
    import sys

    code = f"import sys; sys.path[:] = [{str(bundle)!r}, *[p for p in sys.path if 'spark-jobs' not in p]]\n"
    code += "import naru_spark.table_jobs as t; print(t.__file__)\n"
    code += "from naru_spark.pseudonym_functions import java_source; print(java_source())"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert str(bundle) in done.stdout
    assert "class Identifiers" in done.stdout
