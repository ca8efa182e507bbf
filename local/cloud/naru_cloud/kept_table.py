"""Tables of what callers have made, kept in files: a process that is killed comes back with them."""

from __future__ import annotations

import os
import pickle
import threading
from pathlib import Path
from typing import Generic, TypeVar

#: Operations that change nothing begin so.
READING = ("BatchGet", "Describe", "Get", "List")


Key, Value = TypeVar("Key"), TypeVar("Value")


class KeptTable(dict[Key, Value], Generic[Key, Value]):
    """A dictionary with a file. A change is kept by `save`, also one within a value."""

    def __init__(self, file: Path) -> None:
        """:param file: in a folder of the process's own, which nobody else writes: a pickle runs what it holds"""
        super().__init__()
        self._file = file
        self._written = b""
        self._writing = threading.Lock()
        if file.exists():
            self._written = file.read_bytes()
            self.update(pickle.loads(self._written))

    def save(self) -> None:
        """Writes the file, whole or not at all, when something has changed."""
        # Requests are answered by many threads: two that write the same file at once would take it from each other.
        with self._writing:
            content = pickle.dumps(dict(self))
            if content == self._written:
                return
            new = self._file.with_suffix(".new")
            new.write_bytes(content)
            os.replace(new, self._file)
            self._written = content
