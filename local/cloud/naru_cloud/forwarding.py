"""Passing a request on to the emulator as it was signed."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from .protocol import ApiError, Request, Response

#: A function may run for 15 minutes (Lambda's quota "Function timeout"), and its caller waits for it.
_TIMEOUT_SECONDS = 910

#: Headers that belong to one connection and are not passed on (RFC 9110, section 7.6.1).
HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect"}


class Forwarder:
    """Forwards with the caller's own Host and signature headers, so that the emulator can check them."""

    def __init__(self, emulator: str) -> None:
        self._address = urlsplit(emulator).netloc

    def forward(self, request: Request) -> Response:
        """Sends the request on and returns the emulator's answer byte for byte.

        :raises ApiError: ServiceUnavailable when the emulator can't be reached.
        """
        connection = http.client.HTTPConnection(self._address, timeout=_TIMEOUT_SECONDS)
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
        headers = {name.lower(): value for name, value in answer.getheaders()}
        # The length that is announced is that of the object for HEAD, which has no body here.
        announced = (
            {"content-length": headers["content-length"]}
            if request.method == "HEAD" and "content-length" in headers
            else {}
        )
        kept = {
            name: value
            for name, value in headers.items()
            if name not in HOP_BY_HOP and name != "content-length"
        }
        return Response(answer.status, body, {**kept, **announced})
