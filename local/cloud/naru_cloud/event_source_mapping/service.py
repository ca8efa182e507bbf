"""The part of Lambda's API that is about event source mappings. All else is the emulator's, and handed on.

A mapping is never made in the emulator too: its own retries a failing batch for ever and knows no destination.
"""

from __future__ import annotations

import json
import shutil
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from ..authorisation import Authorisation
from ..clients import Clients
from ..forwarding import Forwarder
from ..log import log
from ..protocol import ApiError, Caller, Json, Operation, Request, Response, new_id, to_json
from ..rest_service import RestService
from ..settings import Settings
from .configuration import DEFAULTS, read_settings
from .failure_destination import FailureDestination
from .queue_configuration import QUEUE_DEFAULTS, read_queue_settings
from .queue_mapping import QueueMapping
from .stream_mapping import StreamMapping

_PATH = "/2015-03-31/event-source-mappings"

#: What a role must be able to do with a stream (the documentation's "Required execution role permissions").
_STREAM_ACTIONS = ("DescribeStream", "GetRecords", "GetShardIterator", "ListShards")

#: And with a queue.
_QUEUE_ACTIONS = ("DeleteMessage", "GetQueueAttributes", "ReceiveMessage")

Mapping = StreamMapping | QueueMapping

#: Seconds that an invocation under way is waited for when a mapping ends.
_STOP_SECONDS = 5.0


class LambdaService(RestService):
    """Mappings from Kinesis streams and queues, each with threads of its own; they are kept in files."""

    model_name = "lambda"
    iam_prefix = "lambda"
    invalid_code = "InvalidParameterValueException"

    def __init__(
        self, settings: Settings, clients: Clients, authorisation: Authorisation, forwarder: Forwarder
    ) -> None:
        super().__init__(authorisation)
        self._settings, self._clients, self._forwarder = settings, clients, forwarder
        self._mappings: dict[str, Mapping] = {}
        self._lock = threading.Lock()
        self._folder: Path = settings.workdir / "event-source-mappings"
        self._folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(self._folder.glob("*/mapping.json")):
            mapping = self._load(file)
            self._mappings[mapping.uuid] = mapping
            mapping.start()
            log("info", "lambda", "mapping-resumed", mapping=mapping.uuid)

    def passed_on(self, request: Request) -> Response | None:
        """The emulator's answer to what is not about mappings, whoever asks; it knows its functions' sessions."""
        if urlsplit(request.target).path.startswith(_PATH):
            return None
        return self._forwarder.forward(request)

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "CreateEventSourceMapping": self._create,
            "GetEventSourceMapping": lambda _caller, given: self._describe(self._mapping(given)),
            "ListEventSourceMappings": self._list,
            "UpdateEventSourceMapping": self._update,
            "DeleteEventSourceMapping": self._delete,
        }

    def resource(self, operation: str, parameters: Json) -> str:
        """The ARN of the mapping that is named."""
        return self._arn(str(parameters["UUID"])) if "UUID" in parameters else "*"

    def shutdown(self) -> None:
        """Ends all mappings; they go on where they were when the process starts again."""
        deadline = time.monotonic() + _STOP_SECONDS
        for mapping in self._mappings.values():
            mapping.stopped.set()
        for mapping in self._mappings.values():
            mapping.stop(deadline)

    def _arn(self, uuid: str) -> str:
        place = f"{self._settings.region}:{self._settings.account}"
        return f"arn:aws:lambda:{place}:event-source-mapping:{uuid}"

    def _mapping(self, parameters: Json) -> Mapping:
        found = self._mappings.get(str(parameters["UUID"]))
        if found is None:
            raise ApiError("ResourceNotFoundException", "The resource you requested does not exist.", 404)
        return found

    def _create(self, _caller: Caller, parameters: Json) -> Json:
        source = str(parameters.get("EventSourceArn", ""))
        is_stream = ":kinesis:" in source and ":stream/" in source and "/consumer/" not in source
        if not is_stream and not _is_queue(source):
            raise ApiError(
                "InvalidParameterValueException",
                "EventSourceArn: only the ARN of a Kinesis stream or a queue is available locally; enhanced "
                "fan-out consumers, tables and Kafka are not",
            )
        uuid = new_id()
        function = self._checked_function(uuid, parameters)
        now = datetime.now(UTC)
        mapping = self._make(uuid, parameters, str(function["FunctionArn"]), str(function["Role"]), now, now)
        with self._lock:
            for other in self._mappings.values():
                if (other.source_arn, other.function_arn) == (source, mapping.function_arn):
                    raise ApiError(
                        "ResourceConflictException",
                        f'The event source arn ("{source}") and function ("{mapping.function_arn}") '
                        f"provided mapping already exists. Please update or delete the existing mapping "
                        f"with UUID {other.uuid}",
                        409,
                    )
            self._mappings[uuid] = mapping
        self._save(mapping)
        mapping.start()
        log("info", "lambda", "mapping-created", mapping=uuid, source=source)
        return {**self._describe(mapping), "State": "Creating"}

    def _update(self, _caller: Caller, parameters: Json) -> Json:
        mapping = self._mapping(parameters)
        changes = {name: value for name, value in parameters.items() if name != "UUID"}
        given = {**mapping.given, **changes}
        function = self._checked_function(mapping.uuid, given)
        # It goes on from its checkpoints, as another object with the new settings.
        mapping.stop(time.monotonic() + _STOP_SECONDS)
        changed = self._make(
            mapping.uuid,
            given,
            str(function["FunctionArn"]),
            str(function["Role"]),
            mapping.created,
            datetime.now(UTC),
        )
        with self._lock:
            self._mappings[mapping.uuid] = changed
        self._save(changed)
        changed.start()
        return {**self._describe(changed), "State": "Updating"}

    def _delete(self, _caller: Caller, parameters: Json) -> Json:
        mapping = self._mapping(parameters)
        with self._lock:
            self._mappings.pop(mapping.uuid, None)
        mapping.stop(time.monotonic() + _STOP_SECONDS)
        shutil.rmtree(mapping.folder, ignore_errors=True)
        return {**self._describe(mapping), "State": "Deleting"}

    def _list(self, _caller: Caller, parameters: Json) -> Json:
        source, name = parameters.get("EventSourceArn"), parameters.get("FunctionName")
        function = None if name is None else self._function(str(name))["FunctionArn"]
        found = [
            self._describe(mapping)
            for mapping in sorted(self._mappings.values(), key=lambda one: (one.created, one.uuid))
            if source in (None, mapping.source_arn) and function in (None, mapping.function_arn)
        ]
        start = int(str(parameters.get("Marker", 0)))
        end = start + int(str(parameters.get("MaxItems", 100)))
        more: Json = {"NextMarker": str(end)} if end < len(found) else {}
        return {"EventSourceMappings": found[start:end], **more}

    def _describe(self, mapping: Mapping) -> Json:
        kept = {name: value for name, value in mapping.given.items() if name not in _NOT_DESCRIBED}
        return {
            **(QUEUE_DEFAULTS if _is_queue(mapping.source_arn) else DEFAULTS),
            **kept,
            "UUID": mapping.uuid,
            "EventSourceMappingArn": self._arn(mapping.uuid),
            "FunctionArn": mapping.function_arn,
            "LastModified": mapping.modified,
            "LastProcessingResult": mapping.reports.last_result,
            "State": "Enabled" if mapping.settings.enabled else "Disabled",
            "StateTransitionReason": "USER_INITIATED",
        }

    def _function(self, name: str) -> Json:
        try:
            return self._clients.root().get("lambda").get_function_configuration(FunctionName=name)
        except ClientError as error:
            given = error.response["Error"]
            status = error.response["ResponseMetadata"].get("HTTPStatusCode", 400)
            raise ApiError(given["Code"], given["Message"], status) from None

    def _checked_function(self, uuid: str, given: Json) -> Json:
        """The function of a mapping whose settings, timeout and rights are as Lambda wants them.

        :raises ApiError: InvalidParameterValueException, or what the emulator says of the function.
        """
        source = str(given["EventSourceArn"])
        if _is_queue(source):
            read_queue_settings(given)
            function = self._function(str(given["FunctionName"]))
            self._require_visibility(source, int(str(function["Timeout"])))
            wanted = [(f"sqs:{action}", source) for action in _QUEUE_ACTIONS]
        else:
            destination = read_settings(given).destination
            function = self._function(str(given["FunctionName"]))
            wanted = [(f"kinesis:{action}", source) for action in _STREAM_ACTIONS]
            if destination is not None:
                wanted += FailureDestination(destination, uuid, threading.Event()).rights
        self._require_rights(str(function["Role"]), wanted)
        return function

    def _require_visibility(self, queue: str, timeout: int) -> None:
        sqs = self._clients.root().get("sqs")
        try:
            url = sqs.get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"]
            read = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])
        except ClientError as error:
            raise ApiError("InvalidParameterValueException", error.response["Error"]["Message"]) from None
        visibility = int(read["Attributes"]["VisibilityTimeout"])
        if visibility < timeout:
            raise ApiError(
                "InvalidParameterValueException",
                f"Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds",
            )

    def _require_rights(self, role: str, wanted: list[tuple[str, str]]) -> None:
        """What the function's role must be able to do, all at once; AWS asks for it too when a mapping is made.

        :raises ApiError: InvalidParameterValueException that names each missing right and its resource.
        """
        missing = self.authorisation.missing(role, wanted)
        if missing:
            raise ApiError(
                "InvalidParameterValueException",
                f"The function's execution role {role} lacks: {', '.join(missing)}. Allow it in the role's policy.",
            )

    def _make(
        self, uuid: str, given: Json, function: str, role: str, created: datetime, modified: datetime
    ) -> Mapping:
        kind = QueueMapping if _is_queue(str(given["EventSourceArn"])) else StreamMapping
        return kind(
            uuid=uuid,
            folder=self._folder / uuid,
            given=given,
            source_arn=str(given["EventSourceArn"]),
            function_arn=function,
            role_arn=role,
            created=created,
            modified=modified,
            region=self._settings.region,
            clients=self._clients,
            time_scale=self._settings.time_scale,
        )

    def _save(self, mapping: Mapping) -> None:
        mapping.folder.mkdir(parents=True, exist_ok=True)
        kept = {
            "given": mapping.given,
            "function": mapping.function_arn,
            "role": mapping.role_arn,
            "created": mapping.created.timestamp(),
            "modified": mapping.modified.timestamp(),
        }
        new = mapping.folder / "mapping.new"
        new.write_bytes(to_json(kept))
        new.replace(mapping.folder / "mapping.json")

    def _load(self, file: Path) -> Mapping:
        kept = json.loads(file.read_text())
        created, modified = (datetime.fromtimestamp(kept[name], UTC) for name in ("created", "modified"))
        return self._make(file.parent.name, kept["given"], kept["function"], kept["role"], created, modified)


def _is_queue(source_arn: str) -> bool:
    return source_arn.split(":")[2:3] == ["sqs"]


#: Parameters that a description does not have, or has in another form.
_NOT_DESCRIBED = {"FunctionName", "Enabled", "Tags", "UUID"}
