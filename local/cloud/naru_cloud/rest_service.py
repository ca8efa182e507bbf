"""The base of services that speak REST JSON: routes, validation and IAM from AWS's own service model."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, unquote, urlsplit

import botocore.session
from botocore.model import OperationModel
from botocore.validate import ParamValidator

from .authorisation import Authorisation
from .kept_table import READING, KeptTable
from .protocol import ApiError, Caller, Json, Operation, Request, Response, json_response


class RestService:
    """Finds the operation of a request by method and path, and reads its parameters as the model says."""

    #: botocore's name of the service.
    model_name: str
    #: The prefix of IAM actions.
    iam_prefix: str
    #: The code of an input that does not fit the model.
    invalid_code: str
    #: What outlives the process.
    kept: tuple[KeptTable, ...] = ()

    def __init__(self, authorisation: Authorisation) -> None:
        model = botocore.session.Session().get_service_model(self.model_name)
        self._validator = ParamValidator()
        self.authorisation = authorisation
        self._routes = [
            (operation.http["method"], _pattern(operation.http["requestUri"]), operation)
            for operation in map(model.operation_model, model.operation_names)
        ]

    def operations(self) -> dict[str, Operation]:
        """The operations by name."""
        raise NotImplementedError

    def resource(self, operation: str, parameters: Json) -> str:
        """The ARN that IAM is asked about, or `*`."""
        raise NotImplementedError

    def handle(self, request: Request, caller: Caller) -> Response:
        """Answers one request.

        :raises ApiError: as the operation does, and for an unknown operation, wrong input or a missing right.
        """
        address = urlsplit(request.target)
        model, path = self._route(request.method, address.path)
        operation = self.operations().get(model.name)
        if operation is None:
            raise ApiError(
                "UnknownOperationException", f"{self.model_name}: {model.name} is not available locally"
            )
        parameters = self._parameters(model, path, parse_qs(address.query), request.body)
        if model.input_shape is not None:
            report = self._validator.validate(parameters, model.input_shape)
            if report.has_errors():
                raise ApiError(self.invalid_code, report.generate_report())
        self.authorisation.require(
            caller, f"{self.iam_prefix}:{model.name}", self.resource(model.name, parameters)
        )
        status = model.http.get("responseCode", 200)
        answer = operation(caller, parameters)
        if not model.name.startswith(READING):
            for table in self.kept:
                table.save()
        return json_response(answer, "application/json", status)

    def _route(self, method: str, path: str) -> tuple[OperationModel, dict[str, str]]:
        for verb, pattern, model in self._routes:
            match = pattern.fullmatch(path)
            if verb == method and match is not None:
                return model, {name: unquote(value) for name, value in match.groupdict().items()}
        raise ApiError(
            "UnknownOperationException", f"{self.model_name}: no operation at {method} {path}", 404
        )

    def _parameters(
        self, model: OperationModel, path: dict[str, str], query: dict[str, list[str]], body: bytes
    ) -> Json:
        try:
            parameters: Json = json.loads(body) if body else {}
        except ValueError:
            raise ApiError(self.invalid_code, "the body is not JSON") from None
        members = model.input_shape.members if model.input_shape is not None else {}
        for name, shape in members.items():
            place, wire = shape.serialization.get("location"), shape.serialization.get("name", name)
            if place == "uri":
                parameters[name] = path[wire]
            elif place == "querystring" and wire in query:
                values = query[wire]
                typed = [int(value) if shape.type_name == "integer" else value for value in values]
                parameters[name] = values if shape.type_name == "list" else typed[0]
        return parameters


def _pattern(uri: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^}]+\})", uri.partition("?")[0])
    return re.compile(
        "".join(f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") else re.escape(part) for part in parts)
    )
