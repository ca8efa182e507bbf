"""The objects that a delivery stream writes: their keys, and a box of those that are not yet in S3."""

from __future__ import annotations

import base64
import gzip
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from ..protocol import new_id
from .configuration import DestinationSettings
from .prefix import evaluate_prefix, has_timestamp
from .record import FailedRecord, SourceRecord

#: Seconds before a refused put is tried again: doubled each time, up to the second number.
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 1.0, 30.0


@dataclass
class PendingObject:
    """An object on its way to S3."""

    key: str
    body: bytes
    #: The records that are delivered with it.
    records: Sequence[SourceRecord]
    failure: bool
    attempts: int = 0
    not_before: float = field(default=0.0)


class KeyMaker:
    """Object keys as Firehose makes them:
    `<prefix><stream>-<version>-yyyy-MM-dd-HH-mm-ss-<uuid><extension>`."""

    def __init__(self, stream: str, version: Callable[[], int], destination: DestinationSettings) -> None:
        self._stream = stream
        self._version = version
        self._destination = destination

    def data(self, oldest: datetime, partition_keys: Mapping[str, str]) -> str:
        """The key of an object of good records.

        :raises PrefixError: when a partition key has no value.
        """
        given = self._destination
        prefix = evaluate_prefix(given.prefix, oldest, given.time_zone, partition_keys)
        if not given.dynamic_partitioning and not has_timestamp(given.prefix):
            prefix += oldest.astimezone(UTC).strftime("%Y/%m/%d/%H/")
        return self._name(prefix, oldest) + given.extension

    def error(self, oldest: datetime, error_type: str) -> str:
        """The key of an object of failed records."""
        given = self._destination
        template = given.error_prefix
        if template is None:
            template = f"{given.prefix}!{{firehose:error-output-type}}/"
        prefix = evaluate_prefix(template, oldest, given.time_zone, {}, error_type)
        if not has_timestamp(template):
            prefix += oldest.astimezone(UTC).strftime("%Y/%m/%d/%H/")
        return self._name(prefix, oldest)

    def _name(self, prefix: str, oldest: datetime) -> str:
        moment = oldest.astimezone(UTC).strftime("%Y-%m-%d-%H-%M-%S")
        return f"{prefix}{self._stream}-{self._version()}-{moment}-{new_id()}"


def error_line(failed: FailedRecord, function_arn: str | None, table: Mapping[str, str] | None) -> bytes:
    """One line of an error object, with the fields that Firehose documents for the kind of failure."""
    arrival = int(failed.source.arrival.timestamp() * 1000)
    ended = int(failed.ended.timestamp() * 1000)
    raw = base64.b64encode(failed.data).decode()
    if failed.error_type == "format-conversion-failed":
        line: dict[str, object] = {
            "attemptsMade": failed.attempts,
            "arrivalTimestamp": arrival,
            "lastErrorCode": failed.code,
            "lastErrorMessage": failed.message,
            "attemptEndingTimestamp": ended,
            "rawData": raw,
            "sequenceNumber": failed.source.sequence or None,
            "subSequenceNumber": 0 if failed.source.sequence else None,
            "dataCatalogTable": table,
        }
    else:
        line = {
            "attemptsMade": failed.attempts,
            "arrivalTimestamp": arrival,
            "errorCode": failed.code,
            "errorMessage": failed.message,
            "attemptEndingTimestamp": ended,
            "rawData": raw,
            **({"lambdaArn": function_arn} if failed.error_type == "processing-failed" else {}),
        }
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


class Outbox:
    """Objects that wait for S3. A refused one is tried again until it is through: nothing is given up."""

    def __init__(self, destination: DestinationSettings, time_scale: float) -> None:
        self._destination = destination
        self._time_scale = time_scale
        self._waiting: list[PendingObject] = []

    def add(self, pending: PendingObject) -> None:
        """Queues an object."""
        self._waiting.append(pending)

    @property
    def waiting_bytes(self) -> int:
        """Size of what is not yet in S3."""
        return sum(len(pending.body) for pending in self._waiting)

    def send(self, client: BaseClient, report: Callable[[str, str], None]) -> list[PendingObject]:
        """Tries what is due; returns what went through. `report` is told code and message of each refusal."""
        sent: list[PendingObject] = []
        for pending in self._waiting:
            if pending.not_before > time.monotonic():
                continue
            try:
                self._put(client, pending)
                sent.append(pending)
            except (ClientError, BotoCoreError) as error:
                wait = min(FIRST_RETRY_SECONDS * 2**pending.attempts, LAST_RETRY_SECONDS) / self._time_scale
                pending.attempts += 1
                pending.not_before = time.monotonic() + wait
                report(*describe(error))
        self._waiting = [pending for pending in self._waiting if pending not in sent]
        return sent

    def _put(self, client: BaseClient, pending: PendingObject) -> None:
        given = self._destination
        encryption = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": given.kms_key}
            if given.kms_key is not None
            else {}
        )
        client.put_object(Bucket=given.bucket, Key=pending.key, Body=pending.body, **encryption)


def describe(error: ClientError | BotoCoreError) -> tuple[str, str]:
    """Code and message of an error of an AWS call (neither holds data of a record)."""
    if isinstance(error, ClientError):
        return f"S3.{error.response['Error']['Code']}", error.response["Error"]["Message"]
    return "S3.ConnectionFailed", type(error).__name__


def join_records(parts: Sequence[bytes], delimiter: bool, compress: bool) -> bytes:
    """Records one behind the other, as Firehose writes them without format conversion."""
    body = b"".join(part + b"\n" if delimiter else part for part in parts)
    return gzip.compress(body) if compress else body
