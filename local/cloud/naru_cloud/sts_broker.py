"""STS broker: passes STS requests to the emulator unchanged and remembers the sessions in the answers."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

from .forwarding import Forwarder
from .protocol import Caller, Request, Response
from .sessions import Sessions


class StsBroker:
    """Knows every session that was handed out through it."""

    def __init__(self, forwarder: Forwarder, sessions: Sessions) -> None:
        self._forwarder = forwarder
        self._sessions = sessions

    def handle(self, request: Request) -> Response:
        """The emulator's answer.

        :raises ApiError: ServiceUnavailable when the emulator can't be reached.
        """
        answer = self._forwarder.forward(request)
        if answer.status == 200:
            self._remember(answer.body)
        return answer

    def _remember(self, body: bytes) -> None:
        """Any STS answer with credentials is a session (AssumeRole, AssumeRoleWithWebIdentity,
        GetSessionToken)."""
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
