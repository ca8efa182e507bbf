"""One delivery stream at work: read, transform in batches, buffer by partition, convert, deliver."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from ..clients import ClientSet
from .configuration import ConversionSettings, DestinationSettings
from .conversion import TableSchema
from .fitting import fit
from .http_endpoint import AccessKey, HttpOutbox
from .objects import KeyMaker, Outbox, PendingObject, describe, error_line, join_records
from .positions import Positions
from .prefix import PrefixError
from .record import FailedRecord, ReadyRecord, SourceRecord
from .reports import Reports
from .source import Source, SourceError
from .transform import LambdaTransform, StreamIdentity, split_batches

#: Seconds between two polls of an idle source; Kinesis allows five GetRecords calls a second and shard.
POLL_SECONDS = 0.2

#: The least time in a buffer: an interval of 0 still gathers what arrives together.
LEAST_BUFFER_SECONDS = 0.3

#: Reading stops while so much waits for S3 (back pressure; Kinesis keeps the rest).
MOST_WAITING_BYTES = 256 * 1024 * 1024

#: Seconds that the table's schema is kept.
SCHEMA_SECONDS = 30.0


@dataclass
class _Buffer:
    """Records for one object; `due` is the moment at which its interval is over."""

    due: float
    records: list[ReadyRecord] = field(default_factory=list)
    size: int = 0


class Delivery(threading.Thread):
    """The thread of a delivery stream."""

    def __init__(
        self,
        stream: str,
        identity: StreamIdentity,
        version: Callable[[], int],
        settings: DestinationSettings,
        source: Source,
        role: Callable[[str], ClientSet],
        source_role: str | None,
        positions: Positions,
        reports: Reports,
        folder: Path,
        time_scale: float,
    ) -> None:
        super().__init__(name=f"firehose-{stream}", daemon=True)
        self._stream, self._identity, self._version = stream, identity, version
        self._source, self._source_role, self._role = source, source_role, role
        self._positions = positions
        self._reports, self._folder, self._time_scale = reports, folder, time_scale
        self._stopping = threading.Event()
        self._intake: list[SourceRecord] = []
        self._intake_due = 0.0
        self._buffers: dict[tuple[tuple[str, str], ...], _Buffer] = {}
        self._failed: list[FailedRecord] = []
        self._schema: tuple[float, TableSchema] | None = None
        self._counts: Counter[str] = Counter()
        self._requests = HttpOutbox(identity.arn, time_scale)
        self._access_key = AccessKey(role, time_scale)
        self._next_settings: DestinationSettings | None = None
        self._use(settings)

    def update(self, settings: DestinationSettings) -> None:
        """Takes new settings before the next round."""
        self._next_settings = settings

    def stop(self, seconds: float) -> None:
        """Delivers what is in memory, within the given time, and ends."""
        self._stopping.set()
        self.join(seconds)

    def run(self) -> None:
        """Works until stopped; an error of AWS is told and tried again, so that nothing is lost."""
        while not self._stopping.is_set():
            if self._next_settings is not None:
                self._use(self._next_settings)
                self._next_settings = None
            busy = self._attempt(self._read)
            self._attempt(lambda: self._work(False))
            if not busy:
                self._stopping.wait(POLL_SECONDS)
        self._attempt(self._read)
        self._attempt(lambda: self._work(True))
        self._source.close()

    def _use(self, settings: DestinationSettings) -> None:
        self._settings = settings
        self._keys = KeyMaker(self._stream, self._version, settings)
        waiting = getattr(self, "_outbox", None)
        self._outbox = waiting if waiting is not None else Outbox(settings, self._time_scale)
        self._transform = (
            LambdaTransform(settings.transform, self._identity, self._time_scale)
            if settings.transform
            else None
        )

    def _attempt(self, step: Callable[[], bool]) -> bool:
        try:
            return step()
        except (ClientError, BotoCoreError) as error:
            code, message = describe(error)
            self._report(code.replace("S3.", "Firehose.", 1), message)
            self._stopping.wait(1 / self._time_scale)
        except SourceError as error:
            self._report(error.code, str(error))
            self._stopping.wait(1 / self._time_scale)
        except Exception as error:  # noqa: BLE001
            # The thread must live on; the message may hold a record's data and is left out.
            self._report("Firehose.InternalError", type(error).__name__)
            self._stopping.wait(1)
        return False

    def _report(self, code: str, message: str) -> None:
        try:
            role = self._role(self._settings.role_arn)
        except (ClientError, BotoCoreError):
            role = None
        self._reports.failure(self._settings, role, code, message)

    def _read(self) -> bool:
        if self._outbox.waiting_bytes + self._requests.waiting_bytes > MOST_WAITING_BYTES:
            return False
        records = self._source.read(self._role(self._source_role or self._settings.role_arn))
        if records and not self._intake:
            interval = self._settings.transform.interval_seconds if self._settings.transform else 0.0
            self._intake_due = time.monotonic() + interval / self._time_scale
        self._positions.read(records)
        self._intake += records
        return bool(records)

    def _work(self, everything: bool) -> bool:
        self._transform_intake(everything)
        now = time.monotonic()
        for key, buffer in list(self._buffers.items()):
            if everything or buffer.due <= now or buffer.size >= self._settings.buffer_bytes:
                self._pack(key, buffer)
                del self._buffers[key]
        asked = self._settings.http is not None and self._attempt(self._send_requests)
        self._pack_failures()
        sent = self._outbox.send(self._role(self._settings.role_arn).get("s3"), self._report)
        self._count_sent(sent, asked)
        return bool(sent) or asked

    def _send_requests(self) -> bool:
        """To the endpoint; what it has refused for too long becomes failures, for S3."""
        assert self._settings.http is not None
        outcome = self._requests.send(self._settings.http, self._access_key, self._report)
        for request in outcome.taken:
            self._counts["DeliveryToHttpEndpoint.Records"] += len(request.records)
            self._counts["DeliveryToHttpEndpoint.Bytes"] += sum(len(one.data) for one in request.records)
            self._positions.settle(_sources(request.records))
        for request, code, message in outcome.given_up:
            for record in request.records:
                self._fail(record, "http-endpoint-failed", code, message, request.attempts)
        if outcome.tried > 0:
            # A ratio, which AWS averages.
            self._counts["DeliveryToHttpEndpoint.Success"] = len(outcome.taken) / outcome.tried  # type: ignore[assignment]
        return outcome.tried > 0

    def _transform_intake(self, everything: bool) -> None:
        if self._transform is None:
            for record in self._intake:
                self._buffer(ReadyRecord(record, record.data))
            self._intake = []
            return
        hint = self._settings.transform.buffer_bytes if self._settings.transform else 0
        full = sum(len(record.data) for record in self._intake) >= hint
        if not self._intake or not (everything or full or self._intake_due <= time.monotonic()):
            return
        client = self._role(self._settings.role_arn).get("lambda")
        for batch in split_batches(self._intake, hint):
            ready, failed = self._transform.run(client, batch, self._report)
            # Taken out batch by batch: were the role refused midway, no batch would be lost or done twice.
            self._intake = self._intake[len(batch) :]
            for record in ready:
                self._buffer(record)
            self._failed += failed
            if len(ready) + len(failed) < len(batch):
                kept = {one.source.id for one in [*ready, *failed]}
                self._positions.settle(record for record in batch if record.id not in kept)
            self._counts["ExecuteProcessing.Success"] += len(ready)

    def _buffer(self, record: ReadyRecord) -> None:
        key = tuple(sorted(record.partition_keys.items())) if self._settings.dynamic_partitioning else ()
        if key not in self._buffers:
            wait = max(self._settings.interval_seconds / self._time_scale, LEAST_BUFFER_SECONDS)
            self._buffers[key] = _Buffer(time.monotonic() + wait)
        self._buffers[key].records.append(record)
        self._buffers[key].size += len(record.data)

    def _pack(self, key: tuple[tuple[str, str], ...], buffer: _Buffer) -> None:
        if self._settings.http is not None:
            self._requests.add(buffer.records)
            return
        conversion = self._settings.conversion
        schema = self._table_schema(conversion) if conversion else None
        oldest = min(record.source.arrival for record in buffer.records)
        try:
            object_key = self._keys.data(oldest, dict(key))
        except PrefixError as error:
            for record in buffer.records:
                self._fail(record, "processing-failed", "DynamicPartitioning.PartitionKeyMissing", str(error))
            return
        if conversion is None or schema is None:
            parts = [record.data for record in buffer.records]
            body = join_records(parts, self._settings.delimiter, self._settings.gzip)
            self._outbox.add(PendingObject(object_key, body, _sources(buffer.records), failure=False))
            return
        fitted = fit(schema, buffer.records, conversion.codec, self._folder)
        if fitted.good:
            self._outbox.add(PendingObject(object_key, fitted.body, _sources(fitted.good), failure=False))
        for record, message in fitted.bad:
            self._fail(record, "format-conversion-failed", "DataFormatConversion.ParseError", message)
        self._counts["SucceedConversion.Records"] += len(fitted.good)
        self._counts["FailedConversion.Records"] += len(fitted.bad)

    def _table_schema(self, conversion: ConversionSettings) -> TableSchema:
        if self._schema is None or self._schema[0] < time.monotonic():
            glue = self._role(conversion.role_arn).get("glue")
            table = glue.get_table(DatabaseName=conversion.database, Name=conversion.table)["Table"]
            self._schema = (time.monotonic() + SCHEMA_SECONDS, TableSchema.of(table, conversion.key_mappings))
        return self._schema[1]

    def _fail(self, record: ReadyRecord, error_type: str, code: str, message: str, attempts: int = 1) -> None:
        now = datetime.now(UTC)
        self._failed.append(
            FailedRecord(record.source, record.data, error_type, code, message, attempts, now)
        )

    def _pack_failures(self) -> None:
        by_type: dict[str, list[FailedRecord]] = {}
        for failed in self._failed:
            by_type.setdefault(failed.error_type, []).append(failed)
        self._failed = []
        given = self._settings
        table = None
        if given.conversion:
            conversion, region = given.conversion, self._identity.region
            table = {"databaseName": conversion.database, "tableName": conversion.table, "region": region}
        function = given.transform.function_arn if given.transform else None
        for error_type, failures in by_type.items():
            key = self._keys.error(min(failed.source.arrival for failed in failures), error_type)
            body = b"".join(error_line(failed, function, table) for failed in failures)
            self._outbox.add(PendingObject(key, body, _sources(failures), failure=True))

    def _count_sent(self, sent: list[PendingObject], asked: bool) -> None:
        for pending in sent:
            kind = "ErrorOutput" if pending.failure else "DeliveryToS3"
            self._counts[f"{kind}.Records"] += len(pending.records)
            self._counts[f"{kind}.Bytes"] += len(pending.body)
            self._counts["DeliveryToS3.Success"] += 1
            self._positions.settle(pending.records)
        self._positions.save()
        if sent or asked:
            self._reports.metrics(self._counts)
            self._counts = Counter()


def _sources(records: Iterable[ReadyRecord | FailedRecord]) -> list[SourceRecord]:
    return [record.source for record in records]
