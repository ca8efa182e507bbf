"""Structured log lines on stderr. Callers pass names, counts and codes, never a value of somebody's data."""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, datetime

_lock = threading.Lock()


def log(level: str, service: str, event: str, **fields: object) -> None:
    """Writes one JSON line: level `info`, `warning` or `error`, the service, what happened, and its
    details."""
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    line = json.dumps(
        {"time": moment, "level": level, "service": service, "event": event, **fields}, default=str
    )
    with _lock:
        print(line, file=sys.stderr, flush=True)
