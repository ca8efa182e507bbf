"""One shard of one mapping: a thread that reads ahead, and one for each lane that invokes the function."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from ..clients import ClientSet
from ..log import log
from .batches import Batch, BatchActions, BatchProcessor
from .checkpoints import Checkpoint, Progress
from .configuration import MappingSettings
from .failure_destination import FailureDestination
from .invocation import Answer, Source, invoke
from .lanes import Lanes
from .record import StreamRecord
from .reports import Reports
from .shard_reader import ShardEnded, ShardReader

#: "Lambda polls each shard at a base rate of once per second"; while more has come, it goes on at once.
_POLL_SECONDS = 1.0

#: However fast time runs here, Kinesis' quota of five reads a second and shard holds.
_SHORTEST_POLL_SECONDS = 0.2

#: More is read while fewer records than this, or than two batches a lane, wait or are under way. So a lane that is
#: stuck stops the others when so many of its own are read.
_READ_AHEAD = 1_000

#: GetRecords returns at most so many.
_MOST_RECORDS = 10_000


class ShardConsumer:
    """Runs until it is stopped, or the shard has ended and all its records are done."""

    def __init__(
        self,
        source: Source,
        checkpoint: Checkpoint,
        start_at: datetime | None,
        settings: MappingSettings,
        role: Callable[[], ClientSet],
        root: ClientSet,
        reports: Reports,
        mapping: str,
        time_scale: float,
    ) -> None:
        self._source, self._checkpoint, self._settings = source, checkpoint, settings
        self._role, self._root, self._reports, self._mapping = role, root, reports, mapping
        self._time_scale = time_scale
        self._poll_seconds = max(_SHORTEST_POLL_SECONDS, _POLL_SECONDS / time_scale)
        self._stopped = threading.Event()
        self._has_room = threading.Event()
        self._progress = Progress(checkpoint.position)
        start = start_at if checkpoint.start == "AT_TIMESTAMP" else None
        self._reader = ShardReader(source.stream_arn, source.shard, start, checkpoint.position)
        number = settings.lanes
        self._lanes = Lanes(number)
        name = f"{mapping[:8]}-{source.shard[-4:]}"
        work: list[tuple[str, Callable[[], None]]] = [("read", self._read)]
        work += [(str(lane), partial(self._work, lane)) for lane in range(number)]
        self._threads = [
            threading.Thread(target=self._guarded, args=(run,), name=f"{name}-{part}", daemon=True)
            for part, run in work
        ]
        #: Ended by an error of this program; another consumer may go on from the checkpoint.
        self.has_died = False

    def start(self) -> None:
        """Starts reading."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Asks it to end after the invocations that are under way."""
        self._stopped.set()
        self._lanes.close()

    def join(self, deadline: float) -> None:
        """Waits for the end of all threads, until a moment of the monotonic clock."""
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def age_milliseconds(self) -> float:
        """How old the oldest record is that this mapping has still to process, or 0."""
        return max(self._progress.age_milliseconds(), self._reader.behind)

    def _guarded(self, run: Callable[[], None]) -> None:
        try:
            run()
        except Exception as error:  # noqa: BLE001
            # The message may hold a value of somebody's data: only its class is told.
            self._reports.problem(f"PROBLEM: internal error: {type(error).__name__}")
            self.stop()
            self.has_died = True

    def _read(self) -> None:
        while not self._stopped.is_set():
            self._has_room.clear()
            room = self._room()
            if room == 0:
                self._has_room.wait(self._poll_seconds)
                continue
            try:
                records = self._reader.read(self._role().get("kinesis"), room)
            except ShardEnded:
                self._end()
                return
            except (ClientError, BotoCoreError) as error:
                self._reports.refused(error)
                records = []
            self._take_in(records)
            if not records:
                self._stopped.wait(self._poll_seconds)

    def _room(self) -> int:
        settings = self._settings
        ahead = max(_READ_AHEAD, 2 * settings.batch_size * settings.lanes)
        return min(ahead, _MOST_RECORDS) if self._progress.open_records() < ahead else 0

    def _take_in(self, records: Sequence[StreamRecord]) -> None:
        self._progress.read(records)
        filters = self._settings.filters
        wanted = [record for record in records if filters.pass_on(record)]
        if len(wanted) < len(records):
            kept = {record.sequence for record in wanted}
            self._done([record for record in records if record.sequence not in kept])
        self._reports.count("PolledEventCount", len(records))
        self._reports.count("FilteredOutEventCount", len(records) - len(wanted))
        self._lanes.put(wanted)

    def _end(self) -> None:
        """The last records are waited for: a child of this shard may be read after them only."""
        while self._progress.open_records() > 0:
            if self._stopped.wait(self._poll_seconds):
                return
        self._checkpoint.save(self._progress.position, finished=True)
        log("info", "lambda", "shard-ended", mapping=self._mapping, shard=self._source.shard)
        self._lanes.close()

    def _work(self, lane: int) -> None:
        actions = BatchActions(self._invoke, self._done, self._give_up, self._reports.problem)
        processor = BatchProcessor(self._settings, actions, self._stopped, self._time_scale)
        while not self._stopped.is_set():
            settings = self._settings
            batch = self._lanes.take(lane, settings.batch_size, settings.window / self._time_scale)
            if not batch:
                return
            try:
                processor.process(batch)
            except InterruptedError:
                return

    def _invoke(self, records: Sequence[StreamRecord]) -> Answer:
        answer = invoke(self._root.get("lambda"), self._source, records, self._settings.partial_responses)
        if answer.first_failed is not None:
            self._reports.count("InvokedEventCount", len(records))
            self._reports.count("FailedInvokeEventCount", len(records) if answer.whole_batch else 0)
        return answer

    def _done(self, records: Sequence[StreamRecord]) -> None:
        moved = self._progress.done(records)
        self._has_room.set()
        if moved:
            self._checkpoint.save(self._progress.position)

    def _give_up(self, batch: Batch, condition: str) -> None:
        number, arn = len(batch.records), self._settings.destination
        # Which records is told by their numbers; what is in them is never logged.
        log(
            "warning",
            "lambda",
            "records-given-up",
            mapping=self._mapping,
            shard=self._source.shard,
            first=batch.records[0].sequence,
            records=number,
            condition=condition,
        )
        if arn is not None:
            destination = FailureDestination(arn, self._mapping, self._stopped)
            refused = destination.send(self._role, self._root, self._source, batch, condition)
            if refused:
                self._reports.destination_failed(arn, refused)
            else:
                self._reports.count("OnFailureDestinationDeliveredEventCount", number)
        self._reports.count("DroppedEventCount", number if arn is None else 0)
        self._done(batch.records)
