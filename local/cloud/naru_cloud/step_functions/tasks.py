"""Task resources: any AWS call by `aws-sdk:<service>:<action>`, and Lambda functions."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

import botocore.session
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.response import StreamingBody

from ..clients import ClientSet
from .paths import Json

_SDK = re.compile(r"arn:aws[\w-]*:states:::aws-sdk:(?P<service>\w+):(?P<action>\w+)")
_INVOKE = re.compile(r"arn:aws[\w-]*:states:::lambda:invoke")
_FUNCTION = re.compile(r"arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w:$-]+")

#: Services that the AWS SDK for Java 2, whose names Step Functions uses, calls otherwise than botocore.
_NAMES = {
    "sfn": "stepfunctions",
    "eventbridge": "events",
    "cloudwatchlogs": "logs",
    "elasticloadbalancingv2": "elbv2",
    "cognitoidentityprovider": "cognito-idp",
    "databasemigration": "dms",
}


class TaskError(Exception):
    """A task that failed: the name that Retry and Catch see, and the cause."""

    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


def check_task(resource: Json, parameters: Json, place: str) -> list[str]:
    """What is wrong with a task's resource and the names of its parameters."""
    text = str(resource)
    if _INVOKE.fullmatch(text) or _FUNCTION.fullmatch(text):
        return []
    match = _SDK.fullmatch(text)
    if match is None:
        return [
            (
                f'{place}/Resource: "{text}" is not available locally; use arn:aws:states:::aws-sdk:<service>:<action> '
                "(start, then poll) or arn:aws:states:::lambda:invoke"
            )
        ]
    try:
        model = _operation(match.group("service"), match.group("action"))
    except ValueError as error:
        return [f"{place}/Resource: {error}"]
    members = {_pascal(name) for name in (model.input_shape.members if model.input_shape else {})}
    given = parameters if isinstance(parameters, dict) else {}
    return [
        f'{place}/Parameters: the field "{key}" is not supported by {match.group("action")}; it has '
        f"{', '.join(sorted(members)) or 'no parameters'}"
        for key in given
        if key.removesuffix(".$") not in members
    ]


def run_task(clients: ClientSet, resource: str, data: Json) -> Json:
    """Carries a task out with the state machine's role.

    :raises TaskError: when the service refuses, or the function fails.
    """
    match = _SDK.fullmatch(resource)
    if match is None:
        return _invoke(clients, resource, data)
    model = _operation(match.group("service"), match.group("action"))
    client = clients.get(model.service_model.service_name)
    shape = model.input_shape
    parameters = _to_botocore(data, shape) if shape is not None else {}
    try:
        answer = getattr(client, xform_name(model.name))(**parameters)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise TaskError(f"{_java_name(model)}.{code}", error.response["Error"]["Message"]) from None
    except ParamValidationError as error:
        raise TaskError("States.Runtime", str(error)) from None
    except BotoCoreError as error:
        raise TaskError(f"{_java_name(model)}.SdkClientException", type(error).__name__) from None
    answer.pop("ResponseMetadata", None)
    return _from_botocore(answer, model.output_shape)


def _invoke(clients: ClientSet, resource: str, data: Json) -> Json:
    direct = _FUNCTION.fullmatch(resource) is not None
    given: Mapping[str, Json] = {} if direct or not isinstance(data, dict) else data
    payload = data if direct else given.get("Payload", {})
    name = resource if direct else str(given.get("FunctionName", ""))
    try:
        answer = clients.get("lambda").invoke(FunctionName=name, Payload=json.dumps(payload).encode())
    except ClientError as error:
        raise TaskError(
            f"Lambda.{error.response['Error']['Code']}", error.response["Error"]["Message"]
        ) from None
    except BotoCoreError as error:
        raise TaskError("Lambda.SdkClientException", type(error).__name__) from None
    text = answer["Payload"].read().decode()
    result = json.loads(text) if text else None
    if answer.get("FunctionError"):
        kind = result.get("errorType", "Lambda.Unknown") if isinstance(result, dict) else "Lambda.Unknown"
        raise TaskError(str(kind), text)
    if direct:
        return result
    return {
        "ExecutedVersion": answer.get("ExecutedVersion", "$LATEST"),
        "Payload": result,
        "StatusCode": answer["StatusCode"],
    }


@lru_cache(maxsize=64)
def _operation(service: str, action: str) -> OperationModel:
    """The model of an action by the names of Step Functions.

    :raises ValueError: for a service or an action that does not exist.
    """
    session = botocore.session.Session()
    by_name = {name.replace("-", ""): name for name in session.get_available_services()}
    name = _NAMES.get(service, by_name.get(service))
    if name is None:
        raise ValueError(
            f'aws-sdk: there is no service "{service}"; write its name in lower case without hyphens'
        )
    model = session.get_service_model(name)
    wanted = action[:1].upper() + action[1:]
    if action[:1].isupper() or wanted not in model.operation_names:
        raise ValueError(f'aws-sdk:{service}: there is no action "{action}"; write it as startJobRun')
    return model.operation_model(wanted)


def _java_name(model: OperationModel) -> str:
    """The service's name in errors, as the AWS SDK for Java 2 writes it: EMR Serverless -> EmrServerless."""
    words = str(model.service_model.service_id).split()
    return "".join(word.capitalize() if word.isupper() else word for word in words)


def _pascal(name: str) -> str:
    return name[:1].upper() + name[1:]


def _to_botocore(value: Json, shape: Shape) -> Json:
    """Parameters with the names that botocore wants; keys of maps stay as they are."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        by_pascal = {_pascal(name): name for name in shape.members}
        return {
            by_pascal.get(key, key): _to_botocore(item, shape.members[by_pascal[key]])
            if key in by_pascal
            else item
            for key, item in value.items()
        }
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_to_botocore(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _to_botocore(item, shape.value) for key, item in value.items()}
    return value


def _from_botocore(value: Json, shape: Shape | None) -> Json:
    """A result with the names that Step Functions shows, as JSON."""
    if isinstance(value, StreamingBody):
        return value.read().decode("utf-8", "replace")
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {_pascal(key): _from_botocore(item, shape.members.get(key)) for key, item in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [_from_botocore(item, shape.member) for item in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: _from_botocore(item, shape.value) for key, item in value.items()}
    return value
