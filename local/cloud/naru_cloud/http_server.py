"""One port for all services: routed by the service in the credential scope of the SigV4 signature."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .log import log
from .protocol import (
    ApiError,
    PartialService,
    Request,
    Response,
    Service,
    error_response,
    json_response,
    new_id,
)
from .s3_for_spark import S3ForSpark
from .sessions import Sessions
from .sts_broker import StsBroker

#: `Authorization: AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, ...`
CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/[^/]+/([^/]+)/aws4_request")


class Router:
    """Finds the service and the caller of a request."""

    def __init__(
        self, services: Mapping[str, Service], sessions: Sessions, broker: StsBroker, s3: S3ForSpark
    ) -> None:
        self._services = services
        self._sessions = sessions
        self._broker = broker
        self._s3 = s3

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Answers any request; errors become AWS errors, unexpected ones say their class only."""
        if target.partition("?")[0] == "/_naru/health":
            return json_response(
                {"status": "ok", "services": sorted([*self._services, "sts"])}, "application/json"
            )
        match = CREDENTIAL.search(headers.get("authorization", ""))
        service = match.group(2) if match else ("sts" if b"Action=AssumeRoleWith" in body else "")
        request = Request(service, method, target, headers, body)
        try:
            if service == "sts":
                return self._broker.handle(request)
            if service == "s3":
                return self._s3.handle(request)
            if service not in self._services:
                known = ", ".join(sorted([*self._services, "sts"]))
                raise ApiError(
                    "UnknownOperationException",
                    f'service "{service or "(unsigned request)"}" is not answered here; this endpoint has {known}',
                    404,
                )
            found = self._services[service]
            passed_on = found.passed_on(request) if isinstance(found, PartialService) else None
            if passed_on is not None:
                return passed_on
            caller = self._sessions.caller(match.group(1) if match else None)
            return found.handle(request, caller)
        except ApiError as error:
            return error_response(error)
        except Exception as error:  # noqa: BLE001
            # The message may hold a value of somebody's data, so only the class and the place are told.
            trace = error.__traceback__
            while trace is not None and trace.tb_next is not None:
                trace = trace.tb_next
            place = f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else "?"
            log("error", service, "internal-error", error=type(error).__name__, place=place)
            return error_response(ApiError("InternalFailure", f"{type(error).__name__} at {place}", 500))


class CloudServer(ThreadingHTTPServer):
    """The HTTP server, on the loopback address only."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int, router: Router | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.router = router


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CloudServer

    def setup(self) -> None:
        super().setup()
        # Answers are small: without this, each waits for the client's delayed acknowledgement (40 ms).
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _serve(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        router = self.server.router
        assert router is not None
        answer = router.answer(self.command, self.path, headers, body)
        self.send_response_only(answer.status)
        own = {"x-amzn-requestid": new_id(), "content-length": str(len(answer.body))}
        for name, value in {**own, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _serve
