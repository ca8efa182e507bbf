"""A real Kafka for tests: started by `naru kafka`, with its data in a folder of the test's own."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from conftest import PACKAGE, free_port
from kafka import KafkaProducer

_NARU = PACKAGE.parent.parent / "cli" / "naru.js"


class Broker:
    """A broker that may be stopped, and started again with the same data at the same place."""

    def __init__(self, folder: Path, topics: dict[str, int]) -> None:
        self._folder, self._topics, self._port = folder, topics, free_port()
        self._process: subprocess.Popen[str] | None = None
        self.bootstrap = f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Returns when it answers."""
        topics = [part for name, count in self._topics.items() for part in ("--topic", f"{name}:{count}")]
        place = ["--port", str(self._port), "--folder", str(self._folder)]
        self._process = subprocess.Popen(
            ["node", str(_NARU), "kafka", "--json", *place, *topics], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        assert json.loads(self._process.stdout.readline())["bootstrap"] == self.bootstrap

    def stop(self) -> None:
        """Ends it in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(30)
            self._process = None

    def producer(self) -> KafkaProducer:
        """A producer that waits for all replicas and repeats nothing."""
        return KafkaProducer(
            bootstrap_servers=self.bootstrap,
            acks="all",
            enable_idempotence=True,
            reconnect_backoff_max_ms=500,
            delivery_timeout_ms=120_000,
        )


@contextmanager
def broker(folder: Path, **topics: int) -> Iterator[Broker]:
    """A broker with topics (name and partitions) for a while."""
    own = Broker(folder, topics)
    own.start()
    try:
        yield own
    finally:
        own.stop()
