"""The command line of a Spark job: what EMR alone has is left out, credentials are nowhere in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.credentials import ReadOnlyCredentials

from naru_cloud.emr_serverless.spark_submit import SubmitError, command, environment, parse_parameters
from naru_cloud.settings import Settings, parse_settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a folder of two jars."""
    (tmp_path / "jars").mkdir()
    for name in ("a.jar", "b.jar"):
        (tmp_path / "jars" / name).touch()
    arguments = ["--port", "1", "--emulator", "http://127.0.0.1:2/", "--workdir", str(tmp_path)]
    return parse_settings([*arguments, "--jars", str(tmp_path / "jars")])


def test_parameters_are_read() -> None:
    text = (
        "--conf a=b=c --conf 'd=e f' --py-files s3://b/x.zip,s3://b/y.py --class Main --master yarn --name=n"
    )
    read = parse_parameters(text + " --conf spark.jars=s3://b/z.jar")
    assert read.settings == {"a": "b=c", "d": "e f"}
    assert read.files == {"--py-files": ["s3://b/x.zip", "s3://b/y.py"], "--jars": ["s3://b/z.jar"]}
    assert read.others == ["--class", "Main", "--name", "n"]


@pytest.mark.parametrize("wrong", ["--conf", "--conf a", "main.py", "--conf 'a=b"])
def test_wrong_parameters_are_refused(wrong: str) -> None:
    with pytest.raises(SubmitError, match="sparkSubmitParameters"):
        parse_parameters(wrong)


def test_the_command_is_that_of_one_machine(settings: Settings, tmp_path: Path) -> None:
    text = (
        "--conf spark.executor.instances=9 --conf spark.dynamicAllocation.enabled=true --conf spark.sql.ansi.enabled=true "
        "--conf spark.ui.enabled=true --conf spark.sql.codegen.wholeStage=true "
        "--conf spark.driver.extraJavaOptions=-Dx=y --py-files s3://b/x.zip"
    )
    words = command(
        settings,
        parse_parameters(text),
        tmp_path / "main.py",
        ["--a", "1"],
        tmp_path,
        lambda _: Path("/x.zip"),
    )
    line = " ".join(words)
    assert words[1:3] == ["--master", "local[2]"]
    assert words[-3:] == [str(tmp_path / "main.py"), "--a", "1"]
    assert words[words.index("--py-files") + 1] == "/x.zip"
    assert words[words.index("--jars") + 1].split(",") == [
        str(tmp_path / "jars" / name) for name in ("a.jar", "b.jar")
    ]
    assert "spark.sql.codegen.wholeStage=true" in line
    assert "spark.sql.codegen.wholeStage=false" not in line
    assert "instances" not in line
    assert "dynamicAllocation" not in line
    for wanted in ("spark.sql.ansi.enabled=true", "spark.ui.enabled=false", '-Dx=y "-Djava.io.tmpdir'):
        assert wanted in line


def test_credentials_are_in_the_environment_only(settings: Settings, tmp_path: Path) -> None:
    given = ReadOnlyCredentials("AKIAJOB", "the-secret", "the-token")
    parameters = parse_parameters("--conf spark.emr-serverless.driverEnv.STAGE=dev")
    variables = environment(settings, given, parameters, tmp_path)
    assert variables["AWS_SECRET_ACCESS_KEY"] == "the-secret"
    assert variables["AWS_ENDPOINT_URL"] == "http://127.0.0.1:2"
    assert (
        variables["AWS_ENDPOINT_URL_EMR_SERVERLESS"]
        == variables["AWS_ENDPOINT_URL_SFN"]
        == "http://127.0.0.1:1"
    )
    assert (variables["STAGE"], variables["SPARK_LOCAL_IP"]) == ("dev", "127.0.0.1")
    line = " ".join(command(settings, parameters, tmp_path / "m.py", [], tmp_path, Path))
    assert "the-secret" not in line
    assert "the-token" not in line
