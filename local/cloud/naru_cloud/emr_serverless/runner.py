"""Runs job runs, one after the other, as processes of spark-submit."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from ..clients import Clients, ClientSet
from ..log import log
from ..settings import Settings
from .job_run import ENDED, JobRun
from .spark_submit import SubmitError, command, environment, parse_parameters

#: Seconds between the polite and the hard end of a job.
GRACE_SECONDS = 5.0


class JobRunner:
    """One job at a time: on a laptop two Spark drivers side by side are slower than one behind the other."""

    def __init__(self, settings: Settings, clients: Clients) -> None:
        self._settings = settings
        self._clients = clients
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="emr")
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def submit(self, run: JobRun) -> None:
        """Queues a job run."""
        run.move("SCHEDULED")
        self._pool.submit(self._run, run)

    def cancel(self, run: JobRun) -> None:
        """Ends a job run."""
        with self._lock:
            run.cancelled = True
            process = self._processes.get(run.id)
            if run.state not in ENDED:
                run.move("CANCELLING")
        if process is not None:
            threading.Thread(target=_end, args=(process,), daemon=True).start()

    def shutdown(self) -> None:
        """Ends all jobs and waits for their processes."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        with self._lock:
            processes = list(self._processes.values())
        for process in processes:
            _end(process)
        self._pool.shutdown(wait=True)

    def _run(self, run: JobRun) -> None:
        folder = self._settings.workdir / "emr" / run.id
        scratch = folder / "scratch"
        try:
            if run.cancelled:
                run.move("CANCELLED", "cancelled before it started")
                return
            scratch.mkdir(parents=True)
            self._spark(run, folder, scratch)
        except (ClientError, BotoCoreError) as error:
            message = (
                error.response["Error"]["Message"] if isinstance(error, ClientError) else type(error).__name__
            )
            run.move("FAILED", f"Job could not start: {message}")
        except (SubmitError, OSError) as error:
            run.move("FAILED", f"Job could not start: {error}")
        except Exception as error:  # noqa: BLE001
            run.move("FAILED", f"Job could not start: {type(error).__name__}")
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
            log("info", "emr-serverless", "job-run-ended", id=run.id, state=run.state)

    def _spark(self, run: JobRun, folder: Path, scratch: Path) -> None:
        role = self._clients.role(run.role_arn, f"emr-serverless-{run.id}")
        driver = run.given["jobDriver"]["sparkSubmit"]  # type: ignore[index]
        parameters = parse_parameters(driver.get("sparkSubmitParameters", ""))

        def download(url: str) -> Path:
            return _download(role, url, scratch)

        words = command(
            self._settings,
            parameters,
            download(driver["entryPoint"]),
            driver.get("entryPointArguments", []),
            scratch,
            download,
        )
        variables = environment(
            self._settings, role.credentials.get_frozen_credentials(), parameters, scratch
        )
        minutes = float(str(run.given.get("executionTimeoutMinutes", 720)))
        with (folder / "driver.log").open("wb") as errors, (folder / "stdout.log").open("wb") as output:
            process = subprocess.Popen(
                words, cwd=scratch, env=variables, stdout=output, stderr=errors, start_new_session=True
            )
            with self._lock:
                self._processes[run.id] = process
                # Whoever cancelled before found no process to end.
                cancelled = run.cancelled
                if not cancelled:
                    run.move("RUNNING")
            try:
                if cancelled:
                    _end(process)
                code: int | None = process.wait(minutes * 60 if minutes > 0 else None)
            except subprocess.TimeoutExpired:
                code = None
            finally:
                _end(process)
                with self._lock:
                    del self._processes[run.id]
        self._upload_logs(run, role, folder)
        if run.cancelled:
            run.move("CANCELLED", "cancelled by request")
        elif code is None:
            run.move("FAILED", f"Job ran longer than executionTimeoutMinutes ({minutes:g})")
        elif code != 0:
            # What the driver said stays in its log: an exception may quote a row.
            run.move(
                "FAILED",
                f"Job failed, please check complete logs in {folder / 'driver.log'}. ExitCode: {code}.",
            )
        else:
            run.move("SUCCESS")

    def _upload_logs(self, run: JobRun, role: ClientSet, folder: Path) -> None:
        overrides = run.given.get("configurationOverrides") or {}
        assert isinstance(overrides, dict)
        monitoring = overrides.get("monitoringConfiguration", {}).get("s3MonitoringConfiguration", {})
        if not monitoring.get("logUri"):
            return
        target = urlsplit(monitoring["logUri"])
        base = (
            f"{target.path.strip('/')}/applications/{run.application.id}/jobs/{run.id}/SPARK_DRIVER".lstrip(
                "/"
            )
        )
        key = monitoring.get("encryptionKeyArn")
        encryption = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key} if key else {}
        for name, file in (("stderr.gz", "driver.log"), ("stdout.gz", "stdout.log")):
            body = gzip.compress((folder / file).read_bytes())
            try:
                role.get("s3").put_object(Bucket=target.netloc, Key=f"{base}/{name}", Body=body, **encryption)
            except (ClientError, BotoCoreError) as error:
                log("warning", "emr-serverless", "log-upload-failed", id=run.id, error=type(error).__name__)


def _download(role: ClientSet, url: str, scratch: Path) -> Path:
    """Brings a file of S3 into a folder of its own, so that two files of one name do not meet."""
    address = urlsplit(url)
    if address.scheme not in ("s3", "s3a") or not address.path.strip("/"):
        raise SubmitError(f'"{url}" is not a file in S3; write s3://bucket/key')
    folder = scratch / "files" / str(sum(1 for _ in scratch.glob("files/*")))
    folder.mkdir(parents=True)
    path = folder / Path(address.path).name
    path.write_bytes(role.get("s3").get_object(Bucket=address.netloc, Key=address.path[1:])["Body"].read())
    return path


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a job's process and those that it started."""
    for number, seconds in ((signal.SIGTERM, GRACE_SECONDS), (signal.SIGKILL, 1.0)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            return
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
        if number == signal.SIGTERM:
            # The shell has ended; whatever is left of its group must not outlive it.
            continue
