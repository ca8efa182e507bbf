"""Definitions of delivery streams in files: a process that starts again delivers what the one before it was asked to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..protocol import Json, to_json


class KeptStreams:
    """One folder a delivery stream, with its definition and its positions."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def all(self) -> Iterator[Json]:
        """What `save` has written, of each."""
        for file in sorted(self._folder.glob("*/stream.json")):
            yield json.loads(file.read_text())

    def save(self, name: str, definition: Json) -> None:
        """Writes a definition, whole or not at all."""
        own = self._folder / name
        own.mkdir(exist_ok=True)
        new = own / "stream.new"
        new.write_bytes(to_json(definition))
        new.replace(own / "stream.json")

    def positions(self, name: str) -> Path:
        """The file of a stream's positions."""
        return self._folder / name / "positions.json"

    def remove(self, name: str) -> None:
        """Forgets a stream."""
        shutil.rmtree(self._folder / name, ignore_errors=True)
