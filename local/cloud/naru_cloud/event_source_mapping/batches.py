"""A batch from its first attempt until each of its records is done or given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from .configuration import MappingSettings
from .invocation import Answer
from .record import StreamRecord

#: Seconds before the second attempt, and at most between two. Lambda backs off too, and does not say how.
FIRST_BACKOFF, LONGEST_BACKOFF = 1.0, 60.0


@dataclass(frozen=True)
class Batch:
    """Records that are invoked together, and what was tried with them."""

    records: Sequence[StreamRecord]
    #: Attempts that count against MaximumRetryAttempts.
    retries: int = 0
    invocations: int = 0
    last: Answer | None = None


@dataclass(frozen=True)
class BatchActions:
    """What a batch does to the world outside."""

    invoke: Callable[[Sequence[StreamRecord]], Answer]
    done: Callable[[Sequence[StreamRecord]], None]
    #: Gives records up for a reason that AWS names, e.g. `RetryAttemptsExhausted`.
    give_up: Callable[[Batch, str], None]
    report: Callable[[str], None]


class BatchProcessor:
    """Retries, splits and gives up as the mapping says, in the order of the records."""

    def __init__(
        self,
        settings: MappingSettings,
        actions: BatchActions,
        stopped: threading.Event,
        time_scale: float,
    ) -> None:
        self._settings = settings
        self._actions = actions
        self._stopped = stopped
        self._time_scale = time_scale

    def process(self, records: Sequence[StreamRecord]) -> None:
        """Returns when every record is done or given up, or the mapping was stopped."""
        waiting = [Batch(records)]
        failures = 0
        while waiting and not self._stopped.is_set():
            batch = self._give_up_old(waiting.pop(0))
            if not batch.records:
                continue
            answer = self._actions.invoke(batch.records)
            left = self._after(batch, answer)
            waiting = left + waiting
            if left:
                # A part of what failed is another batch, which has failed once.
                failures = failures + 1 if len(left[0].records) == len(batch.records) else 1
                wait = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(failures - 1, 10))
                self._stopped.wait(wait / self._time_scale)
            else:
                failures = 0

    def _after(self, batch: Batch, answer: Answer) -> list[Batch]:
        """What is left to do of a batch after an invocation."""
        if answer.first_failed is None:
            # Not invoked, for example throttled: this uses up no retry, only the records' age.
            self._actions.report(answer.problem)
            return [batch]
        settings = self._settings
        tried = replace(batch, invocations=batch.invocations + 1, last=answer)
        done = batch.records[: answer.first_failed]
        if done:
            self._actions.done(done)
        rest = replace(tried, records=batch.records[answer.first_failed :])
        if not rest.records:
            self._actions.report("OK")
            return []
        self._actions.report("PROBLEM: Function call failed")
        if settings.bisect and answer.whole_batch and len(rest.records) > 1:
            # "Splitting batches doesn't consume the retry quota."
            middle = len(rest.records) // 2
            return [
                replace(rest, records=rest.records[:middle]),
                replace(rest, records=rest.records[middle:]),
            ]
        if settings.bisect and done:
            # The answer of a function splits a batch too: at the record that it names.
            return [rest]
        if 0 <= settings.retries <= rest.retries:
            self._actions.give_up(rest, "RetryAttemptsExhausted")
            return []
        return [replace(rest, retries=rest.retries + 1)]

    def _give_up_old(self, batch: Batch) -> Batch:
        age = self._settings.age
        if age < 0:
            return batch
        now = datetime.now(UTC)
        limit = age / self._time_scale
        old = [one for one in batch.records if (now - one.arrival).total_seconds() > limit]
        if not old:
            return batch
        self._actions.give_up(replace(batch, records=old), "RecordAgeExceeded")
        kept = {one.sequence for one in old}
        return replace(batch, records=[one for one in batch.records if one.sequence not in kept])
