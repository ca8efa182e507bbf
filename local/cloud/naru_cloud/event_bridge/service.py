"""EventBridge with state machines as targets.

The emulator keeps rules and matches events, but knows no state machine of this process: a target of that kind becomes a
queue there, which is read here. Every other request is passed on.
"""

from __future__ import annotations

import hashlib
import json
import threading

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from ..authorisation import Authorisation
from ..clients import Clients
from ..forwarding import Forwarder
from ..kept_table import KeptTable
from ..protocol import ApiError, Caller, Json, Request, Response, json_response
from ..settings import Settings
from .delivery import Delivery, Target

PRINCIPAL = "events.amazonaws.com"

#: What a target of this kind may have; the rest is refused rather than passed over.
_FIELDS = {"Id", "Arn", "RoleArn", "Input", "RetryPolicy", "DeadLetterConfig"}

#: Quota "Maximum retry attempts", which is the default too.
_MOST_ATTEMPTS = 185


class EventBridgeService:
    """Answers PutTargets for state machines, and hands everything else to the emulator."""

    def __init__(
        self, settings: Settings, clients: Clients, authorisation: Authorisation, forwarder: Forwarder
    ) -> None:
        self._settings = settings
        self._clients = clients
        self._authorisation = authorisation
        self._forwarder = forwarder
        self._model: ServiceModel = botocore.session.Session().get_service_model("events")
        self._deliveries: dict[tuple[str, str], Delivery] = {}
        self._lock = threading.Lock()
        self._targets: KeptTable[tuple[str, str], Json] = KeptTable(settings.workdir / "event-targets.kept")
        for (rule, _), target in list(self._targets.items()):
            self._deliver(rule, target)

    def handle(self, request: Request, caller: Caller) -> Response:
        """Answers one request.

        :raises ApiError: for targets that don't fit the model, and what is not available here.
        """
        if request.headers.get("x-amz-target", "") != "AWSEvents.PutTargets":
            return self._forwarder.forward(request)
        parameters = json.loads(request.body or b"{}")
        report = ParamValidator().validate(parameters, self._model.operation_model("PutTargets").input_shape)
        if report.has_errors():
            raise ApiError("ValidationException", report.generate_report())
        targets = parameters["Targets"]
        machines = [target for target in targets if ":states:" in target["Arn"]]
        if not machines:
            return self._forwarder.forward(request)
        if len(machines) < len(targets):
            raise ApiError(
                "ValidationException",
                "state machines and other targets in one request are not available locally",
            )
        self._put(caller, parameters["Rule"], machines)
        return json_response({"FailedEntryCount": 0, "FailedEntries": []})

    def shutdown(self) -> None:
        """Ends all deliveries."""
        for delivery in self._deliveries.values():
            delivery.stopped.set()

    def _put(self, caller: Caller, rule: str, machines: list[Json]) -> None:
        self._authorisation.require(caller, "events:PutTargets", self._arn(rule))
        for target in machines:
            unknown = sorted(target.keys() - _FIELDS)
            if unknown:
                raise ApiError("ValidationException", f"{', '.join(unknown)}: is not available locally")
            if "RoleArn" not in target:
                raise ApiError("ValidationException", f"RoleArn is required for target {target['Arn']}.")
            self._authorisation.require_pass_role(caller, str(target["RoleArn"]), PRINCIPAL)
        for target in machines:
            place = (rule, str(target["Id"]))
            name = _queue_name(place)
            root = self._clients.root()
            root.get("sqs").create_queue(QueueName=name)
            queue_arn = f"arn:aws:sqs:{self._settings.region}:{self._settings.account}:{name}"
            root.get("events").put_targets(Rule=rule, Targets=[{"Id": place[1], "Arn": queue_arn}])
            self._targets[place] = target
            self._targets.save()
            self._deliver(rule, target)

    def _arn(self, rule: str) -> str:
        return f"arn:aws:events:{self._settings.region}:{self._settings.account}:rule/{rule}"

    def _deliver(self, rule: str, target: Json) -> None:
        place = (rule, str(target["Id"]))
        name = _queue_name(place)
        retry, dead = target.get("RetryPolicy"), target.get("DeadLetterConfig")
        attempts = (
            retry.get("MaximumRetryAttempts", _MOST_ATTEMPTS) if isinstance(retry, dict) else _MOST_ATTEMPTS
        )
        delivery = Delivery(
            self._clients,
            f"{self._settings.emulator}/{self._settings.account}/{name}",
            Target(
                rule_arn=self._arn(rule),
                arn=str(target["Arn"]),
                role_arn=str(target["RoleArn"]),
                input=None if target.get("Input") is None else str(target["Input"]),
                retries=int(attempts),
                dead_letters=str(dead["Arn"]) if isinstance(dead, dict) and "Arn" in dead else None,
            ),
        )
        with self._lock:
            previous = self._deliveries.pop(place, None)
            self._deliveries[place] = delivery
        if previous is not None:
            previous.stopped.set()
        threading.Thread(target=delivery.run, name=name, daemon=True).start()


def _queue_name(place: tuple[str, str]) -> str:
    # SQS allows 80 characters.
    return "naru-target-" + hashlib.sha256("/".join(place).encode()).hexdigest()[:32]
