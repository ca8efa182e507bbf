"""Mappings from a stream to a function: what they are told, what the function gets, and who may what."""

from __future__ import annotations

import json
import time

import pytest
from conftest import REGION, Cloud, wait_for
from mappings import (
    READ,
    Make,
    make_stream,
    map_to,
    mapping_client,
    names,
    put,
    queue,
    state,
)

pytestmark = pytest.mark.usefixtures("no_mappings_left")


def test_the_event_is_that_of_lambda_and_the_mapping_is_described(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-plain"), make("esm-plain")
    (sequence,) = put(cloud, stream, ["한글"], key="k")
    uuid = map_to(cloud, function, stream, BatchSize=7)
    wait_for(lambda: function.events)
    (record,) = function.events[0]["Records"]
    assert abs(record["kinesis"].pop("approximateArrivalTimestamp") - time.time()) < 60
    assert record == {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "k",
            "sequenceNumber": sequence,
            "data": "7ZWc6riA",
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000000:{sequence}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": function.role,
        "awsRegion": REGION,
        "eventSourceARN": stream,
    }
    wait_for(lambda: state(cloud, uuid)["LastProcessingResult"] == "OK")
    described = state(cloud, uuid)
    assert (described["BatchSize"], described["MaximumRetryAttempts"], described["State"]) == (
        7,
        -1,
        "Enabled",
    )
    client = mapping_client(cloud.own)
    assert [
        one["UUID"]
        for one in client.list_event_source_mappings(FunctionName="esm-plain")["EventSourceMappings"]
    ] == [uuid]
    # The emulator, which would read the stream a second time, knows nothing of it.
    assert cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"] == []


def test_other_calls_of_lambda_are_passed_on(cloud: Cloud, make: Make) -> None:
    function = make("esm-passed-on")
    function.decide = lambda _texts: {"value": {"answer": 42}}
    client = mapping_client(cloud.own)
    assert client.get_function(FunctionName="esm-passed-on")["Configuration"]["Role"] == function.role
    answer = client.invoke(FunctionName="esm-passed-on", Payload=b'{"Records": []}')
    assert json.loads(answer["Payload"].read()) == {"answer": 42}


def test_latest_starts_at_the_creation(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-latest"), make("esm-latest")
    put(cloud, stream, ["before"])
    map_to(cloud, function, stream, StartingPosition="LATEST")
    put(cloud, stream, ["after"])
    wait_for(lambda: function.seen())
    assert function.seen() == ["after"]


def test_a_batching_window_gathers_records(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-window"), make("esm-window")
    # 60 s are 3 s here.
    map_to(cloud, function, stream, BatchSize=50, MaximumBatchingWindowInSeconds=60)
    wanted = names("w", 10)
    for text in wanted:
        put(cloud, stream, [text])
        time.sleep(0.05)
    wait_for(lambda: function.events)
    assert function.batches() == [wanted]


def test_filters_pass_on_what_fits(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-filter"), make("esm-filter")
    pattern = {"data": {"page": [{"prefix": "/lecture"}], "ms": [{"numeric": [">", 0, "<=", 100]}]}}
    map_to(cloud, function, stream, FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    events = [("/lecture/1", 100), ("/lecture/2", 101), ("/home", 5), ("/lecture/3", 1)]
    put(cloud, stream, ["no json", *(json.dumps({"page": page, "ms": ms}) for page, ms in events)], key="k")
    wait_for(lambda: len(function.seen()) >= 2)
    time.sleep(0.5)
    assert [json.loads(text)["page"] for text in function.seen()] == ["/lecture/1", "/lecture/3"]


def test_new_shards_are_read_after_a_split(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-split"), make("esm-split")
    map_to(cloud, function, stream, StartingPosition="LATEST")
    put(cloud, stream, names("before", 20))
    wait_for(lambda: len(function.seen()) >= 20)
    cloud.client("kinesis").split_shard(
        StreamName="esm-split", ShardToSplit="shardId-000000000000", NewStartingHashKey=str(2**127)
    )
    put(cloud, stream, names("after", 20))
    wait_for(lambda: len(function.seen()) >= 40)
    assert sorted(function.seen()) == sorted([*names("before", 20), *names("after", 20)])
    shards = {event["Records"][0]["eventID"].split(":")[0] for event in function.events}
    assert len(shards) == 3


def test_an_update_goes_on_where_it_was_and_a_deleted_mapping_ends(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-update"), make("esm-update")
    client = mapping_client(cloud.own)
    uuid = map_to(cloud, function, stream, BatchSize=10)
    put(cloud, stream, names("u", 10), key="k")
    wait_for(lambda: len(function.seen()) == 10)
    client.update_event_source_mapping(UUID=uuid, Enabled=False)
    assert state(cloud, uuid)["State"] == "Disabled"
    put(cloud, stream, names("v", 10), key="k")
    time.sleep(0.5)
    assert len(function.seen()) == 10
    client.update_event_source_mapping(UUID=uuid, Enabled=True, BatchSize=4)
    wait_for(lambda: len(function.seen()) >= 20)
    assert function.seen() == [*names("u", 10), *names("v", 10)]
    assert max(map(len, function.batches()[-3:])) == 4
    assert client.delete_event_source_mapping(UUID=uuid)["State"] == "Deleting"
    put(cloud, stream, ["gone"], key="k")
    time.sleep(0.5)
    assert "gone" not in function.seen()
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        state(cloud, uuid)


def test_missing_rights_are_all_named_before_anything_is_made(cloud: Cloud, make: Make) -> None:
    stream, (_, arn) = make_stream(cloud, "esm-rights"), queue(cloud, "esm-rights")
    function = make("esm-rights", [(READ[:2], ["*"])])
    client = mapping_client(cloud.own)
    with pytest.raises(client.exceptions.InvalidParameterValueException) as refused:
        map_to(cloud, function, stream, DestinationConfig={"OnFailure": {"Destination": arn}})
    for right in ("kinesis:GetShardIterator", "kinesis:ListShards", "sqs:SendMessage"):
        assert right in str(refused.value)
    assert "kinesis:GetRecords" not in str(refused.value)
    assert client.list_event_source_mappings(EventSourceArn=stream)["EventSourceMappings"] == []


def test_a_right_that_is_taken_away_is_named_and_the_mapping_waits_for_it(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-taken"), make("esm-taken")
    uuid = map_to(cloud, function, stream)
    put(cloud, stream, ["one"])
    wait_for(lambda: function.seen() == ["one"])
    iam = cloud.client("iam")
    policy = iam.get_role_policy(RoleName="esm-taken-role", PolicyName="rights")["PolicyDocument"]
    iam.delete_role_policy(RoleName="esm-taken-role", PolicyName="rights")
    result = wait_for(lambda: _problem(cloud, uuid))
    assert "kinesis:GetRecords" in result
    put(cloud, stream, ["two"])
    told = cloud.log.read_text().count(uuid)
    time.sleep(1)
    assert cloud.log.read_text().count(uuid) <= told + 2
    iam.put_role_policy(RoleName="esm-taken-role", PolicyName="rights", PolicyDocument=json.dumps(policy))
    wait_for(lambda: function.seen() == ["one", "two"])


def _problem(cloud: Cloud, uuid: str) -> str:
    result = state(cloud, uuid)["LastProcessingResult"]
    return result if result.startswith("PROBLEM: ") else ""


def test_what_is_not_available_is_refused_all_at_once(cloud: Cloud, make: Make) -> None:
    stream, function = make_stream(cloud, "esm-wrong"), make("esm-wrong")
    client = mapping_client(cloud.own)
    with pytest.raises(client.exceptions.InvalidParameterValueException) as refused:
        map_to(
            cloud,
            function,
            stream,
            StartingPosition="AT_TIMESTAMP",
            TumblingWindowInSeconds=30,
            MaximumRecordAgeInSeconds=30,
            FilterCriteria={"Filters": [{"Pattern": json.dumps({"data": {"ip": [{"cidr": "10.0.0.0/8"}]}})}]},
        )
    for place in (
        "StartingPositionTimestamp",
        "TumblingWindow",
        "MaximumRecordAge",
        "Filters[0].Pattern.data.ip",
    ):
        assert place in str(refused.value)
    with pytest.raises(
        client.exceptions.InvalidParameterValueException, match="only the ARN of a Kinesis stream or a queue"
    ):
        map_to(cloud, function, f"{stream}/consumer/fast:1")
    map_to(cloud, function, stream)
    with pytest.raises(client.exceptions.ResourceConflictException, match="already exists"):
        map_to(cloud, function, stream)
