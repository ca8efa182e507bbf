"""EMR Serverless: a job run is a real run of Spark under its execution role."""

from __future__ import annotations

import contextlib
import gzip
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from conftest import PACKAGE, REGION, Cloud, wait_for

JOBS, CLOSED = "emr-jobs", "emr-closed"

#: Reads CSV, counts with a function of a --py-files module, writes Parquet; is denied what its role may not
#: do.
MAIN = """
import os, sys
import boto3
from botocore.exceptions import ClientError
from pyspark.sql import SparkSession
from counting import by_course

spark = SparkSession.builder.getOrCreate()
frame = spark.read.option("header", True).csv(sys.argv[1])
by_course(frame).coalesce(1).write.mode("overwrite").parquet(sys.argv[2])
print("rows", frame.count(), os.environ["GREETING"], spark.conf.get("spark.sql.shuffle.partitions"))
print(boto3.client("sts").get_caller_identity()["Arn"])
try:
    boto3.client("s3").list_objects_v2(Bucket="emr-closed")
except ClientError as error:
    print("boto3", error.response["Error"]["Code"])
try:
    spark.read.text("s3://emr-closed/").count()
except Exception as error:
    print("spark", "AccessDenied" in str(error) or "Forbidden" in str(error))
"""
COUNTING = """
def by_course(frame):
    return frame.groupBy("course").count()
"""


@pytest.fixture(scope="module")
def role(cloud: Cloud) -> str:
    """Buckets, code, and an execution role that knows only the bucket of jobs."""
    s3 = cloud.client("s3")
    for bucket in (JOBS, CLOSED):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    # With the bucket's default encryption: S3A's renames then meet objects with a key of their own.
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    encryption = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket=JOBS, ServerSideEncryptionConfiguration={"Rules": [encryption]})
    s3.put_object(Bucket=JOBS, Key="code/main.py", Body=MAIN.encode())
    s3.put_object(Bucket=JOBS, Key="code/counting.py", Body=COUNTING.encode())
    s3.put_object(Bucket=JOBS, Key="in/a.csv", Body=b"course,n\na,1\na,2\nb,3\n")
    s3.put_object(Bucket=CLOSED, Key="a.txt", Body=b"closed")
    own = [f"arn:aws:s3:::{JOBS}", f"arn:aws:s3:::{JOBS}/*"]
    return cloud.role("emr-execution", "emr-serverless.amazonaws.com", [(["s3:*"], own)])


def start(
    cloud: Cloud, application: str, role: str, entry: str = f"s3://{JOBS}/code/main.py", **more: object
) -> str:
    """Starts a job run and returns its id."""
    parameters = (
        f"--py-files s3://{JOBS}/code/counting.py --conf spark.executor.instances=4 --conf spark.executor.memory=16g "
        "--conf spark.sql.shuffle.partitions=2 --conf spark.emr-serverless.driverEnv.GREETING=hello"
    )
    return cloud.client("emr-serverless").start_job_run(
        applicationId=application,
        executionRoleArn=role,
        name="count",
        jobDriver={
            "sparkSubmit": {
                "entryPoint": entry,
                "entryPointArguments": [f"s3://{JOBS}/in/", f"s3://{JOBS}/out/"],
                "sparkSubmitParameters": parameters,
            }
        },
        **more,
    )["jobRunId"]


def ended(cloud: Cloud, application: str, run: str) -> dict:
    """The job run once it is over."""
    emr = cloud.client("emr-serverless")

    def state() -> dict | None:
        described = emr.get_job_run(applicationId=application, jobRunId=run)["jobRun"]
        return described if described["state"] in ("SUCCESS", "FAILED", "CANCELLED") else None

    return wait_for(state, seconds=120)


@pytest.fixture(scope="module")
def application(cloud: Cloud) -> str:
    """An application."""
    emr = cloud.client("emr-serverless")
    return emr.create_application(name="naru", releaseLabel="emr-7.5.0", type="SPARK")["applicationId"]


def test_a_job_run_runs_spark_under_its_role(
    cloud: Cloud, role: str, application: str, tmp_path: Path
) -> None:
    overrides = {"monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": f"s3://{JOBS}/logs/"}}}
    run = start(cloud, application, role, configurationOverrides=overrides)
    described = ended(cloud, application, run)
    folder = cloud.workdir / "emr" / run
    assert described["state"] == "SUCCESS", (folder / "driver.log").read_text()[-3000:]
    assert sorted(path.name for path in folder.iterdir()) == ["driver.log", "stdout.log"]
    base = f"logs/applications/{application}/jobs/{run}/SPARK_DRIVER/"
    assert cloud.keys(JOBS, base) == [f"{base}stderr.gz", f"{base}stdout.gz"]
    output = gzip.decompress(cloud.read(JOBS, f"{base}stdout.gz")).decode().splitlines()
    assert output == [
        "rows 3 hello 2",
        f"arn:aws:sts::000000000000:assumed-role/emr-execution/emr-serverless-{run}",
        "boto3 AccessDenied",
        "spark True",
    ]
    keys = [key for key in cloud.keys(JOBS, "out/") if key.endswith(".parquet")]
    assert cloud.client("s3").head_object(Bucket=JOBS, Key=keys[0])["ServerSideEncryption"] == "aws:kms"
    path = tmp_path / "out.parquet"
    path.write_bytes(cloud.read(JOBS, keys[0]))
    with duckdb.connect() as connection:
        counted = connection.execute(f"SELECT * FROM read_parquet('{path}') ORDER BY 1").fetchall()
        codecs = connection.execute(f"SELECT DISTINCT compression FROM parquet_metadata('{path}')").fetchall()
    assert (counted, codecs) == ([("a", 2), ("b", 1)], [("SNAPPY",)])
    application_state = cloud.client("emr-serverless").get_application(applicationId=application)[
        "application"
    ]
    assert (application_state["state"], application_state["type"]) == ("STARTED", "Spark")


def test_a_job_run_that_can_not_start_says_why(cloud: Cloud, role: str, application: str) -> None:
    run = start(cloud, application, role, entry=f"s3://{CLOSED}/main.py")
    described = ended(cloud, application, run)
    assert described["state"] == "FAILED"
    assert "s3:GetObject" in described["stateDetails"]


@pytest.mark.parametrize("awaited", ["", "scratch", "driver.log"])
def test_a_cancelled_job_run_ends_and_leaves_no_scratch_files(
    cloud: Cloud, role: str, application: str, awaited: str
) -> None:
    emr = cloud.client("emr-serverless")
    run = start(cloud, application, role)
    folder = cloud.workdir / "emr" / run
    wait_for(lambda: awaited == "" or (folder / awaited).exists(), step=0.005)
    emr.cancel_job_run(applicationId=application, jobRunId=run)
    assert ended(cloud, application, run)["state"] == "CANCELLED"
    assert wait_for(lambda: not (folder / "scratch").exists())
    output = folder / "stdout.log"
    # It did not go on to its end.
    assert not output.exists() or output.read_text() == ""


def test_what_emr_serverless_refuses_is_refused(cloud: Cloud, application: str) -> None:
    emr = cloud.client("emr-serverless")
    stranger = cloud.role("emr-stranger", "lambda.amazonaws.com", [])
    with pytest.raises(emr.exceptions.ClientError, match="trust policy"):
        start(cloud, application, stranger)
    with pytest.raises(emr.exceptions.ResourceNotFoundException):
        emr.get_job_run(applicationId=application, jobRunId="00none")
    with pytest.raises(emr.exceptions.ValidationException, match="STOPPED"):
        emr.start_application(applicationId=application)
        emr.delete_application(applicationId=application)
    nobody = cloud.client("emr-serverless", cloud.assume(stranger))
    with pytest.raises(nobody.exceptions.ClientError, match="not authorized to perform"):
        nobody.get_application(applicationId=application)


def test_applications_are_listed_tagged_stopped_and_deleted(cloud: Cloud) -> None:
    emr = cloud.client("emr-serverless")
    made = emr.create_application(name="short", releaseLabel="emr-7.5.0", type="SPARK", tags={"team": "data"})
    assert "short" in [entry["name"] for entry in emr.list_applications()["applications"]]
    emr.tag_resource(resourceArn=made["arn"], tags={"stage": "dev"})
    assert emr.list_tags_for_resource(resourceArn=made["arn"])["tags"] == {"team": "data", "stage": "dev"}
    emr.stop_application(applicationId=made["applicationId"])
    emr.delete_application(applicationId=made["applicationId"])
    described = emr.get_application(applicationId=made["applicationId"])["application"]
    assert described["state"] == "TERMINATED"


def test_sigterm_ends_the_running_job_too(cloud: Cloud, role: str, tmp_path: Path) -> None:
    arguments = ["--port", "0", "--emulator", cloud.emulator, "--workdir", str(tmp_path / "work")]
    jars = ["--jars", os.environ.get("NARU_JARS", str(PACKAGE.parent.parent / ".naru" / "jars"))]
    process = subprocess.Popen(
        [sys.executable, "-m", "naru_cloud", *arguments, *jars],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(PACKAGE)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    own = f"http://{process.stdout.readline().split()[1]}"
    second = Cloud(cloud.emulator, own, tmp_path / "work", process, cloud.log)
    emr = second.client("emr-serverless")
    application = emr.create_application(name="ending", releaseLabel="emr-7.5.0", type="SPARK")[
        "applicationId"
    ]
    run = start(second, application, role)

    def command_lines() -> list[str]:
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):  # processes end while they are looked at
                found.append(path.read_bytes().decode(errors="replace"))
        return [line for line in found if run in line]

    wait_for(command_lines)
    process.terminate()
    assert process.wait(20) == 0
    assert command_lines() == []
    assert not (tmp_path / "work" / "emr" / run / "scratch").exists()
