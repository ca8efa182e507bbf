"""The records of a shard that wait for an invocation, apart by partition key: order holds within a lane."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Iterable

from .record import StreamRecord

#: Lambda's quota for the payload of a synchronous invocation is 6 MB.
LARGEST_REQUEST_BYTES = 6_000_000


class Lanes:
    """Queues of one shard. A partition key is always in the same lane."""

    def __init__(self, number: int) -> None:
        self._lanes: list[deque[StreamRecord]] = [deque() for _ in range(number)]
        self._changed = threading.Condition()
        self._closed = False

    def put(self, records: Iterable[StreamRecord]) -> None:
        """Adds records at the ends of their lanes."""
        with self._changed:
            for record in records:
                digest = hashlib.md5(record.partition_key.encode(), usedforsecurity=False).digest()
                self._lanes[int.from_bytes(digest[:4]) % len(self._lanes)].append(record)
            self._changed.notify_all()

    def close(self) -> None:
        """Lets everybody who waits for records go."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, lane: int, most: int, window: float) -> list[StreamRecord]:
        """The next batch: waits for a first record, then until the batch is full or the window is over.

        :param window: seconds
        :return: empty when the lanes are closed
        """
        queue = self._lanes[lane]
        with self._changed:
            self._changed.wait_for(lambda: queue or self._closed)
            end = time.monotonic() + window
            while not self._closed and not self._is_full(queue, most):
                left = end - time.monotonic()
                if left <= 0:
                    break
                self._changed.wait(left)
            if self._closed:
                return []
            batch: list[StreamRecord] = []
            size = 0
            while queue and len(batch) < most:
                size += queue[0].request_bytes()
                if batch and size > LARGEST_REQUEST_BYTES:
                    break
                batch.append(queue.popleft())
            return batch

    @staticmethod
    def _is_full(queue: deque[StreamRecord], most: int) -> bool:
        return len(queue) >= most or sum(record.request_bytes() for record in queue) >= LARGEST_REQUEST_BYTES
