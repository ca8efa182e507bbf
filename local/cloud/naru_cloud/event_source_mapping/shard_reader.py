"""Reads one shard in order, from where it was left."""

from __future__ import annotations

from datetime import datetime

from botocore.client import BaseClient
from botocore.exceptions import ClientError

from .record import StreamRecord


class ShardEnded(Exception):
    """The shard was split or merged, and all of it is read; or it is no longer kept."""


class ShardReader:
    """An iterator over one shard that survives the end of Kinesis' own iterators."""

    def __init__(self, stream_arn: str, shard: str, start_at: datetime | None, position: str | None) -> None:
        """:param start_at: read from this moment; None reads all that is kept. Counts while position is None
        :param position: the sequence number of the last record that need not be read again
        """
        self._stream = stream_arn
        self._shard = shard
        self._start_at = start_at
        self._position = position
        self._iterator: str | None = None
        #: Milliseconds between the end of the shard and what was read last.
        self.behind = 0.0

    def read(self, client: BaseClient, limit: int) -> list[StreamRecord]:
        """The next records, at most `limit` (1 to 10,000).

        :raises ShardEnded: when no more will come.
        :raises botocore.exceptions.ClientError: when Kinesis refuses; the position stays where it was.
        """
        try:
            if self._iterator is None:
                self._iterator = self._open(client)
            answer = client.get_records(ShardIterator=self._iterator, StreamARN=self._stream, Limit=limit)
        except ClientError as error:
            code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
            if code == "ExpiredIteratorException":
                self._iterator = None
                return []
            if code == "ResourceNotFoundException" and message.startswith("Shard "):
                raise ShardEnded from None
            raise
        records = [
            StreamRecord(
                record["SequenceNumber"],
                record["PartitionKey"],
                record["Data"],
                record["ApproximateArrivalTimestamp"],
            )
            for record in answer["Records"]
        ]
        self.behind = float(answer.get("MillisBehindLatest", 0))
        self._iterator = answer.get("NextShardIterator")
        if records:
            # An SDK sends a moment in whole seconds, so the first records may be older than asked for.
            if self._position is None and self._start_at is not None:
                kept = [record for record in records if record.arrival >= self._start_at]
            else:
                kept = records
            self._position = records[-1].sequence
            return kept
        if self._iterator is None:
            raise ShardEnded
        return []

    def _open(self, client: BaseClient) -> str:
        start: dict[str, object] = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._position is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": self._position}
        elif self._start_at is not None:
            start = {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": self._start_at}
        return client.get_shard_iterator(StreamARN=self._stream, ShardId=self._shard, **start)[
            "ShardIterator"
        ]
