"""One emulator with IAM enforcement and one local cloud for the whole session, on free ports of 127.0.0.1."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import boto3
import pytest
from botocore.config import Config

REGION, ACCOUNT = "ap-northeast-2", "000000000000"
PACKAGE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PACKAGE))
#: Services that the local cloud answers; the emulator answers the rest.
OWN = {"sts", "firehose", "athena", "emr-serverless", "stepfunctions"}

Client = Callable[..., object]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(check: Callable[[], object], seconds: float = 60, step: float = 0.1) -> object:
    """Polls until `check` answers something truthy, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(step)
    raise AssertionError(f"not so after {seconds} s")


class Cloud:
    """Both endpoints, and clients of any identity."""

    def __init__(
        self, emulator: str, own: str, workdir: Path, process: subprocess.Popen[str], log: Path
    ) -> None:
        self.emulator, self.own, self.workdir, self.process, self.log = emulator, own, workdir, process, log

    def client(self, service: str, credentials: dict[str, str] | None = None):
        """A client of root, or of the given session."""
        given = credentials or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.own if service in OWN else self.emulator,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given.get("SessionToken"),
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def role(self, name: str, service: str, allow: list[tuple[list[str], list[str]]]) -> str:
        """Makes a role that trusts a service and the account, and may do what is listed (actions,
        resources)."""
        trust = {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"},
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                    "Action": "sts:AssumeRole",
                },
            ],
        }
        iam = self.client("iam")
        arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        statements = [{"Effect": "Allow", "Action": actions, "Resource": on} for actions, on in allow]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="rights", PolicyDocument=document)
        return arn

    def assume(self, role_arn: str) -> dict[str, str]:
        """A session of a role, through the STS broker."""
        return self.client("sts").assume_role(RoleArn=role_arn, RoleSessionName="test")["Credentials"]

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """The keys under a prefix."""
        answer = self.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for entry in answer.get("Contents", [])]

    def read(self, bucket: str, key: str) -> bytes:
        """An object's bytes."""
        return self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def root_environment() -> dict[str, str]:
    """The environment of a process that acts as the emulator's root, without AWS settings of this one."""
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("AWS_")},
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
    }


def start_emulator(folder: Path, port: int, log: IO[str], **more: str) -> subprocess.Popen[bytes]:
    """The emulator with IAM enforcement; `more` is environment."""
    local = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "AUTH": "true",
        "MINISTACK_REGION": REGION,
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "TMPDIR": str(folder),
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
    }
    return subprocess.Popen(
        [str(Path(sys.executable).parent / "ministack")],
        env={**root_environment(), **local, **more},
        cwd=folder,
        stdout=log,
        stderr=subprocess.STDOUT,
    )


def emulator_is_up(port: int) -> bool:
    """True when the emulator answers."""
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=1).status == 200
    except OSError:
        return False


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """The emulator and the local cloud, started once."""
    folder = tmp_path_factory.mktemp("cloud")
    port, own = free_port(), free_port()
    emulator = f"http://127.0.0.1:{port}"
    logs = [(folder / name).open("w") for name in ("emulator.log", "cloud.log")]
    ministack = start_emulator(folder, port, logs[0])

    arguments = [
        "--port",
        str(own),
        "--emulator",
        emulator,
        "--workdir",
        str(folder / "work"),
        "--time-scale",
        "20",
    ]
    jars = os.environ.get("NARU_JARS", str(PACKAGE.parent.parent / ".naru" / "jars"))
    naru = None
    try:
        wait_for(lambda: emulator_is_up(port))
        naru = subprocess.Popen(
            [sys.executable, "-m", "naru_cloud", *arguments, "--jars", jars],
            env={**root_environment(), "PYTHONPATH": str(PACKAGE)},
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=logs[1],
            text=True,
        )
        assert naru.stdout is not None
        assert naru.stdout.readline() == f"listening 127.0.0.1:{own}\n"
        yield Cloud(emulator, f"http://127.0.0.1:{own}", folder / "work", naru, folder / "cloud.log")
        naru.terminate()
        assert naru.wait(20) == 0
    finally:
        for process in (naru, ministack):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        for log in logs:
            log.close()


@pytest.fixture(scope="module")
def make(cloud: Cloud) -> Iterator[Callable[..., object]]:
    """Makes functions of a test's own, in the emulator."""
    # That module takes its types from this one.
    from mappings import functions

    with functions(cloud) as maker:
        yield maker


@pytest.fixture
def no_mappings_left(cloud: Cloud) -> Iterator[None]:
    """A mapping polls for as long as it is there."""
    yield
    from mappings import mapping_client

    client = mapping_client(cloud.own)
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        client.delete_event_source_mapping(UUID=mapping["UUID"])
