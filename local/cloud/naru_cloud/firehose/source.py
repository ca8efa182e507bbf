"""Where records come from: the shards of a Kinesis stream, or the callers of PutRecord."""

from __future__ import annotations

import threading
import time
from datetime import datetime

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from .record import SourceRecord

#: Seconds between two looks at the list of shards (resharding is rare).
SHARD_LIST_SECONDS = 10.0

#: Records that one GetRecords call may return (its quota is 10,000).
MOST_RECORDS = 10_000


class KinesisSource:
    """Reads all shards from the moment that the delivery stream was created; positions are in memory."""

    def __init__(self, stream_arn: str, start: datetime) -> None:
        self.stream_arn = stream_arn
        self._start = start
        self._iterators: dict[str, str | None] = {}
        self._positions: dict[str, str] = {}
        self._listed = 0.0

    def read(self, client: BaseClient) -> list[SourceRecord]:
        """What has arrived since the last call.

        :raises botocore.exceptions.ClientError: when Kinesis refuses; the position stays where it was.
        """
        if self._listed + SHARD_LIST_SECONDS < time.monotonic():
            self._list_shards(client)
        records: list[SourceRecord] = []
        for shard in self._iterators:
            records += self._read_shard(client, shard)
        return records

    def _list_shards(self, client: BaseClient) -> None:
        first = not self._iterators
        for shard in client.list_shards(StreamARN=self.stream_arn)["Shards"]:
            if shard["ShardId"] not in self._iterators:
                # A shard that appears later was made by a reshard after the start: all of it is new.
                start = {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": self._start}
                self._open(
                    client, shard["ShardId"], start if first else {"ShardIteratorType": "TRIM_HORIZON"}
                )
        self._listed = time.monotonic()

    def _open(self, client: BaseClient, shard: str, position: dict[str, object]) -> None:
        answer = client.get_shard_iterator(StreamARN=self.stream_arn, ShardId=shard, **position)
        self._iterators[shard] = answer["ShardIterator"]

    def _read_shard(self, client: BaseClient, shard: str) -> list[SourceRecord]:
        iterator = self._iterators[shard]
        if iterator is None:
            return []
        try:
            answer = client.get_records(ShardIterator=iterator, StreamARN=self.stream_arn, Limit=MOST_RECORDS)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ExpiredIteratorException":
                last = self._positions.get(shard)
                after = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": last}
                start = {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": self._start}
                self._open(client, shard, after if last else start)
                return []
            raise
        self._iterators[shard] = answer.get("NextShardIterator")
        if answer["Records"]:
            self._positions[shard] = answer["Records"][-1]["SequenceNumber"]
        return [
            SourceRecord(
                id=f"{record['SequenceNumber']}{shard[-12:]}",
                data=record["Data"],
                arrival=record["ApproximateArrivalTimestamp"],
                shard=shard,
                sequence=record["SequenceNumber"],
                partition_key=record["PartitionKey"],
            )
            for record in answer["Records"]
        ]


class DirectSource:
    """Holds what PutRecord and PutRecordBatch were given until the delivery takes it."""

    def __init__(self) -> None:
        self._records: list[SourceRecord] = []
        self._lock = threading.Lock()

    def put(self, records: list[SourceRecord]) -> None:
        """Adds records."""
        with self._lock:
            self._records += records

    def take(self) -> list[SourceRecord]:
        """Takes all records."""
        with self._lock:
            records, self._records = self._records, []
        return records
