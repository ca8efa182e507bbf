"""AWS clients: in a caller's name, or in that of a role that a service assumes."""

from __future__ import annotations

import threading
from collections.abc import Callable

import botocore.session
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import Credentials, RefreshableCredentials
from botocore.loaders import Loader

from .protocol import Caller
from .sessions import Sessions
from .settings import Settings

#: Services that this process answers itself; all others are the emulator's. By botocore's names.
OWN_SERVICES = frozenset({"athena", "emr-serverless", "firehose", "stepfunctions", "sts"})

#: Sessions are made anew an hour at the latest (the default duration of AssumeRole), so few are ever in use.
MOST_SESSIONS = 64

#: What services answer to a session that they do not know.
_UNKNOWN_SESSION = {"InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId"}

#: One loader for all, since reading a service model from disk is what makes a client slow.
_loader = Loader(include_default_search_paths=True)


class _GivenCredentials:
    """A botocore credential provider that knows one set of credentials."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials = credentials

    def load_credentials(self) -> Credentials:
        return self._credentials


class ClientSet:
    """Clients of one identity, made when first asked for; safe to share between threads."""

    def __init__(self, settings: Settings, credentials: Credentials) -> None:
        self._settings = settings
        self._session = botocore.session.Session()
        self._session.register_component("data_loader", _loader)
        self._session.register_component("credential_provider", _GivenCredentials(credentials))
        #: A service has said that it does not know the session; another one has to be made.
        self.is_unknown = False
        self._session.register("after-call", self._note_unknown_session)
        self.credentials = credentials
        self._clients: dict[str, BaseClient] = {}
        self._lock = threading.Lock()

    def _note_unknown_session(self, parsed: dict[str, dict[str, str]], **_: object) -> None:
        if parsed.get("Error", {}).get("Code") in _UNKNOWN_SESSION:
            self.is_unknown = True

    def get(self, service: str) -> BaseClient:
        """The client of a service, by botocore's name (`s3`, `glue`, `stepfunctions`...)."""
        with self._lock:
            if service not in self._clients:
                own = service in OWN_SERVICES
                self._clients[service] = self._session.create_client(
                    service,
                    region_name=self._settings.region,
                    endpoint_url=self._settings.own_endpoint() if own else self._settings.emulator,
                    config=Config(
                        s3={"addressing_style": "path"},
                        retries={"mode": "standard", "total_max_attempts": 2},
                        connect_timeout=5,
                        # Lambda may run for 15 minutes (its quota "Function timeout").
                        read_timeout=910,
                        max_pool_connections=16,
                        inject_host_prefix=False,
                        request_checksum_calculation="when_required",
                        response_checksum_validation="when_required",
                        proxies={},
                    ),
                )
            return self._clients[service]


class Clients:
    """Client sets by identity."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self._settings = settings
        self._sessions = sessions
        self._sets: dict[str, ClientSet] = {}
        self._lock = threading.Lock()

    def root(self) -> ClientSet:
        """Root's clients: for what the service itself does on AWS without its user's rights (roles,
        metrics)."""
        return self.of(self._sessions.root)

    def of(self, caller: Caller) -> ClientSet:
        """Clients with a caller's own credentials."""
        return self._cached(
            caller.access_key,
            lambda: Credentials(caller.access_key, caller.secret_key, caller.session_token),
        )

    def role(self, role_arn: str, session_name: str) -> ClientSet:
        """Clients of a role that a service assumes; its session is renewed before it ends.

        :raises botocore.exceptions.ClientError: when STS refuses.
        """

        def refresh() -> dict[str, str]:
            answer = self.root().get("sts").assume_role(RoleArn=role_arn, RoleSessionName=session_name)
            given = answer["Credentials"]
            return {
                "access_key": given["AccessKeyId"],
                "secret_key": given["SecretAccessKey"],
                "token": given["SessionToken"],
                "expiry_time": given["Expiration"].isoformat(),
            }

        key = f"{role_arn} {session_name}"
        found = self._cached(
            key, lambda: RefreshableCredentials.create_from_metadata(refresh(), refresh, "sts-assume-role")
        )
        if found.is_unknown:
            # The emulator has been started anew and has forgotten its sessions.
            with self._lock:
                self._sets.pop(key, None)
            return self.role(role_arn, session_name)
        return found

    def _cached(self, key: str, make: Callable[[], Credentials]) -> ClientSet:
        with self._lock:
            found = self._sets.pop(key, None)
        if found is None:
            found = ClientSet(self._settings, make())
        with self._lock:
            self._sets[key] = found
            while len(self._sets) > MOST_SESSIONS:
                self._sets.pop(next(iter(self._sets)))
        return found
