"""How long a mapping waits between tries: longer after each failure of the same records, and anew for a part of them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from naru_cloud.event_source_mapping.batches import Batch, BatchActions, BatchProcessor
from naru_cloud.event_source_mapping.configuration import read_settings
from naru_cloud.event_source_mapping.invocation import Answer
from naru_cloud.event_source_mapping.record import StreamRecord

STREAM = "arn:aws:kinesis:ap-northeast-2:000000000000:stream/waits"


class Waits(threading.Event):
    """Is never set, and takes down how long it is waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        """Returns at once."""
        self.seconds.append(timeout or 0)
        return False


def test_a_bad_record_among_many_is_alone_soon_and_then_waits_longer_each_time() -> None:
    records = [StreamRecord(str(n), "key", b"", datetime.now(UTC)) for n in range(8)]
    done: list[str] = []
    given_up: list[str] = []

    def invoke(batch: Sequence[StreamRecord]) -> Answer:
        bad = any(record.sequence == "0" for record in batch)
        return Answer(0, whole_batch=True) if bad else Answer(len(batch))

    def give_up(batch: Batch, condition: str) -> None:
        assert condition == "RetryAttemptsExhausted"
        given_up.extend(record.sequence for record in batch.records)

    waits = Waits()
    settings = read_settings(
        {
            "EventSourceArn": STREAM,
            "StartingPosition": "TRIM_HORIZON",
            "BisectBatchOnFunctionError": True,
            "MaximumRetryAttempts": 3,
        }
    )

    def note_done(batch: Sequence[StreamRecord]) -> None:
        done.extend(record.sequence for record in batch)

    actions = BatchActions(invoke, note_done, give_up, lambda _text: None)
    BatchProcessor(settings, actions, waits, time_scale=1).process(records)
    assert given_up == ["0"]
    assert done == [str(n) for n in range(1, 8)]
    # 8, 4 and 2 records, each split; then the one by itself, and three retries of it.
    assert waits.seconds == [1, 1, 1, 2, 4, 8]
