"""EventBridge with state machines as targets.

The emulator keeps rules and matches events, but knows no state machine of this process: a target of that kind becomes a
queue there, which is read here, and is told and taken away as what it is. Every other request is passed on.
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
    """Answers what is about state machines as targets, and hands everything else to the emulator."""

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
        name = request.headers.get("x-amz-target", "").removeprefix("AWSEvents.")
        if name not in ("PutTargets", "RemoveTargets", "ListTargetsByRule"):
            return self._forwarder.forward(request)
        parameters = json.loads(request.body or b"{}")
        if name == "PutTargets":
            return self._put_targets(request, caller, parameters)
        answer = self._forwarder.forward(request)
        if answer.status != 200:
            return answer
        rule = str(parameters["Rule"])
        if name == "ListTargetsByRule":
            return json_response(self._with_machines(rule, json.loads(answer.body)))
        for target_id in parameters["Ids"]:
            self._forget((rule, str(target_id)))
        return answer

    def _put_targets(self, request: Request, caller: Caller, parameters: Json) -> Response:
        report = ParamValidator().validate(parameters, self._model.operation_model("PutTargets").input_shape)
        if report.has_errors():
            raise ApiError("ValidationException", report.generate_report())
        targets = parameters["Targets"]
        machines = [target for target in targets if ":states:" in target["Arn"]]
        if not machines:
            answer = self._forwarder.forward(request)
            if answer.status == 200:
                for target in targets:
                    self._forget((str(parameters["Rule"]), str(target["Id"])))
            return answer
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

    def _with_machines(self, rule: str, listed: Json) -> Json:
        """Targets as they were put, and not the queues that stand for them."""
        targets = listed["Targets"]
        assert isinstance(targets, list)
        return {
            **listed,
            "Targets": [self._targets.get((rule, str(target["Id"])), target) for target in targets],
        }

    def _forget(self, place: tuple[str, str]) -> None:
        """Ends a target's delivery, and takes its queue away with what is still in it."""
        with self._lock:
            delivery = self._deliveries.pop(place, None)
            if self._targets.pop(place, None) is None:
                return
        self._targets.save()
        if delivery is not None:
            delivery.stopped.set()
        self._clients.root().get("sqs").delete_queue(QueueUrl=self._queue_url(place))

    def _queue_url(self, place: tuple[str, str]) -> str:
        return f"{self._settings.emulator}/{self._settings.account}/{_queue_name(place)}"

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
        retry, dead = target.get("RetryPolicy"), target.get("DeadLetterConfig")
        attempts = (
            retry.get("MaximumRetryAttempts", _MOST_ATTEMPTS) if isinstance(retry, dict) else _MOST_ATTEMPTS
        )
        delivery = Delivery(
            self._clients,
            self._queue_url(place),
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
        threading.Thread(target=delivery.run, name=_queue_name(place), daemon=True).start()


def _queue_name(place: tuple[str, str]) -> str:
    # SQS allows 80 characters.
    return "naru-target-" + hashlib.sha256("/".join(place).encode()).hexdigest()[:32]
