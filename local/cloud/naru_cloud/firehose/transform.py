"""The Lambda transform of a delivery stream. No record gets past it untransformed."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from ..protocol import new_id
from .configuration import TransformSettings
from .record import FailedRecord, ReadyRecord, SourceRecord

#: Lambda's quota for a synchronous request is 6 MB; Firehose sends records in base64 with some JSON around
#: them.
LARGEST_REQUEST_BYTES = 6_000_000

#: Bytes of JSON around one record: ids, keys and brackets, with room.
ENVELOPE_BYTES = 512


@dataclass(frozen=True)
class StreamIdentity:
    """What a transform is told about its stream."""

    arn: str
    region: str
    source_arn: str | None
    #: The source is a topic of Kafka: its records have another form, and are wanted back in it.
    is_topic: bool = False


def split_batches(records: Sequence[SourceRecord], buffer_bytes: int) -> list[list[SourceRecord]]:
    """Batches no larger than the buffer hint, and small enough for one invocation."""
    batches: list[list[SourceRecord]] = []
    raw = request = 0
    for record in records:
        size, encoded = len(record.data), (len(record.data) + 2) // 3 * 4 + ENVELOPE_BYTES
        if not batches or raw + size > buffer_bytes or request + encoded > LARGEST_REQUEST_BYTES:
            batches.append([])
            raw = request = 0
        batches[-1].append(record)
        raw, request = raw + size, request + encoded
    return batches


class LambdaTransform:
    """Invokes the function and sorts its answer."""

    def __init__(self, settings: TransformSettings, stream: StreamIdentity, time_scale: float) -> None:
        self._settings = settings
        self._stream = stream
        #: Key of a record's bytes, asked for and answered.
        self._value = "kafkaRecordValue" if stream.is_topic else "data"
        self._time_scale = time_scale

    def run(
        self, client: BaseClient, batch: Sequence[SourceRecord], report: Callable[[str, str], None]
    ) -> tuple[list[ReadyRecord], list[FailedRecord]]:
        """Transforms one batch: records that may be delivered, and records for the error output.

        Dropped records are in neither. An invocation that fails is retried, then all its records have failed.

        :param report: told the code and message of each failed invocation
        """
        attempts, code, message = 0, "", ""
        while attempts <= self._settings.retries:
            attempts += 1
            try:
                return self._sort(batch, self._invoke(client, batch), attempts)
            except _InvocationError as error:
                code, message = error.code, str(error)
                report(code, message)
            if attempts <= self._settings.retries:
                time.sleep(min(0.2 * 2**attempts, 5) / self._time_scale)
        return [], [self._failed(record, code, message, attempts) for record in batch]

    def _invoke(
        self, client: BaseClient, batch: Sequence[SourceRecord]
    ) -> dict[str, list[dict[str, object]]]:
        event: dict[str, object] = {
            "invocationId": new_id(),
            "deliveryStreamArn": self._stream.arn,
            "region": self._stream.region,
            "records": [self._event_record(record) for record in batch],
        }
        if self._stream.source_arn:
            source = "sourceMSKArn" if self._stream.is_topic else "sourceKinesisStreamArn"
            event[source] = self._stream.source_arn
        try:
            answer = client.invoke(
                FunctionName=self._settings.function_arn, Payload=json.dumps(event).encode()
            )
            payload = answer["Payload"].read()
        except ClientError as error:
            code = error.response["Error"]["Code"]
            name = "Lambda.InvokeAccessDenied" if "AccessDenied" in code else "Lambda.InvokeFailed"
            raise _InvocationError(name, f"{code}: {error.response['Error']['Message']}") from None
        except BotoCoreError as error:
            raise _InvocationError("Lambda.ConnectionFailed", type(error).__name__) from None
        if answer.get("FunctionError"):
            # The function's own message is left out: it may quote the record.
            raise _InvocationError("Lambda.FunctionError", "The Lambda function returned an error")
        try:
            returned = json.loads(payload)["records"]
            by_id: dict[str, list[dict[str, object]]] = {}
            for entry in returned:
                by_id.setdefault(entry["recordId"], []).append(entry)
        except (ValueError, KeyError, TypeError):
            raise _InvocationError(
                "Lambda.JsonProcessingException",
                'The function\'s answer is not {"records": [{"recordId", ...}]}',
            ) from None
        return by_id

    def _event_record(self, record: SourceRecord) -> dict[str, object]:
        arrival = int(record.arrival.timestamp() * 1000)
        event: dict[str, object] = {
            "recordId": record.id,
            "approximateArrivalTimestamp": arrival,
            self._value: base64.b64encode(record.data).decode(),
        }
        if self._stream.is_topic:
            event["mskRecordMetadata"] = {
                "offset": record.sequence,
                "partitionId": record.shard,
                "approximateArrivalTimestamp": arrival,
            }
        elif record.shard:
            event["kinesisRecordMetadata"] = {
                "sequenceNumber": record.sequence,
                "subsequenceNumber": 0,
                "partitionKey": record.partition_key,
                "shardId": record.shard,
                "approximateArrivalTimestamp": arrival,
            }
        return event

    def _sort(
        self, batch: Sequence[SourceRecord], by_id: dict[str, list[dict[str, object]]], attempts: int
    ) -> tuple[list[ReadyRecord], list[FailedRecord]]:
        ready: list[ReadyRecord] = []
        failed: list[FailedRecord] = []
        for record in batch:
            answers = by_id.get(record.id, [])
            if len(answers) != 1:
                code = "Lambda.DuplicatedRecordId" if answers else "Lambda.MissingRecordId"
                failed.append(
                    self._failed(record, code, "The recordId must be returned exactly once", attempts)
                )
                continue
            answer = answers[0]
            if answer.get("result") == "Ok":
                try:
                    data = base64.b64decode(str(answer[self._value]), validate=True)
                except (KeyError, binascii.Error):
                    message = f"{self._value} is not base64"
                    failed.append(self._failed(record, "Lambda.InvalidData", message, attempts))
                    continue
                metadata = answer.get("metadata")
                keys = metadata.get("partitionKeys") if isinstance(metadata, dict) else None
                keys = keys if isinstance(keys, dict) else {}
                ready.append(ReadyRecord(record, data, {name: str(value) for name, value in keys.items()}))
            elif answer.get("result") == "ProcessingFailed":
                failed.append(
                    self._failed(
                        record,
                        "Lambda.ProcessingFailedStatus",
                        "ProcessingFailed status set for record",
                        attempts,
                    )
                )
            elif answer.get("result") != "Dropped":
                failed.append(
                    self._failed(
                        record,
                        "Lambda.InvalidResult",
                        "result is not Ok, Dropped or ProcessingFailed",
                        attempts,
                    )
                )
        return ready, failed

    def _failed(self, record: SourceRecord, code: str, message: str, attempts: int) -> FailedRecord:
        now = datetime.now(UTC)
        return FailedRecord(record, record.data, "processing-failed", code, message, attempts, now)


class _InvocationError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
