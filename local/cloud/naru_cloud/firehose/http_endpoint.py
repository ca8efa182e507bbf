"""Delivery to an HTTP endpoint, as AWS specifies requests, answers and retries (Firehose developer guide, "Understand
HTTP endpoint delivery request and response specifications" and "Understand data delivery")."""

from __future__ import annotations

import base64
import gzip
import http.client
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..clients import ClientSet
from ..protocol import new_id
from .configuration import HttpSettings
from .record import ReadyRecord

#: An endpoint has three minutes to answer.
TIMEOUT_SECONDS = 180

#: Seconds before a refused request is sent again: doubled each time, up to the second number.
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 1.0, 120.0

#: A secret is read again after so many seconds.
SECRET_SECONDS = 600.0

#: The longest answer that is looked at.
MOST_ANSWER_BYTES = 1024 * 1024


@dataclass
class PendingRequest:
    """Records on their way to the endpoint. Its id and body stay the same however often it is sent."""

    id: str
    body: bytes
    records: Sequence[ReadyRecord]
    attempts: int = 0
    failing_since: float | None = None
    not_before: float = field(default=0.0)


@dataclass(frozen=True)
class Outcome:
    """What became of the requests that were due."""

    taken: Sequence[PendingRequest]
    #: Those whose time to retry is over, with code and message of the last failure.
    given_up: Sequence[tuple[PendingRequest, str, str]]
    tried: int


class AccessKey:
    """The key that the endpoint knows Firehose by: of Secrets Manager, read under a role, or of the configuration."""

    def __init__(self, role: Callable[[str], ClientSet], time_scale: float) -> None:
        self._role, self._time_scale = role, time_scale
        self._known: tuple[float, str, str] | None = None

    def of(self, settings: HttpSettings) -> str | None:
        """:raises ClientError: when the role may not read the secret, or there is none."""
        arn = settings.secret_arn
        if arn is None:
            return settings.access_key
        if self._known is None or self._known[0] < time.monotonic() or self._known[1] != arn:
            client = self._role(settings.secret_role).get("secretsmanager")
            text = client.get_secret_value(SecretId=arn)["SecretString"]
            until = time.monotonic() + SECRET_SECONDS / self._time_scale
            self._known = (until, arn, str(json.loads(text)["api_key"]))
        return self._known[2]


class HttpOutbox:
    """Requests that wait for an endpoint."""

    def __init__(self, stream_arn: str, time_scale: float) -> None:
        self._stream_arn, self._time_scale = stream_arn, time_scale
        self._waiting: list[PendingRequest] = []

    def add(self, records: Sequence[ReadyRecord]) -> None:
        """Makes one request of the records."""
        request_id = new_id()
        document = {
            "requestId": request_id,
            "timestamp": int(time.time() * 1000),
            "records": [{"data": base64.b64encode(record.data).decode()} for record in records],
        }
        self._waiting.append(PendingRequest(request_id, json.dumps(document).encode(), records))

    @property
    def waiting_bytes(self) -> int:
        """Size of what the endpoint has not taken."""
        return sum(len(pending.body) for pending in self._waiting)

    def send(
        self, settings: HttpSettings, access_key: AccessKey, report: Callable[[str, str], None]
    ) -> Outcome:
        """Sends what is due. `report` is told code and message of each failure."""
        due = [pending for pending in self._waiting if pending.not_before <= time.monotonic()]
        if not due:
            return Outcome([], [], 0)
        key = access_key.of(settings)
        taken: list[PendingRequest] = []
        given_up: list[tuple[PendingRequest, str, str]] = []
        for pending in due:
            pending.attempts += 1
            failure = self._post(settings, key, pending)
            if failure is None:
                taken.append(pending)
                continue
            report(*failure)
            now = time.monotonic()
            if pending.failing_since is None:
                pending.failing_since = now
            left = settings.retry_seconds / self._time_scale - (now - pending.failing_since)
            if left <= 0:
                given_up.append((pending, *failure))
                continue
            wait = min(FIRST_RETRY_SECONDS * 2 ** (pending.attempts - 1), LAST_RETRY_SECONDS)
            pending.not_before = now + min(wait / self._time_scale, left)
        ended = [*taken, *(pending for pending, _, _ in given_up)]
        self._waiting = [pending for pending in self._waiting if pending not in ended]
        return Outcome(taken, given_up, len(due))

    def _post(
        self, settings: HttpSettings, key: str | None, pending: PendingRequest
    ) -> tuple[str, str] | None:
        """Code and message of a failure, which hold nothing of a record nor of the answer."""
        parts = urlsplit(settings.url)
        secure = parts.scheme == "https"
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = make(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
        body = gzip.compress(pending.body) if settings.gzip else pending.body
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", path, body, self._headers(settings, key, pending.id))
            answer = connection.getresponse()
            return _failure(answer.status, answer.read(MOST_ANSWER_BYTES), pending.id)
        except TimeoutError:
            return "HttpEndpoint.RequestTimeout", "The endpoint did not answer in time"
        except (OSError, http.client.HTTPException) as error:
            return "HttpEndpoint.ConnectionFailed", type(error).__name__
        finally:
            connection.close()

    def _headers(self, settings: HttpSettings, key: str | None, request_id: str) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "X-Amz-Firehose-Protocol-Version": "1.0",
            "X-Amz-Firehose-Request-Id": request_id,
            "X-Amz-Firehose-Source-Arn": self._stream_arn,
            **({"Content-Encoding": "gzip"} if settings.gzip else {}),
            **({} if key is None else {"X-Amz-Firehose-Access-Key": key}),
            **(
                {
                    "X-Amz-Firehose-Common-Attributes": json.dumps(
                        {"commonAttributes": dict(settings.attributes)}
                    )
                }
                if settings.attributes
                else {}
            ),
        }


def _failure(status: int, body: bytes, request_id: str) -> tuple[str, str] | None:
    if status != 200:
        return "HttpEndpoint.DestinationException", f"The endpoint answered with status {status}"
    try:
        answer = json.loads(body)
        right = answer["requestId"] == request_id and isinstance(answer["timestamp"], int)
    except (ValueError, KeyError, TypeError):
        right = False
    return (
        None
        if right
        else ("HttpEndpoint.InvalidResponseFromDestination", "The answer lacks requestId or timestamp")
    )
