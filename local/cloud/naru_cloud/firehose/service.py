"""The API of Firehose: delivery streams and direct records."""

from __future__ import annotations

import base64
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..authorisation import Authorisation
from ..clients import Clients
from ..json_service import JsonService
from ..log import log
from ..protocol import ApiError, Caller, Json, Operation, new_id
from ..settings import Settings
from .delivery import Delivery
from .destinations import changed_destination, describe_destination, given_destination, read_settings
from .kept import KeptStreams
from .positions import Positions
from .record import SourceRecord
from .reports import Reports
from .source import DirectSource, KinesisSource, Source
from .source_configuration import describe_source, read_source, source_role, topic_rights, topic_start
from .transform import StreamIdentity

PRINCIPAL = "firehose.amazonaws.com"

#: Quotas: a record before base64, and the records and bytes of one batch.
LARGEST_RECORD, MOST_RECORDS, LARGEST_BATCH = 1_024_000, 500, 4 * 1024 * 1024


@dataclass
class _Definition:
    """What was asked for; all of it is kept in a file."""

    name: str
    type: str
    configuration: Json
    source: Json
    tags: dict[str, str]
    created: datetime
    updated: datetime
    version: int = 1
    #: Of its destination.
    kind: str = "ExtendedS3"


@dataclass(frozen=True)
class _Stream:
    """A delivery stream: what was asked for, and the thread that does it."""

    definition: _Definition
    source: Source
    delivery: Delivery


class FirehoseService(JsonService):
    """Delivery streams to S3, each with a thread of its own."""

    model_name = "firehose"
    iam_prefix = "firehose"
    invalid_code = "InvalidArgumentException"

    def __init__(self, settings: Settings, clients: Clients, authorisation: Authorisation) -> None:
        super().__init__(authorisation)
        self._settings = settings
        self._clients = clients
        self._streams: dict[str, _Stream] = {}
        self._lock = threading.Lock()
        self._folder: Path = settings.workdir / "firehose"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._kept = KeptStreams(settings.workdir / "delivery-streams")
        for kept in self._kept.all():
            self._resume(kept)

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "CreateDeliveryStream": self._create,
            "DescribeDeliveryStream": self._describe,
            "ListDeliveryStreams": self._list,
            "DeleteDeliveryStream": self._delete,
            "UpdateDestination": self._update,
            "PutRecord": self._put_record,
            "PutRecordBatch": self._put_batch,
            "TagDeliveryStream": self._tag,
            "UntagDeliveryStream": self._untag,
            "ListTagsForDeliveryStream": self._list_tags,
        }

    def resource(self, operation: str, parameters: Json) -> str:
        """The ARN of the stream that is named."""
        name = parameters.get("DeliveryStreamName")
        return self._arn(str(name)) if name else "*"

    def shutdown(self) -> None:
        """Ends all streams; what is in memory is delivered first, as far as the emulator still answers."""
        for stream in self._streams.values():
            stream.delivery.stop(5)

    def _arn(self, name: str) -> str:
        return f"arn:aws:firehose:{self._settings.region}:{self._settings.account}:deliverystream/{name}"

    def _stream(self, parameters: Json) -> _Stream:
        name = str(parameters["DeliveryStreamName"])
        if name not in self._streams:
            raise ApiError(
                "ResourceNotFoundException",
                f"Firehose {name} under account {self._settings.account} not found.",
            )
        return self._streams[name]

    def _create(self, caller: Caller, parameters: Json) -> Json:
        name = str(parameters["DeliveryStreamName"])
        if not re.fullmatch(r"[a-zA-Z0-9_.-]{1,64}", name):
            raise ApiError(
                "InvalidArgumentException", "DeliveryStreamName: 1 to 64 letters, digits, _ . or -"
            )
        kind, configuration = given_destination(parameters, "Configuration")
        settings = read_settings(kind, configuration)
        type_, source = read_source(parameters, self._settings.kafka)
        converts = settings.conversion.role_arn if settings.conversion else None
        reads = settings.http.secret_role if settings.http else None
        for role in {settings.role_arn, source_role(type_, source), converts, reads} - {None}:
            self.authorisation.require_pass_role(caller, str(role), PRINCIPAL)
        now = datetime.now(UTC)
        tags = {tag["Key"]: tag.get("Value", "") for tag in parameters.get("Tags", [])}  # type: ignore[attr-defined]
        stream = self._make(_Definition(name, type_, configuration, source, tags, now, now, kind=kind))
        with self._lock:
            if name in self._streams:
                raise ApiError("ResourceInUseException", f"Firehose {name} under account already exists")
            self._streams[name] = stream
        self._save(stream)
        stream.delivery.start()
        log("info", "firehose", "stream-created", stream=name, type=type_)
        return {"DeliveryStreamARN": self._arn(name)}

    def _make(self, definition: _Definition) -> _Stream:
        """A delivery stream that is not started, behind what an earlier process delivered of it."""
        name = definition.name
        settings = read_settings(definition.kind, definition.configuration)
        positions = Positions(self._kept.positions(name))
        source = self._open(definition, positions)
        delivery = Delivery(
            stream=name,
            identity=StreamIdentity(
                self._arn(name),
                self._settings.region,
                source.arn,
                is_topic=definition.type == "MSKAsSource",
            ),
            version=lambda: definition.version,
            settings=settings,
            source=source,
            role=lambda arn: self._clients.role(arn, f"firehose-{name}"[:64]),
            source_role=source_role(definition.type, definition.source),
            positions=positions,
            reports=Reports(name, self._arn(name), self._clients.root()),
            folder=self._folder,
            time_scale=self._settings.time_scale,
        )
        return _Stream(definition, source, delivery)

    def _open(self, definition: _Definition, positions: Positions) -> Source:
        given = definition.source
        if definition.type == "KinesisStreamAsSource":
            return KinesisSource(str(given["KinesisStreamARN"]), definition.created, positions)
        if definition.type == "DirectPut":
            return DirectSource()
        # Kafka's client is loaded by those who have a Kafka only: it takes a quarter of a second.
        from .kafka_source import KafkaSource

        role = str(source_role(definition.type, given))
        return KafkaSource(
            bootstrap=str(self._settings.kafka),
            arn=str(given["MSKClusterARN"]),
            topic=str(given["TopicName"]),
            start=topic_start(given, definition.created),
            positions=positions,
            missing_rights=lambda: self.authorisation.missing(role, topic_rights(given)),
        )

    def _save(self, stream: _Stream) -> None:
        kept: Json = {**vars(stream.definition)}
        for moment in ("created", "updated"):
            kept[moment] = getattr(stream.definition, moment).timestamp()
        self._kept.save(stream.definition.name, kept)

    def _resume(self, kept: Json) -> None:
        created, updated = (
            datetime.fromtimestamp(float(str(kept[name])), UTC) for name in ("created", "updated")
        )
        stream = self._make(_Definition(**{**kept, "created": created, "updated": updated}))  # type: ignore[arg-type]
        self._streams[stream.definition.name] = stream
        stream.delivery.start()
        log("info", "firehose", "stream-resumed", stream=stream.definition.name)

    def _describe(self, _caller: Caller, parameters: Json) -> Json:
        stream = self._stream(parameters).definition
        description: Json = {
            "DeliveryStreamName": stream.name,
            "DeliveryStreamARN": self._arn(stream.name),
            "DeliveryStreamStatus": "ACTIVE",
            "DeliveryStreamType": stream.type,
            "VersionId": str(stream.version),
            "CreateTimestamp": stream.created,
            "LastUpdateTimestamp": stream.updated,
            "Destinations": [describe_destination(stream.kind, stream.configuration)],
            "HasMoreDestinations": False,
        }
        description |= describe_source(stream.type, stream.source, stream.created)
        return {"DeliveryStreamDescription": description}

    def _list(self, _caller: Caller, parameters: Json) -> Json:
        limit = int(str(parameters.get("Limit", 10)))
        after = str(parameters.get("ExclusiveStartDeliveryStreamName", ""))
        wanted = parameters.get("DeliveryStreamType")
        known = [stream.definition for stream in self._streams.values()]
        names = sorted(one.name for one in known if one.name > after and wanted in (None, one.type))
        return {"DeliveryStreamNames": names[:limit], "HasMoreDeliveryStreams": len(names) > limit}

    def _delete(self, _caller: Caller, parameters: Json) -> Json:
        stream = self._stream(parameters)
        with self._lock:
            self._streams.pop(stream.definition.name, None)
        stream.delivery.stop(10)
        self._kept.remove(stream.definition.name)
        return {}

    def _update(self, caller: Caller, parameters: Json) -> Json:
        stream = self._stream(parameters)
        definition = stream.definition
        if str(parameters["CurrentDeliveryStreamVersionId"]) != str(definition.version):
            raise ApiError(
                "ConcurrentModificationException",
                f"the current version of the stream is {definition.version}",
            )
        kind, update = given_destination(parameters, "Update")
        if kind != definition.kind:
            raise ApiError("InvalidArgumentException", f"the destination is {definition.kind}, and stays it")
        merged = changed_destination(definition.configuration, update)
        settings = read_settings(kind, merged)
        self.authorisation.require_pass_role(caller, settings.role_arn, PRINCIPAL)
        definition.configuration = merged
        definition.version += 1
        definition.updated = datetime.now(UTC)
        self._save(stream)
        stream.delivery.update(settings)
        return {}

    def _put_record(self, caller: Caller, parameters: Json) -> Json:
        answer = self._put(self._stream(parameters), [parameters["Record"]])
        return {"RecordId": answer[0], "Encrypted": False}

    def _put_batch(self, _caller: Caller, parameters: Json) -> Json:
        records = parameters["Records"]
        ids = self._put(self._stream(parameters), records if isinstance(records, list) else [])
        return {
            "FailedPutCount": 0,
            "Encrypted": False,
            "RequestResponses": [{"RecordId": record_id} for record_id in ids],
        }

    def _put(self, stream: _Stream, given: list[object]) -> list[str]:
        if not isinstance(stream.source, DirectSource):
            raise ApiError(
                "InvalidArgumentException",
                f"This operation is not permitted on {stream.definition.type} delivery stream type.",
            )
        now = datetime.now(UTC)
        records = [
            SourceRecord(new_id(), base64.b64decode(entry["Data"]), now)
            for entry in given
            if isinstance(entry, dict)
        ]
        if any(len(record.data) > LARGEST_RECORD for record in records):
            raise ApiError("InvalidArgumentException", f"a record is larger than {LARGEST_RECORD} bytes")
        if len(records) > MOST_RECORDS or sum(len(record.data) for record in records) > LARGEST_BATCH:
            raise ApiError(
                "InvalidArgumentException", f"a batch has at most {MOST_RECORDS} records and 4 MiB"
            )
        stream.source.put(records)
        return [record.id for record in records]

    def _tag(self, _caller: Caller, parameters: Json) -> Json:
        stream, tags = self._stream(parameters), parameters["Tags"]
        for tag in tags if isinstance(tags, list) else []:
            stream.definition.tags[tag["Key"]] = tag.get("Value", "")
        self._save(stream)
        return {}

    def _untag(self, _caller: Caller, parameters: Json) -> Json:
        stream, keys = self._stream(parameters), parameters["TagKeys"]
        for key in keys if isinstance(keys, list) else []:
            stream.definition.tags.pop(key, None)
        self._save(stream)
        return {}

    def _list_tags(self, _caller: Caller, parameters: Json) -> Json:
        tags = [
            {"Key": key, "Value": value} for key, value in self._stream(parameters).definition.tags.items()
        ]
        return {"Tags": tags, "HasMoreTags": False}
