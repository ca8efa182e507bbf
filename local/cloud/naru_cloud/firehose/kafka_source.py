"""A topic of Kafka as the source of a delivery stream: all its partitions, read from the broker itself."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from ..clients import ClientSet
from .positions import Positions
from .record import SourceRecord
from .source import SourceError

#: Seconds between two looks at the topic's partitions, which may become more, and at the role's rights.
LIST_SECONDS = 10.0

#: Records that one poll may return.
MOST_RECORDS = 10_000

#: Milliseconds that a poll waits for records, and that a call waits for a broker that is away: delivery stands still
#: meanwhile, as one thread does both.
POLL_MS, CALL_MS = 100, 2_000

#: The year 10000, which Python knows no more.
LATEST_MS = 253_402_300_800_000

# What the client says of each lost connection is told once by the stream's own reports.
logging.getLogger("kafka").addHandler(logging.NullHandler())
logging.getLogger("kafka").propagate = False


class KafkaSource:
    """Reads a topic from a moment on, or behind what is delivered already. A shard is a partition, a sequence number an
    offset; both are kept in the stream's positions and none in the broker, as the lake and not the broker knows what is
    delivered."""

    def __init__(
        self,
        bootstrap: str,
        arn: str,
        topic: str,
        start: datetime,
        positions: Positions,
        missing_rights: Callable[[], list[str]],
    ) -> None:
        """:param arn: the cluster's
        :param start: a topic that was not read before is read from this moment on
        :param missing_rights: what the source's role may not do with the topic
        """
        self.arn = arn
        self._bootstrap, self._topic, self._start = bootstrap, topic, start
        self._positions, self._missing_rights = positions, missing_rights
        self._consumer: KafkaConsumer | None = None
        self._next: dict[TopicPartition, int] = {}
        self._listed: float | None = None

    def read(self, _clients: ClientSet) -> list[SourceRecord]:
        """What has arrived since the last call; nothing while the broker is away.

        :raises SourceError: when the role may not read the topic, the broker can't be reached or there is no such
            topic; the positions stay where they were.
        """
        try:
            consumer = self._connected()
            if self._listed is None or self._listed + LIST_SECONDS < time.monotonic():
                self._require_rights()
                self._list_partitions(consumer)
                self._listed = time.monotonic()
            polled = consumer.poll(timeout_ms=POLL_MS, max_records=MOST_RECORDS)
        except KafkaError as error:
            # Its own words name brokers and topics; a record's value is in none of them, but neither is it promised.
            raise SourceError(
                f"Kafka.{type(error).__name__}", f"topic {self._topic} at {self._bootstrap} can't be read"
            ) from None
        records: list[SourceRecord] = []
        for partition, found in polled.items():
            self._next[partition] = found[-1].offset + 1
            records += [_record(partition.partition, one) for one in found]
        return records

    def close(self) -> None:
        """Lets go of the broker."""
        if self._consumer is not None:
            self._consumer.close(timeout_ms=CALL_MS)
            self._consumer = None

    def _connected(self) -> KafkaConsumer:
        if self._consumer is None:
            connections: list[KafkaNetClient] = []

            def connect(**given: object) -> KafkaNetClient:
                connections.append(KafkaNetClient(**given))
                return connections[-1]

            try:
                self._consumer = KafkaConsumer(
                    bootstrap_servers=self._bootstrap,
                    client_id="firehose",
                    enable_auto_commit=False,
                    # Where the topic no longer holds a position, all that it still holds is new.
                    auto_offset_reset="earliest",
                    # An aborted transaction's records are no events.
                    isolation_level="read_committed",
                    allow_auto_create_topics=False,
                    metadata_max_age_ms=int(LIST_SECONDS * 1000),
                    reconnect_backoff_max_ms=1_000,
                    bootstrap_timeout_ms=CALL_MS,
                    metrics_enabled=False,
                    kafka_client=connect,
                )
            except KafkaError:
                # A consumer that could not be made leaves its thread behind.
                for connection in connections:
                    connection.close()
                raise
        return self._consumer

    def _require_rights(self) -> None:
        missing = self._missing_rights()
        if missing:
            raise SourceError("Kafka.AccessDenied", f"the source's role lacks: {', '.join(missing)}")

    def _list_partitions(self, consumer: KafkaConsumer) -> None:
        if self._next:
            # Tells that the broker is away; a poll would find nothing, and say nothing.
            consumer.end_offsets(list(self._next), timeout_ms=CALL_MS)
        numbers = consumer.partitions_for_topic(self._topic)
        partitions = [TopicPartition(self._topic, number) for number in sorted(numbers)]
        added = [partition for partition in partitions if partition not in self._next]
        if not partitions:
            raise SourceError("Kafka.UnknownTopic", f"{self._bootstrap} has no topic {self._topic}")
        if not added:
            return
        self._next |= self._starts(consumer, added)
        consumer.assign(partitions)
        for partition in partitions:
            consumer.seek(partition, self._next[partition])

    def _starts(self, consumer: KafkaConsumer, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        """Where each is read from first; noted at once, so that a process that is killed before its first delivery
        does not choose again."""
        # The ends are asked first: what arrives between the two answers is behind both.
        ends = consumer.end_offsets(partitions, timeout_ms=CALL_MS)
        begins = consumer.beginning_offsets(partitions, timeout_ms=CALL_MS)
        moment = int(self._start.timestamp() * 1000)
        by_time = consumer.offsets_for_times(dict.fromkeys(partitions, moment), timeout_ms=CALL_MS)
        known = self._positions.any()
        starts: dict[TopicPartition, int] = {}
        for partition in partitions:
            shard = str(partition.partition)
            delivered = self._positions.delivered(shard)
            if delivered is not None:
                starts[partition] = int(delivered) + 1
                continue
            found = by_time.get(partition)
            # A partition that appears after the others was added to the topic: all of it is new.
            first = begins[partition] if known else found.offset if found else ends[partition]
            self._positions.begin(shard, str(first - 1))
            starts[partition] = first
        self._positions.save()
        return starts


def _record(partition: int, record) -> SourceRecord:
    """A record without a value (a tombstone) is an empty one: the transform says what it is."""
    return SourceRecord(
        id=f"{partition:010}{record.offset:020}",
        data=record.value or b"",
        arrival=_moment(record.timestamp),
        shard=str(partition),
        sequence=str(record.offset),
    )


def _moment(milliseconds: int) -> datetime:
    """A record's own timestamp is its producer's word: one that is no moment (-1 is none) counts as now."""
    if 0 <= milliseconds < LATEST_MS:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    return datetime.now(UTC)
