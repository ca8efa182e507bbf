"""The shapes that every service speaks in: caller, request, response, error, and the AWS JSON protocol."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

Json = dict[str, object]


@dataclass(frozen=True)
class Caller:
    """Who signed a request, with the credentials that a service needs to act in that name."""

    access_key: str
    secret_key: str
    session_token: str | None
    arn: str
    is_root: bool


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names are in lower case."""

    service: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Response:
    """One HTTP answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """An error as AWS words it: a code that SDKs turn into an exception class, and a message for a person."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


class Service(Protocol):
    """A service behind the router."""

    def handle(self, request: Request, caller: Caller) -> Response:
        """Answers one request, or raises ApiError."""
        ...


@runtime_checkable
class PartialService(Service, Protocol):
    """A service that answers some requests itself, and has the emulator answer the others for any caller."""

    def passed_on(self, request: Request) -> Response | None:
        """The emulator's answer, or None for a request that `handle` answers."""
        ...


def to_json(value: object) -> bytes:
    """JSON as AWS writes it: moments as epoch seconds, decimals as numbers."""

    def other(item: object) -> object:
        if isinstance(item, datetime):
            return round(item.timestamp(), 3)
        if isinstance(item, Decimal):
            return float(item)
        raise TypeError(f"no JSON form for {type(item).__name__}")

    return json.dumps(value, default=other, ensure_ascii=False).encode()


def json_response(
    value: object, content_type: str = "application/x-amz-json-1.1", status: int = 200
) -> Response:
    """A JSON answer."""
    return Response(status, to_json(value), {"content-type": content_type})


def error_response(error: ApiError) -> Response:
    """An error in the form that both AWS JSON and REST JSON clients read."""
    body = {"__type": error.code, "message": error.message, "Message": error.message}
    headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": error.code}
    return Response(error.status, to_json(body), headers)


def new_id() -> str:
    """A random identifier in the form of a UUID."""
    return str(uuid.uuid4())


Operation = Callable[[Caller, Json], Json]
