"""What roles did with their rights: one line for each right when it is first used, and one for each refusal.

Nothing in it names a person: of a session only its role is kept, and of an object only its bucket and the first
folders of its key.
"""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path

#: Folders of an object's key that are kept: `<domain>/<data set>`, or a zone's folder and a domain.
FOLDERS_KEPT = 2

#: How the ARN of a bucket's object begins, in each partition.
IN_BUCKET = re.compile(r"arn:[^:]+:s3:::")

#: Seconds in which the same refusal is told once: services try again for as long as they run.
REFUSAL_SECONDS = 1.0

#: Instead of a statement's resource, where only the policy of a key, bucket or queue allows.
BY_RESOURCE_POLICY = "the resource's own policy"


class RightsRecord:
    """Appends JSON lines `{"time", "role", "action", "resource", "granted"}` to a file that two processes share.

    `granted` is the resource of the statement that allows, or null for a refusal.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._told: dict[tuple[str, ...], float] = {}
        self._lock = threading.Lock()

    def used(self, principal: str, action: str, resource: str, granted: str) -> None:
        """A right was used; told once for each role, action and statement."""
        role = role_of(principal)
        if role is not None and self._is_news((role, action, granted), float("inf")):
            self._write(role, action, resource, granted)

    def refused(self, principal: str, action: str, resource: str) -> None:
        """A role lacks a right."""
        role = role_of(principal)
        if role is not None and self._is_news((role, action, without_name(resource), ""), REFUSAL_SECONDS):
            self._write(role, action, resource, None)

    def _is_news(self, key: tuple[str, ...], seconds: float) -> bool:
        now = time.monotonic()
        with self._lock:
            if now < self._told.get(key, 0.0):
                return False
            self._told[key] = now + seconds
            return True

    def _write(self, role: str, action: str, resource: str, granted: str | None) -> None:
        moment = round(time.time() * 1000)
        told = {"time": moment, "role": role, "action": action, "resource": without_name(resource)}
        line = json.dumps({**told, "granted": granted}, ensure_ascii=False)
        # One write of one line at the end of the file: lines of two processes do not mix.
        with self._file.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")


def role_of(principal: str) -> str | None:
    """A role's name of its ARN or of that of its session; None for anyone else."""
    kind, _, rest = principal.rpartition(":")[2].partition("/")
    if kind == "assumed-role":
        return rest.partition("/")[0]
    return rest.rpartition("/")[2] if kind == "role" else None


def without_name(resource: str) -> str:
    """An object's ARN without the object's name: `arn:aws:s3:::bucket/sis/students/*`. Others as they are."""
    start, slash, key = resource.partition("/")
    if not slash or not IN_BUCKET.match(start):
        return resource
    return "/".join([start, *key.split("/")[:-1][:FOLDERS_KEPT], "*"])
