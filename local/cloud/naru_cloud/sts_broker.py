"""STS broker: passes STS requests to the emulator unchanged and remembers the sessions in the answers."""

from __future__ import annotations

import http.client
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

from .protocol import ApiError, Caller, Request, Response
from .sessions import Sessions

#: Headers that belong to one connection and are not passed on (RFC 9110, section 7.6.1).
HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"}


class StsBroker:
    """Forwards with the caller's own Host and signature headers, so that the emulator can check them."""

    def __init__(self, emulator: str, sessions: Sessions) -> None:
        self._address = urlsplit(emulator).netloc
        self._sessions = sessions

    def forward(self, request: Request) -> Response:
        """Sends the request on and returns the emulator's answer byte for byte.

        :raises ApiError: ServiceUnavailable when the emulator can't be reached.
        """
        connection = http.client.HTTPConnection(self._address, timeout=30)
        try:
            connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers.items():
                if name not in HOP_BY_HOP and name != "content-length":
                    connection.putheader(name, value)
            connection.putheader("content-length", str(len(request.body)))
            connection.endheaders(request.body)
            answer = connection.getresponse()
            body = answer.read()
        except OSError as error:
            raise ApiError(
                "ServiceUnavailable",
                f"the emulator at {self._address} does not answer: {error.strerror}",
                503,
            ) from None
        finally:
            connection.close()
        if answer.status == 200:
            self._remember(body)
        kept = {"content-type": answer.getheader("content-type", "text/xml")}
        request_id = answer.getheader("x-amzn-requestid")
        return Response(
            answer.status, body, {**kept, **({"x-amzn-requestid": request_id} if request_id else {})}
        )

    def _remember(self, body: bytes) -> None:
        """Any STS answer with credentials is a session (AssumeRole, AssumeRoleWithWebIdentity, GetSessionToken)."""
        if b"<Credentials>" not in body:
            return
        fields = {
            element.tag.rpartition("}")[2]: element.text or ""
            for element in ElementTree.fromstring(body).iter()
        }
        caller = Caller(
            fields["AccessKeyId"],
            fields["SecretAccessKey"],
            fields["SessionToken"],
            fields.get("Arn", ""),
            False,
        )
        self._sessions.remember(caller, datetime.fromisoformat(fields["Expiration"]))
