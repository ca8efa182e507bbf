"""A record on its way through a delivery stream, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class SourceRecord:
    """A record as it arrived."""

    id: str
    data: bytes
    arrival: datetime
    shard: str = ""
    sequence: str = ""
    partition_key: str = ""


@dataclass(frozen=True)
class ReadyRecord:
    """A record that may be delivered: transformed, with the partition keys that the function gave it."""

    source: SourceRecord
    data: bytes
    partition_keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FailedRecord:
    """A record for the error output; `error_type` is what !{firehose:error-output-type} stands for."""

    source: SourceRecord
    data: bytes
    error_type: str
    code: str
    message: str
    attempts: int
    ended: datetime
