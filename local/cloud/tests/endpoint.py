"""A small HTTP endpoint of Firehose's, on this machine, that answers as a test tells it to."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: Status and document of an answer, by the number of the request (from 0) and its id.
Answer = Callable[[int, str], tuple[int, object]]


def taken(_number: int, request_id: str) -> tuple[int, object]:
    """The answer that AWS asks for."""
    return 200, {"requestId": request_id, "timestamp": 1}


@dataclass(frozen=True)
class Request:
    """A request as it came."""

    headers: Mapping[str, str]
    document: Mapping[str, object]

    @property
    def id(self) -> str:
        """In the header and in the document."""
        return str(self.document["requestId"])

    @property
    def records(self) -> list[bytes]:
        """Decoded."""
        records = self.document["records"]
        assert isinstance(records, list)
        return [base64.b64decode(one["data"]) for one in records]


@dataclass
class Endpoint:
    """What came, and how it is answered."""

    url: str
    answer: Answer = taken
    requests: list[Request] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """Of the events in all requests."""
        return [json.loads(record)["id"] for request in self.requests for record in request.records]


@contextmanager
def endpoint(answer: Answer = taken) -> Iterator[Endpoint]:
    """An endpoint at a free port of 127.0.0.1, for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            request = Request(dict(self.headers), json.loads(body))
            known.requests.append(request)
            status, document = known.answer(len(known.requests) - 1, request.id)
            text = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known = Endpoint(f"http://127.0.0.1:{server.server_port}/in?way=firehose", answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
