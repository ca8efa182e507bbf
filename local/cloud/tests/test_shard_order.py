"""The order of shards and records, without an emulator: it forgets a shard at once when it is split."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import wait_for

from naru_cloud.event_source_mapping.checkpoints import Checkpoint, Progress
from naru_cloud.event_source_mapping.lanes import LARGEST_REQUEST_BYTES, Lanes
from naru_cloud.event_source_mapping.record import StreamRecord
from naru_cloud.event_source_mapping.shard_reader import ShardEnded, ShardReader
from naru_cloud.event_source_mapping.stream_mapping import StreamMapping

STREAM = "arn:aws:kinesis:ap-northeast-2:000000000000:stream/s"
FUNCTION = "arn:aws:lambda:ap-northeast-2:000000000000:function:f"
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def record(number: int, key: str = "k", size: int = 1) -> StreamRecord:
    return StreamRecord(str(number), key, b"x" * size, NOW + timedelta(milliseconds=number))


class Aws:
    """Kinesis, Lambda and CloudWatch as far as a mapping calls them: one shard that was split in two."""

    def __init__(self, records: dict[str, list[int]], parents: dict[str, list[str]]) -> None:
        self.records, self.parents = records, parents
        self.invoked: list[str] = []
        self.gate = threading.Event()
        #: Answers of GetRecords that make no sense before the first good one.
        self.broken = 0

    # One object is all clients, and the clients of every identity.
    def root(self) -> Aws:
        return self

    def role(self, _arn: str, _session: str) -> Aws:
        return self

    def get(self, _service: str) -> Aws:
        return self

    def put_metric_data(self, **_: object) -> None:
        return None

    def list_shards(self, **_: object) -> dict[str, object]:
        keys = ("ParentShardId", "AdjacentParentShardId")
        return {
            "Shards": [
                {"ShardId": shard, **dict(zip(keys, self.parents.get(shard, []), strict=False))}
                for shard in self.records
            ]
        }

    def get_shard_iterator(self, **given: str) -> dict[str, str]:
        after = given.get("StartingSequenceNumber", "-1")
        return {"ShardIterator": f"{given['ShardId']} {after}"}

    def get_records(self, **given: object) -> dict[str, object]:
        if self.broken > 0:
            self.broken -= 1
            return {}
        shard, after = str(given["ShardIterator"]).split()
        left = [number for number in self.records[shard] if number > int(after)][: int(str(given["Limit"]))]
        rows = [
            {
                "SequenceNumber": str(number),
                "PartitionKey": "k",
                "Data": b"x",
                "ApproximateArrivalTimestamp": NOW,
            }
            for number in left
        ]
        # A shard that was split ends; its children are open.
        if left:
            return {"Records": rows, "NextShardIterator": f"{shard} {left[-1]}"}
        closed = any(shard in parents for parents in self.parents.values())
        return {"Records": [], **({} if closed else {"NextShardIterator": f"{shard} {after}"})}

    def invoke(self, **given: object) -> dict[str, object]:
        self.gate.wait(10)
        self.invoked.append(str(given["Payload"]))

        class Body:
            def read(self) -> bytes:
                return b"null"

        return {"StatusCode": 200, "Payload": Body(), "ResponseMetadata": {}}

    def shards(self) -> list[str]:
        """The shards in the order in which the function got their records."""
        return [text.split('"eventID": "')[1].split(":")[0] for text in self.invoked]


def stream_mapping(aws: Aws, folder: Path) -> StreamMapping:
    return StreamMapping(
        uuid="0" * 36,
        folder=folder,
        given={"StartingPosition": "TRIM_HORIZON", "BatchSize": 1},
        source_arn=STREAM,
        function_arn=FUNCTION,
        role_arn="arn:aws:iam::000000000000:role/r",
        created=NOW,
        modified=NOW,
        region="ap-northeast-2",
        clients=aws,  # type: ignore[arg-type]
        time_scale=20,
    )


def test_children_are_read_after_both_parents(tmp_path: Path) -> None:
    aws = Aws(
        {"child": [7, 8], "left": [1, 3], "right": [2, 4]},
        {"child": ["left", "right"]},
    )
    mapping = stream_mapping(aws, tmp_path)
    mapping.start()
    threading.Timer(0.5, aws.gate.set).start()
    wait_for(lambda: len(aws.invoked) == 6)
    mapping.stop(time.monotonic() + 2)
    assert sorted(aws.shards()[:4]) == ["left", "left", "right", "right"]
    assert aws.shards()[4:] == ["child", "child"]
    # What is finished is kept: the next process does not begin the parents again.
    assert Checkpoint.load(tmp_path / "shards" / "left.json").finished
    assert Checkpoint.load(tmp_path / "shards" / "child.json").position == "8"


def test_a_consumer_that_dies_is_started_anew(tmp_path: Path) -> None:
    aws = Aws({"shard": [1, 2]}, {})
    aws.broken = 1
    mapping = stream_mapping(aws, tmp_path)
    mapping.start()
    wait_for(lambda: mapping.reports.last_result == "PROBLEM: internal error: KeyError")
    aws.gate.set()
    wait_for(lambda: len(aws.invoked) == 2)
    mapping.stop(time.monotonic() + 2)


def test_the_position_stays_before_what_is_not_done() -> None:
    progress = Progress(None)
    records = [record(number) for number in range(5)]
    progress.read(records)
    assert not progress.done(records[2:4])
    assert progress.position is None
    assert progress.done(records[:1])
    assert progress.position == "0"
    assert progress.done(records[1:2])
    assert progress.position == "3"
    assert progress.open_records() == 1


def test_a_position_never_goes_back(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "shard.json", "TRIM_HORIZON", ["parent"])
    checkpoint.save("10")
    checkpoint.save("9")
    kept = Checkpoint.load(tmp_path / "shard.json")
    assert (kept.position, kept.parents, kept.start, kept.finished) == (
        "10",
        ["parent"],
        "TRIM_HORIZON",
        False,
    )


def test_a_batch_is_no_larger_than_an_invocation_may_be() -> None:
    lanes = Lanes(1)
    lanes.put(record(number, size=1_000_000) for number in range(6))
    first = lanes.take(0, 100, 0)
    assert sum(one.request_bytes() for one in first) <= LARGEST_REQUEST_BYTES
    assert [one.sequence for one in first + lanes.take(0, 100, 0)] == ["0", "1", "2", "3", "4", "5"]


def test_a_shard_that_is_no_longer_kept_has_ended() -> None:
    aws = Aws({"parent": []}, {"child": ["parent"]})
    with pytest.raises(ShardEnded):
        ShardReader(STREAM, "parent", None, None).read(aws, 10)  # type: ignore[arg-type]
