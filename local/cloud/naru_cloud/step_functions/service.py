"""The API of Step Functions."""

from __future__ import annotations

import json
import re
import threading

from ..authorisation import Authorisation
from ..clients import Clients
from ..json_service import JsonService
from ..kept_table import KeptTable
from ..protocol import ApiError, Caller, Json, Operation, new_id
from ..settings import Settings
from .definition import check_definition
from .execution import Execution, StateMachine
from .interpreter import Interpreter

PRINCIPAL = "states.amazonaws.com"

#: What is stored as given and shown again.
_STORED = ("loggingConfiguration", "tracingConfiguration", "encryptionConfiguration")

#: Executions that are remembered (AWS keeps 90 days).
MOST_EXECUTIONS = 500


class StepFunctionsService(JsonService):
    """State machines, each execution in a thread of its own."""

    model_name = "stepfunctions"
    iam_prefix = "states"
    invalid_code = "ValidationException"

    def __init__(self, settings: Settings, clients: Clients, authorisation: Authorisation) -> None:
        super().__init__(authorisation)
        self._settings = settings
        self._clients = clients
        self._machines: KeptTable[str, StateMachine] = KeptTable(settings.workdir / "state-machines.kept")
        self.kept = (self._machines,)
        self._executions: dict[str, Execution] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        return {
            "CreateStateMachine": self._create,
            "UpdateStateMachine": self._update,
            "DescribeStateMachine": self._describe,
            "DeleteStateMachine": self._delete,
            "ListStateMachines": self._list,
            "ListStateMachineVersions": lambda *_: {"stateMachineVersions": []},
            "ValidateStateMachineDefinition": self._validate,
            "StartExecution": self._start,
            "DescribeExecution": self._describe_execution,
            "ListExecutions": self._list_executions,
            "GetExecutionHistory": self._history,
            "StopExecution": self._stop,
            "TagResource": self._tag,
            "UntagResource": self._untag,
            "ListTagsForResource": self._list_tags,
        }

    def resource(self, operation: str, parameters: Json) -> str:
        """The ARN of the state machine or execution."""
        for name in ("stateMachineArn", "executionArn", "resourceArn"):
            if name in parameters:
                return str(parameters[name])
        return (
            self._arn("stateMachine", str(parameters["name"])) if operation == "CreateStateMachine" else "*"
        )

    def shutdown(self) -> None:
        """Stops all executions."""
        for execution in self._executions.values():
            execution.stopped.set()

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:states:{self._settings.region}:{self._settings.account}:{kind}:{name}"

    def _read(self, text: str) -> dict[str, object]:
        try:
            definition = json.loads(text)
        except ValueError as error:
            raise ApiError(
                "InvalidDefinition", f"Invalid State Machine Definition: not JSON: {error}"
            ) from None
        errors = check_definition(definition)
        if errors:
            raise ApiError("InvalidDefinition", "Invalid State Machine Definition: " + "; ".join(errors))
        return definition

    def _create(self, caller: Caller, parameters: Json) -> Json:
        name, role = str(parameters["name"]), str(parameters["roleArn"])
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name):
            raise ApiError("InvalidName", f"Invalid Name: '{name}': 1 to 80 letters, digits, _ or -")
        text = str(parameters["definition"])
        definition = self._read(text)
        self.authorisation.require_pass_role(caller, role, PRINCIPAL)
        arn = self._arn("stateMachine", name)
        given = parameters.get("tags") or []
        assert isinstance(given, list)
        machine = StateMachine(
            name=name,
            arn=arn,
            role_arn=role,
            type=str(parameters.get("type", "STANDARD")),
            text=text,
            definition=definition,
            settings={key: parameters[key] for key in _STORED if key in parameters},
            tags={tag["key"]: tag.get("value", "") for tag in given},
        )
        with self._lock:
            existing = self._machines.get(arn)
            if existing is not None:
                # Creating the same thing twice is no error on AWS.
                if (existing.text, existing.role_arn, existing.type) == (text, role, machine.type):
                    return {"stateMachineArn": arn, "creationDate": existing.created}
                raise ApiError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
            self._machines[arn] = machine
        return {"stateMachineArn": arn, "creationDate": machine.created}

    def _find(self, parameters: Json) -> StateMachine:
        arn = str(parameters["stateMachineArn"])
        if arn not in self._machines:
            raise ApiError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
        return self._machines[arn]

    def _update(self, caller: Caller, parameters: Json) -> Json:
        machine = self._find(parameters)
        definition = (
            self._read(str(parameters["definition"])) if "definition" in parameters else machine.definition
        )
        role = str(parameters.get("roleArn", machine.role_arn))
        if role != machine.role_arn:
            self.authorisation.require_pass_role(caller, role, PRINCIPAL)
        machine.definition, machine.role_arn = definition, role
        machine.text = str(parameters.get("definition", machine.text))
        machine.settings = {
            **machine.settings,
            **{key: parameters[key] for key in _STORED if key in parameters},
        }
        machine.revision = new_id()
        return {"updateDate": machine.created, "revisionId": machine.revision}

    def _describe(self, _caller: Caller, parameters: Json) -> Json:
        machine = self._find(parameters)
        return {
            "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
            "tracingConfiguration": {"enabled": False},
            **machine.settings,
            "stateMachineArn": machine.arn,
            "name": machine.name,
            "status": "ACTIVE",
            "definition": machine.text,
            "roleArn": machine.role_arn,
            "type": machine.type,
            "creationDate": machine.created,
            "revisionId": machine.revision,
        }

    def _delete(self, _caller: Caller, parameters: Json) -> Json:
        self._machines.pop(str(parameters["stateMachineArn"]), None)
        return {}

    def _list(self, _caller: Caller, _parameters: Json) -> Json:
        return {
            "stateMachines": [
                {
                    "stateMachineArn": machine.arn,
                    "name": machine.name,
                    "type": machine.type,
                    "creationDate": machine.created,
                }
                for machine in self._machines.values()
            ]
        }

    def _validate(self, _caller: Caller, parameters: Json) -> Json:
        try:
            errors = check_definition(json.loads(str(parameters["definition"])))
        except ValueError as error:
            errors = [f"/: not JSON: {error}"]
        diagnostics = [
            {
                "severity": "ERROR",
                "code": "SCHEMA_VALIDATION_FAILED",
                "message": error,
                "location": error.partition(":")[0],
            }
            for error in errors
        ]
        return {"result": "FAIL" if errors else "OK", "diagnostics": diagnostics, "truncated": False}

    def _start(self, _caller: Caller, parameters: Json) -> Json:
        machine = self._find(parameters)
        name, text = str(parameters.get("name", new_id())), str(parameters.get("input", "{}"))
        try:
            data = json.loads(text)
        except ValueError:
            raise ApiError(
                "InvalidExecutionInput", "Invalid State Machine Execution Input: not JSON"
            ) from None
        arn = self._arn("execution", f"{machine.name}:{name}")
        with self._lock:
            existing = self._executions.get(arn)
            if existing is not None:
                if existing.status == "RUNNING" and existing.input_text == text:
                    return {"executionArn": arn, "startDate": existing.started}
                raise ApiError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
            execution = Execution(name, arn, machine, machine.definition, machine.role_arn, text, data)
            self._executions[arn] = execution
            ended = [one.arn for one in self._executions.values() if one.status != "RUNNING"]
            for old in ended[: max(0, len(self._executions) - MOST_EXECUTIONS)]:
                self._executions.pop(old)
        interpreter = Interpreter(
            execution,
            lambda: self._clients.role(execution.role_arn, f"states-{name}"[:64]),
            self._settings.time_scale,
        )
        threading.Thread(target=interpreter.run, name=f"states-{name}", daemon=True).start()
        return {"executionArn": arn, "startDate": execution.started}

    def _find_execution(self, parameters: Json) -> Execution:
        arn = str(parameters["executionArn"])
        if arn not in self._executions:
            raise ApiError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
        return self._executions[arn]

    def _describe_execution(self, _caller: Caller, parameters: Json) -> Json:
        return self._find_execution(parameters).describe()

    def _list_executions(self, _caller: Caller, parameters: Json) -> Json:
        machine, wanted = self._find(parameters), parameters.get("statusFilter")
        found = [execution for execution in self._executions.values() if execution.machine is machine]
        return {"executions": [one.summary() for one in reversed(found) if wanted in (None, one.status)]}

    def _history(self, _caller: Caller, parameters: Json) -> Json:
        events = self._find_execution(parameters).events
        ordered = events[::-1] if parameters.get("reverseOrder") else list(events)
        start, size = (
            int(str(parameters.get("nextToken", 0))),
            int(str(parameters.get("maxResults", 100))) or 100,
        )
        more = {"nextToken": str(start + size)} if start + size < len(ordered) else {}
        return {"events": ordered[start : start + size], **more}

    def _stop(self, _caller: Caller, parameters: Json) -> Json:
        execution = self._find_execution(parameters)
        error, cause = parameters.get("error"), parameters.get("cause")
        execution.stopped.set()
        execution.finish(
            "ABORTED",
            error=str(error) if error is not None else None,
            cause=str(cause) if cause is not None else None,
        )
        return {"stopDate": execution.ended}

    def _tags(self, parameters: Json) -> dict[str, str]:
        arn = str(parameters["resourceArn"])
        if arn not in self._machines:
            raise ApiError("ResourceNotFound", f"Resource not found: '{arn}'")
        return self._machines[arn].tags

    def _tag(self, _caller: Caller, parameters: Json) -> Json:
        tags = parameters["tags"]
        assert isinstance(tags, list)
        self._tags(parameters).update({tag["key"]: tag.get("value", "") for tag in tags})
        return {}

    def _untag(self, _caller: Caller, parameters: Json) -> Json:
        keys = parameters["tagKeys"]
        for key in keys if isinstance(keys, list) else []:
            self._tags(parameters).pop(key, None)
        return {}

    def _list_tags(self, _caller: Caller, parameters: Json) -> Json:
        return {"tags": [{"key": key, "value": value} for key, value in self._tags(parameters).items()]}
