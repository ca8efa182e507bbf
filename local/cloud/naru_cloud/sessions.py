"""The sessions that AssumeRole has handed out: who an access key belongs to. Memory only."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

from .protocol import ApiError, Caller


class Sessions:
    """Known access keys: the root key, and every session that went through the STS broker."""

    def __init__(self, account: str, root_key: str, root_secret: str) -> None:
        self._root = Caller(root_key, root_secret, None, f"arn:aws:iam::{account}:root", True)
        self._known: dict[str, tuple[Caller, datetime]] = {}
        self._lock = threading.Lock()

    @property
    def root(self) -> Caller:
        """The account's root user, which deploys; services never use it to touch data."""
        return self._root

    def remember(self, caller: Caller, expires: datetime) -> None:
        """Keeps a session until it expires; expired ones are dropped on the way."""
        now = datetime.now(UTC)
        with self._lock:
            self._known = {key: entry for key, entry in self._known.items() if entry[1] > now}
            self._known[caller.access_key] = (caller, expires)

    def caller(self, access_key: str | None) -> Caller:
        """The owner of an access key.

        :raises ApiError: UnrecognizedClientException for a key that is unknown, ExpiredTokenException for an
        old one.
        """
        if access_key is None:
            raise ApiError(
                "MissingAuthenticationTokenException", "Request is missing Authentication Token", 403
            )
        if access_key == self._root.access_key:
            return self._root
        with self._lock:
            entry = self._known.get(access_key)
        if entry is None:
            raise ApiError(
                "UnrecognizedClientException",
                "The security token included in the request is invalid: this access key was not handed out by the "
                "local STS endpoint. Assume the role through AWS_ENDPOINT_URL_STS.",
                403,
            )
        if entry[1] <= datetime.now(UTC):
            raise ApiError(
                "ExpiredTokenException", "The security token included in the request is expired", 403
            )
        return entry[0]
