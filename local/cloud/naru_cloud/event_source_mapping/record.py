"""A record of a shard, as read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class StreamRecord:
    """One record of a Kinesis shard."""

    sequence: str
    partition_key: str
    data: bytes
    arrival: datetime

    def request_bytes(self) -> int:
        """Its size in an invocation: base64, and the JSON around it with room."""
        return (len(self.data) + 2) // 3 * 4 + len(self.partition_key) + 700
