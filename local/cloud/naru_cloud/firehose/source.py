"""Where records come from: the shards of a Kinesis stream, or the callers of PutRecord. Topics: see kafka_source."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Protocol

from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from ..clients import ClientSet
from ..event_source_mapping.record import StreamRecord
from ..event_source_mapping.shard_reader import ShardEnded, ShardReader
from .positions import Positions
from .record import SourceRecord

#: Seconds between two looks at the list of shards (resharding is rare).
SHARD_LIST_SECONDS = 10.0

#: Records that one GetRecords call may return (its quota is 10,000).
MOST_RECORDS = 10_000


class SourceError(Exception):
    """A source that is no service of AWS can't be read; the message holds nothing of a record."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Source(Protocol):
    """What a delivery stream reads."""

    #: The stream's or the cluster's; None where callers put records.
    arn: str | None

    def read(self, clients: ClientSet) -> list[SourceRecord]:
        """What has arrived since the last call.

        :param clients: of the role that reads the source
        :raises botocore.exceptions.ClientError, SourceError: when nothing could be read.
        """
        ...

    def close(self) -> None:
        """Lets go of what it holds open."""
        ...


class KinesisSource:
    """Reads all shards from the moment that the delivery stream was created, or behind what is delivered already."""

    def __init__(self, stream_arn: str, start: datetime, positions: Positions) -> None:
        self.arn: str | None = stream_arn
        self._stream = stream_arn
        self._start = start
        self._positions = positions
        self._readers: dict[str, ShardReader] = {}
        self._ended: set[str] = set()
        self._listed: float | None = None

    def read(self, clients: ClientSet) -> list[SourceRecord]:
        """What has arrived since the last call.

        :raises botocore.exceptions.ClientError: when Kinesis refuses all of it; the positions stay where they were.
        """
        client = clients.get("kinesis")
        if self._listed is None or self._listed + SHARD_LIST_SECONDS < time.monotonic():
            self._list_shards(client)
        records: list[SourceRecord] = []
        refused: ClientError | BotoCoreError | None = None
        for shard, reader in list(self._readers.items()):
            try:
                records += [_record(shard, one) for one in reader.read(client, MOST_RECORDS)]
            except ShardEnded:
                self._ended.add(shard)
                del self._readers[shard]
            except (ClientError, BotoCoreError) as error:
                # What other shards gave is read, and would be lost with an error.
                refused = error
        if refused is not None and not records:
            raise refused
        return records

    def close(self) -> None:
        """Nothing is held open between two calls."""

    def _list_shards(self, client: BaseClient) -> None:
        for page in client.get_paginator("list_shards").paginate(StreamARN=self._stream):
            for shard in (one["ShardId"] for one in page["Shards"]):
                if shard not in self._readers and shard not in self._ended:
                    position = self._positions.delivered(shard)
                    self._readers[shard] = ShardReader(self._stream, shard, self._start, position)
        self._listed = time.monotonic()


def _record(shard: str, record: StreamRecord) -> SourceRecord:
    return SourceRecord(
        id=f"{record.sequence}{shard[-12:]}",
        data=record.data,
        arrival=record.arrival,
        shard=shard,
        sequence=record.sequence,
        partition_key=record.partition_key,
    )


class DirectSource:
    """Holds what PutRecord and PutRecordBatch were given until the delivery takes it; in memory."""

    def __init__(self) -> None:
        self.arn: str | None = None
        self._records: list[SourceRecord] = []
        self._lock = threading.Lock()

    def put(self, records: list[SourceRecord]) -> None:
        """Adds records."""
        with self._lock:
            self._records += records

    def read(self, _clients: ClientSet) -> list[SourceRecord]:
        """Takes all records."""
        with self._lock:
            records, self._records = self._records, []
        return records

    def close(self) -> None:
        """Nothing is held open."""
