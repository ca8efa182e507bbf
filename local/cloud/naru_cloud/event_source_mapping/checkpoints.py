"""How far each shard was processed: kept in files, so that a killed process goes on where it was."""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class Sequenced(Protocol):
    """A record of a shard."""

    @property
    def sequence(self) -> str:
        """Its place in the shard."""

    @property
    def arrival(self) -> datetime:
        """When the stream took it."""


class Progress:
    """The position up to which every record of a shard is done, also when later ones were done earlier."""

    def __init__(self, position: str | None) -> None:
        self.position = position
        self._open: deque[Sequenced] = deque()
        self._done: set[str] = set()
        self._lock = threading.Lock()

    def read(self, records: Iterable[Sequenced]) -> None:
        """Takes note of records, in the order of the shard."""
        with self._lock:
            self._open.extend(records)

    def done(self, records: Iterable[Sequenced]) -> bool:
        """Marks records as processed, filtered out or given up; true when the position has moved."""
        with self._lock:
            self._done.update(record.sequence for record in records)
            before = self.position
            while self._open and self._open[0].sequence in self._done:
                self.position = self._open.popleft().sequence
                self._done.discard(self.position)
            return self.position != before

    def open_records(self) -> int:
        """Records that are read and not yet behind the position."""
        return len(self._open)

    def age_milliseconds(self) -> float:
        """The age of the oldest record that is not done, or 0."""
        with self._lock:
            oldest = self._open[0].arrival if self._open else None
        return 0.0 if oldest is None else max(0.0, (datetime.now(UTC) - oldest).total_seconds() * 1000)


class Checkpoint:
    """What is kept of one shard."""

    def __init__(self, file: Path, start: str, parents: list[str]) -> None:
        """:param start: where it is read from while there is no position: `TRIM_HORIZON` or `AT_TIMESTAMP`"""
        self._file = file
        self._lock = threading.Lock()
        self.shard = file.stem
        self.start = start
        self.parents = parents
        self.position: str | None = None
        self.finished = False

    @staticmethod
    def load(file: Path) -> Checkpoint:
        """Reads what `save` has written."""
        kept = json.loads(file.read_text())
        checkpoint = Checkpoint(file, kept["start"], kept["parents"])
        checkpoint.position, checkpoint.finished = kept["position"], kept["finished"]
        return checkpoint

    def save(self, position: str | None, finished: bool = False) -> None:
        """Writes the file whole or not at all."""
        with self._lock:
            # Two lanes may come here in the wrong order: the position never goes back.
            if position is not None and (self.position is None or int(position) > int(self.position)):
                self.position = position
            self.finished = self.finished or finished
            text = json.dumps(
                {
                    "start": self.start,
                    "parents": self.parents,
                    "position": self.position,
                    "finished": self.finished,
                }
            )
            new = self._file.with_suffix(".new")
            new.write_text(text)
            os.replace(new, self._file)
