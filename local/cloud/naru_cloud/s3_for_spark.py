"""S3 as Spark's S3A client wants it over plain HTTP."""

from __future__ import annotations

from .forwarding import Forwarder
from .protocol import Request, Response

#: Headers with which an object tells how it is encrypted: the kind, and the key.
ENCRYPTION = "x-amz-server-side-encryption"


class S3ForSpark:
    """Passes requests on unchanged, and leaves out of the answers how objects are encrypted.

    S3A renames by copying and asks for the source's key again, which its SDK refuses over HTTP ("HTTPS must
    be used
    when sending customer encryption keys"). Without the headers it asks for none, and the bucket's default
    encryption,
    the same key, applies.
    """

    def __init__(self, forwarder: Forwarder) -> None:
        self._forwarder = forwarder

    def handle(self, request: Request) -> Response:
        """The emulator's answer without the headers about encryption.

        :raises ApiError: ServiceUnavailable when the emulator can't be reached.
        """
        answer = self._forwarder.forward(request)
        headers = {name: value for name, value in answer.headers.items() if not name.startswith(ENCRYPTION)}
        return Response(answer.status, answer.body, headers)
