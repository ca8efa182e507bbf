"""How far each shard of a source is delivered: kept in a file, so that a killed process delivers again and skips nothing."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from ..event_source_mapping.checkpoints import Progress
from .record import SourceRecord


class Positions:
    """What is read and not yet delivered, of every shard. Records without a shard, which a caller put, are not counted."""

    def __init__(self, file: Path | None) -> None:
        """:param file: where positions are kept; None keeps none"""
        self._file = file
        self._shards: dict[str, Progress] = {}
        self._moved = False
        if file is not None and file.exists():
            kept: dict[str, str] = json.loads(file.read_text())
            self._shards = {shard: Progress(position) for shard, position in kept.items()}

    def delivered(self, shard: str) -> str | None:
        """The sequence number up to which all of a shard is in S3; None when nothing of it is."""
        known = self._shards.get(shard)
        return known.position if known else None

    def any(self) -> bool:
        """Whether any shard has a position."""
        return any(one.position is not None for one in self._shards.values())

    def begin(self, shard: str, position: str) -> None:
        """Takes all up to a sequence number for delivered: a shard that is read from its middle on."""
        self._shards[shard] = Progress(position)
        self._moved = True

    def read(self, records: Iterable[SourceRecord]) -> None:
        """Takes note of records that were read, each shard's in its order."""
        for shard, own in _by_shard(records).items():
            self._shards.setdefault(shard, Progress(None)).read(own)

    def settle(self, records: Iterable[SourceRecord]) -> None:
        """Marks records that are in S3, or that the transform dropped."""
        for shard, own in _by_shard(records).items():
            self._moved = self._shards[shard].done(own) or self._moved

    def save(self) -> None:
        """Writes the file, whole or not at all, when a position has moved."""
        if not self._moved or self._file is None:
            return
        new = self._file.with_suffix(".new")
        new.write_text(
            json.dumps({shard: one.position for shard, one in self._shards.items() if one.position})
        )
        os.replace(new, self._file)
        self._moved = False


def _by_shard(records: Iterable[SourceRecord]) -> dict[str, list[SourceRecord]]:
    found: dict[str, list[SourceRecord]] = {}
    for record in records:
        if record.shard:
            found.setdefault(record.shard, []).append(record)
    return found
