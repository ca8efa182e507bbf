"""The command line and the environment of a Spark job, so that what runs on EMR runs here unchanged."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from botocore.credentials import ReadOnlyCredentials

from ..clients import OWN_SERVICES
from ..settings import Settings

#: Options of spark-submit whose values are lists of files.
FILE_OPTIONS = ("--py-files", "--jars", "--files")

#: Settings with lists of files.
FILE_SETTINGS = ("spark.submit.pyFiles", "spark.jars", "spark.files")

#: What only a cluster, or EMR's own build of Spark, has. On one machine it does nothing or can't start.
CLUSTER_ONLY = (
    "spark.master",
    "spark.submit.deployMode",
    "spark.dynamicAllocation.",
    "spark.executor.instances",
    "spark.executor.cores",
    "spark.executor.memory",
    "spark.driver.cores",
    "spark.emr-serverless.",
    "spark.archives",
    "spark.hadoop.hive.metastore.client.factory.class",
    "spark.hadoop.fs.s3.impl",
    "spark.shuffle.service.",
)

#: botocore's names of services whose endpoint variables are named otherwise.
ENDPOINT_NAMES = {"stepfunctions": "SFN"}

#: For data of a laptop's size: compiling code for each stage costs more than it saves (25 s instead of 32 s
#: of processor
#: time for the example's jobs), and so does the second rename of each file. A job's own settings win.
SMALL_DATA = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
}

#: The prefix with which EMR Serverless passes variables to the driver.
DRIVER_ENVIRONMENT = "spark.emr-serverless.driverEnv."


@dataclass(frozen=True)
class SubmitParameters:
    """sparkSubmitParameters, read: settings, files by option, and other options as they are."""

    settings: dict[str, str]
    files: dict[str, list[str]]
    others: list[str]


class SubmitError(ValueError):
    """Parameters that can't be used; the message says which."""


def parse_parameters(text: str) -> SubmitParameters:
    """Reads `--conf a=b --py-files s3://...`.

    :raises SubmitError: for an option without a value or a setting without `=`.
    """
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise SubmitError(f"sparkSubmitParameters: {error}") from None
    settings: dict[str, str] = {}
    files: dict[str, list[str]] = {}
    others: list[str] = []
    position = 0
    while position < len(words):
        option, sign, inline = words[position].partition("=")
        position += 1
        if not option.startswith("-"):
            raise SubmitError(f'sparkSubmitParameters: "{option}" is not an option; write --conf key=value')
        if option in ("--verbose", "-v"):
            continue
        if sign:
            value = inline
        elif position < len(words):
            value = words[position]
            position += 1
        else:
            raise SubmitError(f"sparkSubmitParameters: {option} has no value")
        if option in ("--conf", "-c"):
            key, equals, setting = value.partition("=")
            if not equals:
                raise SubmitError(
                    f'sparkSubmitParameters: --conf "{key}" has no value; write --conf key=value'
                )
            settings[key] = setting
        elif option in FILE_OPTIONS:
            files.setdefault(option, []).extend(value.split(","))
        elif option not in ("--master", "--deploy-mode"):
            others += [option, value]
    for name, option in zip(FILE_SETTINGS, FILE_OPTIONS, strict=True):
        if name in settings:
            files.setdefault(option, []).extend(settings.pop(name).split(","))
    return SubmitParameters(settings, files, others)


def command(
    settings: Settings,
    parameters: SubmitParameters,
    entry_point: Path,
    arguments: Sequence[str],
    folder: Path,
    download: Callable[[str], Path],
) -> list[str]:
    """The command line of spark-submit.

    :param folder: the job's own folder: everything temporary is below it
    :param download: brings an `s3://` file into the folder
    """
    local = {
        **SMALL_DATA,
        **{key: value for key, value in parameters.settings.items() if not key.startswith(CLUSTER_ONLY)},
        **_local_settings(settings, folder, parameters.settings.get("spark.driver.extraJavaOptions", "")),
    }
    files = {option: [str(download(url)) for url in urls] for option, urls in parameters.files.items()}
    if settings.jars is not None:
        files["--jars"] = [*files.get("--jars", []), *map(str, sorted(settings.jars.glob("*.jar")))]
    words = [str(_spark_home(settings) / "bin" / "spark-submit"), "--master", "local[2]"]
    for key, value in local.items():
        words += ["--conf", f"{key}={value}"]
    for option, paths in files.items():
        words += [option, ",".join(paths)]
    return [*words, *parameters.others, str(entry_point), *arguments]


def environment(
    settings: Settings, credentials: ReadOnlyCredentials, parameters: SubmitParameters, folder: Path
) -> dict[str, str]:
    """The environment of the driver: the execution role's credentials, and where AWS is.

    Credentials are nowhere else, so that neither a process list nor Spark's own pages show them.
    """
    kept = {name: os.environ[name] for name in ("PATH", "JAVA_HOME", "LANG", "LC_ALL") if name in os.environ}
    own = {
        f"AWS_ENDPOINT_URL_{ENDPOINT_NAMES.get(service, service.upper().replace('-', '_'))}": settings.own_endpoint()
        for service in OWN_SERVICES
    }
    return {
        **_driver_environment(parameters.settings),
        **kept,
        **own,
        "AWS_ENDPOINT_URL": settings.emulator,
        "AWS_ACCESS_KEY_ID": credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_key,
        "AWS_SESSION_TOKEN": credentials.token or "",
        "AWS_REGION": settings.region,
        "AWS_DEFAULT_REGION": settings.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "SPARK_HOME": str(_spark_home(settings)),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONDONTWRITEBYTECODE": "1",
        "TMPDIR": str(folder),
        "HOME": str(folder),
        # The launcher is a JVM of its own, which would leave a file of counters in the system's folder.
        "SPARK_LAUNCHER_OPTS": "-XX:-UsePerfData -XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }


def _driver_environment(given: Mapping[str, str]) -> dict[str, str]:
    own = {
        key.removeprefix(DRIVER_ENVIRONMENT): value
        for key, value in given.items()
        if key.startswith(DRIVER_ENVIRONMENT)
    }
    return {key: value for key, value in own.items() if not key.startswith("PYSPARK_")}


def _spark_home(settings: Settings) -> Path:
    if settings.spark_home is not None:
        return settings.spark_home
    import pyspark  # Slow to import, and only needed when a job runs.

    return Path(pyspark.__file__).parent


def _local_settings(settings: Settings, folder: Path, java_options: str) -> dict[str, str]:
    """What takes the place of EMR's own settings: S3A for s3://, the loopback address, the job's own
    folder."""
    s3a = {
        "fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "fs.AbstractFileSystem.s3.impl": "org.apache.hadoop.fs.s3a.S3A",
        "fs.s3a.endpoint": settings.own_endpoint(),
        "fs.s3a.endpoint.region": settings.region,
        "fs.s3a.path.style.access": "true",
        "fs.s3a.connection.ssl.enabled": "false",
        "fs.s3a.aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
        "fs.s3a.buffer.dir": str(folder),
        "fs.s3a.fast.upload.buffer": "bytebuffer",
        # Else each file that is written asks to delete the folders above it, also where the role may delete nothing.
        "fs.s3a.directory.marker.retention": "keep",
        "hadoop.tmp.dir": str(folder),
        # Nothing on this machine gets better by waiting: a refused request shows in seconds, not minutes.
        "fs.s3a.attempts.maximum": "3",
        "fs.s3a.retry.limit": "3",
        "fs.s3a.retry.interval": "100ms",
    }
    # A job of some seconds is quicker without the optimising compiler and parallel garbage collection.
    # Quoted as Spark's launcher reads it: a checkout's path may hold spaces.
    quick = f'"-Djava.io.tmpdir={folder}" -XX:-UsePerfData -XX:TieredStopAtLevel=1 -XX:+UseSerialGC'
    return {
        **{f"spark.hadoop.{key}": value for key, value in s3a.items()},
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"{java_options} {quick}".strip(),
    }
