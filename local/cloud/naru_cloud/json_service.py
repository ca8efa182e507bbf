"""The base of services that speak the AWS JSON protocol: dispatch, validation and IAM in one place."""

from __future__ import annotations

import json

import botocore.session
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from .authorisation import Authorisation
from .kept_table import READING, KeptTable
from .protocol import ApiError, Caller, Json, Operation, Request, Response, json_response


class JsonService:
    """Calls the operation that X-Amz-Target names, after checking its input against AWS's own service
    model."""

    #: botocore's name of the service.
    model_name: str
    #: The prefix of IAM actions.
    iam_prefix: str
    #: The code of an input that does not fit the model.
    invalid_code: str
    #: What outlives the process.
    kept: tuple[KeptTable, ...] = ()

    def __init__(self, authorisation: Authorisation) -> None:
        self._model: ServiceModel = botocore.session.Session().get_service_model(self.model_name)
        self._validator = ParamValidator()
        self.authorisation = authorisation

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
        name = request.headers.get("x-amz-target", "").rpartition(".")[2]
        operation = self.operations().get(name)
        if operation is None:
            raise ApiError(
                "UnknownOperationException", f"{self.model_name}: {name or '?'} is not available locally"
            )
        try:
            parameters = json.loads(request.body or b"{}")
        except ValueError:
            raise ApiError("SerializationException", "the body is not JSON") from None
        shape = self._model.operation_model(name).input_shape
        report = self._validator.validate(parameters, shape)
        if report.has_errors():
            raise ApiError(self.invalid_code, report.generate_report())
        self.authorisation.require(caller, f"{self.iam_prefix}:{name}", self.resource(name, parameters))
        content_type = request.headers.get("content-type", "application/x-amz-json-1.1")
        answer = operation(caller, parameters)
        if not name.startswith(READING):
            for table in self.kept:
                table.save()
        return json_response(answer, content_type)
