"""A mapping from a stream: its shards, each after its parents, and what is known of it."""

from __future__ import annotations

import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from ..log import log
from .checkpoints import Checkpoint
from .configuration import read_settings
from .invocation import Source
from .mapping import MappingBase
from .shard import ShardConsumer

#: Seconds between two looks at the list of shards.
_SHARD_LIST_SECONDS = 10.0

#: Seconds between two publications of metrics; on AWS a metric has a value a minute.
_METRIC_SECONDS = 10.0

#: However fast time runs here, the emulator is not asked more often.
_SHORTEST_TICK_SECONDS = 0.2


class StreamMapping(MappingBase):
    """A mapping that was created; it runs in a thread of its own."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.settings = read_settings(self.given)
        self._consumers: dict[str, ShardConsumer] = {}
        self._checkpoints = {
            file.stem: Checkpoint.load(file) for file in sorted((self.folder / "shards").glob("*.json"))
        }
        self._thread = threading.Thread(target=self._run, name=f"mapping-{self.uuid[:8]}", daemon=True)

    def start(self) -> None:
        """Starts reading, unless the mapping is disabled."""
        if self.settings.enabled:
            self._thread.start()

    def stop(self, deadline: float) -> None:
        """Ends it after the invocations under way, waited for until a moment of the monotonic clock."""
        self.stopped.set()
        # First the thread that starts consumers, so that all of them are known.
        if self._thread.is_alive():
            self._thread.join(max(0.0, deadline - time.monotonic()))
        for consumer in self._consumers.values():
            consumer.stop()
        for consumer in self._consumers.values():
            consumer.join(deadline)

    def _run(self) -> None:
        listed = published = float("-inf")
        while not self.stopped.is_set():
            now = time.monotonic() * self.time_scale
            try:
                if listed + _SHARD_LIST_SECONDS <= now:
                    self._list_shards()
                    listed = now
                self._start_shards()
            except (ClientError, BotoCoreError) as error:
                self.reports.refused(error)
            if published + _METRIC_SECONDS <= now:
                ages = {shard: consumer.age_milliseconds() for shard, consumer in self._consumers.items()}
                self.reports.publish(ages, self.settings.count_events)
                published = now
            self.stopped.wait(max(_SHORTEST_TICK_SECONDS, 1.0 / self.time_scale))

    def _list_shards(self) -> None:
        """Takes note of new shards, and of those that are no longer kept."""
        client = self.role().get("kinesis")
        answer = client.list_shards(StreamARN=self.source_arn)
        shards = answer["Shards"]
        while "NextToken" in answer:
            answer = client.list_shards(NextToken=answer["NextToken"])
            shards += answer["Shards"]
        first = not self._checkpoints
        for shard in shards:
            name = shard["ShardId"]
            if name in self._checkpoints:
                continue
            parents = [shard[key] for key in ("ParentShardId", "AdjacentParentShardId") if key in shard]
            # A shard that appears later was made by a reshard after the start: all of it is new.
            start = "AT_TIMESTAMP" if first and self.settings.start != "TRIM_HORIZON" else "TRIM_HORIZON"
            file = self.folder / "shards" / f"{name}.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            self._checkpoints[name] = Checkpoint(file, start, parents)
            self._checkpoints[name].save(None)
        kept = {shard["ShardId"] for shard in shards}
        for name in self._checkpoints.keys() - kept - self._consumers.keys():
            # Ended while nobody read it: there is nothing left of it to read.
            self._checkpoints[name].save(None, finished=True)

    def _start_shards(self) -> None:
        for name, checkpoint in self._checkpoints.items():
            waits = any(
                parent in self._checkpoints and not self._checkpoints[parent].finished
                for parent in checkpoint.parents
            )
            if checkpoint.finished or (name in self._consumers and self._consumers[name].has_died):
                self._consumers.pop(name, None)
            elif name not in self._consumers and not waits and not self.stopped.is_set():
                self._consumers[name] = self._consumer(checkpoint)
                self._consumers[name].start()
                log("info", "lambda", "shard-started", mapping=self.uuid, shard=name)

    def _consumer(self, checkpoint: Checkpoint) -> ShardConsumer:
        return ShardConsumer(
            source=Source(self.source_arn, checkpoint.shard, self.region, self.role_arn, self.function_arn),
            checkpoint=checkpoint,
            # LATEST is the moment of creation: a process that is killed early then misses nothing.
            start_at=self.settings.start_at or self.created,
            settings=self.settings,
            role=self.role,
            root=self.clients.root(),
            reports=self.reports,
            mapping=self.uuid,
            time_scale=self.time_scale,
        )
